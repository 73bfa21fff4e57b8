import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grade, type Response } from '../bank/grade.ts';
import type { Question } from '../bank/pack.ts';
import { anyQuestion, question } from '../bank/samples.ts';
import {
  answer,
  beginRound,
  currentItem,
  mayResume,
  next,
  resultOf,
  RoundError,
  withPoints,
  type Round,
} from './round.ts';

const beganAtMs = Date.parse('2026-11-23T12:00:00Z');
const begin = (questions: Question[], seed = 1, openingId?: string) =>
  beginRound(questions, {
    id: 'r',
    of: { kind: 'topic', topic: 'park' },
    packHash: 'h',
    beganAtMs,
    seed,
    ...(openingId && { openingId }),
  });
const three = [0, 1, 2].map((i) => question({ type: 'judge', answer: true }, `j${i}`));
const yes: Response = { type: 'judge', value: true };

function play(round: Round, questions: Question[], response: (q: Question) => Response): Round {
  let state = round;
  for (const q of questions) state = next(withPoints(answer(state, q, q.id, response(q)).round, 2));
  return state;
}

describe('a round', () => {
  it('goes from answering to judged to the next question and ends finished', () => {
    const finished = play(begin(three), three, () => yes);
    expect(finished.phase).toBe('finished');
    expect(resultOf(finished)).toEqual({ right: 3, total: 3, points: 6 });
  });

  it('takes one answer per question and no step out of turn', () => {
    const [first, second] = three as [Question, Question];
    const judged = answer(begin(three), first, 'a', yes).round;
    expect(() => answer(judged, first, 'b', yes)).toThrow(RoundError);
    expect(() => answer(begin(three), second, 'a', yes)).toThrow(RoundError);
    expect(() => next(begin(three))).toThrow(RoundError);
  });

  it('comes back from storage as it was, after every step', () => {
    const step = answer(begin(three), three[0] as Question, 'a', yes).round;
    expect(JSON.parse(JSON.stringify(step))).toEqual(step);
  });

  it('keeps the opening question in the order it was printed in', () => {
    const q = question({ type: 'single', options: ['甲', '乙', '丙', '丁'], answer: 2 }, 'open');
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(currentItem(begin([q], seed, 'open')).order).toEqual([0, 1, 2, 3]);
      }),
    );
  });

  it('never lays out the items of an order question solved', () => {
    const q = question({ type: 'order', options: ['一', '二', '三'] });
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(currentItem(begin([q], seed)).order).not.toEqual([0, 1, 2]);
      }),
    );
  });

  it('is resumed on its day and past midnight, not days later and not when finished', () => {
    const round = begin(three);
    expect(mayResume(round, beganAtMs + 3_600_000)).toBe(true);
    expect(mayResume(round, beganAtMs + 11 * 3_600_000)).toBe(true);
    expect(mayResume(round, beganAtMs + 13 * 3_600_000)).toBe(false);
    expect(mayResume({ ...round, phase: 'finished' }, beganAtMs)).toBe(false);
  });
});

describe('shuffling', () => {
  it('is a permutation, fixed by the seed', () => {
    fc.assert(
      fc.property(anyQuestion, fc.integer(), (q, seed) => {
        const order = currentItem(begin([q], seed)).order;
        expect([...order].sort((a, b) => a - b)).toEqual(order.map((_, i) => i));
        expect(currentItem(begin([q], seed)).order).toEqual(order);
      }),
    );
  });

  it('never changes a verdict: pointing at the same text gives the same judgement under every seed', () => {
    fc.assert(
      fc.property(anyQuestion, fc.integer(), fc.integer(), fc.nat(), (q, seedA, seedB, pick) => {
        const verdicts = [seedA, seedB].map((seed) => {
          const { order } = currentItem(begin([q], seed));
          if (q.type !== 'single') return true;
          const text = q.options[pick % q.options.length];
          const place = order.findIndex((index) => q.options[index] === text);
          return grade(q, { type: 'single', option: order[place] as number }).right;
        });
        expect(verdicts[0]).toBe(verdicts[1]);
      }),
    );
  });

  it('never changes a verdict: what is tapped on any arrangement is judged as the same answer', () => {
    fc.assert(
      fc.property(anyQuestion, fc.integer(), fc.infiniteStream(fc.nat()), (q, seed, numbers) => {
        const { order } = currentItem(begin([q], seed));
        const meant = someResponse(q, numbers);
        // The thumb finds each thing at its place on the screen; the place leads back to the bank.
        const tapped = (index: number) => order[order.indexOf(index)] as number;
        expect(grade(q, mapped(meant, tapped))).toEqual(grade(q, meant));
      }),
    );
  });
});

/** A response that could be given to the question, right or wrong. */
function someResponse(q: Question, numbers: Iterator<number>): Response {
  const pick = (size: number) => (numbers.next().value as number) % size;
  const arranged = (size: number) => {
    const left = Array.from({ length: size }, (_, i) => i);
    return Array.from({ length: size }, () => left.splice(pick(left.length), 1)[0] as number);
  };
  switch (q.type) {
    case 'single':
      return { type: 'single', option: pick(q.options.length) };
    case 'multiple':
      return {
        type: 'multiple',
        options: arranged(q.options.length).slice(pick(q.options.length)),
      };
    case 'judge':
      return { type: 'judge', value: pick(2) === 1 };
    case 'number':
      return { type: 'number', value: pick(100) };
    case 'order':
      return { type: 'order', order: arranged(q.options.length) };
    case 'match':
      return { type: 'match', rights: arranged(q.pairs.length) };
  }
}

function mapped(response: Response, index: (index: number) => number): Response {
  switch (response.type) {
    case 'single':
      return { ...response, option: index(response.option) };
    case 'multiple':
      return { ...response, options: response.options.map(index) };
    case 'order':
      return { ...response, order: response.order.map(index) };
    case 'match':
      return { ...response, rights: response.rights.map(index) };
    default:
      return response;
  }
}

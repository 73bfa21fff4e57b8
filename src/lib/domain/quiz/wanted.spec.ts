import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { question } from '../bank/samples.ts';
import { answer, beginRound, currentItem, next, resultOf, type Round } from './round.ts';
import { askNow, givenUp } from './wanted.ts';

const bank = Array.from({ length: 8 }, (_, i) =>
  question({ type: 'single', options: ['甲', '乙', '丙'], answer: 0 }, `q${i}`),
);
const asked = bank.slice(0, 6);
const idsOf = (round: Round) => round.items.map(({ questionId }) => questionId);

/** A round of six after so many answers; the last one is judged, or gone on from. */
function played(answers: number, goneOn: boolean): Round {
  let round = beginRound(asked, {
    ...{ id: 'r', of: { kind: 'topic', topic: 't' }, packHash: 'h', beganAtMs: 0, seed: 3 },
  });
  for (const [n, q] of asked.slice(0, answers).entries()) {
    round = answer(round, q, q.id, { type: 'single', option: 0 }).round;
    if (goneOn || n < answers - 1) round = next(round);
  }
  return round;
}
const anyPlayed = fc
  .tuple(fc.nat({ max: 5 }), fc.boolean())
  .map(([answers, goneOn]) => ({ answers, round: played(answers, goneOn) }));

describe('a question wanted in the middle of a round', () => {
  it('is asked now, and everything that was asked or was to be asked keeps its order', () => {
    fc.assert(
      fc.property(anyPlayed, fc.constantFrom(...bank), ({ answers, round }, wanted) => {
        const before = idsOf(round).indexOf(wanted.id);
        const after = askNow(round, wanted, 1);
        if (before >= 0 && before < answers) {
          expect(after).toBeUndefined();
          return;
        }
        if (!after) throw new Error('it was not asked');
        expect(currentItem(after)).toMatchObject({ questionId: wanted.id });
        expect(currentItem(after).answer).toBeUndefined();
        expect(after).toMatchObject({ id: 'r', at: answers, phase: 'answering' });
        const others = (r: Round) => r.items.filter(({ questionId }) => questionId !== wanted.id);
        expect(others(after)).toEqual(others(round));
        expect(new Set(idsOf(after)).size).toBe(after.items.length);
      }),
    );
  });

  it('can then be answered like any other', () => {
    const last = bank.at(-1);
    const round = last && askNow(played(2, false), last, 1);
    if (!round) throw new Error('it was not asked');
    const judged = answer(round, last, 'a', { type: 'single', option: 0 }).round;
    expect(currentItem(next(judged)).questionId).toBe('q2');
  });
});

describe('a round given up', () => {
  it('ends with what has been answered', () => {
    fc.assert(
      fc.property(anyPlayed, ({ answers, round }) => {
        const ended = givenUp(round);
        expect(ended).toMatchObject({ id: 'r', phase: 'finished' });
        expect(resultOf(ended)).toMatchObject({ right: answers, total: answers });
      }),
    );
  });
});

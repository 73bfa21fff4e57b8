import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Question } from '../bank/pack.ts';
import { question } from '../bank/samples.ts';
import { askNext, isOpenFor } from './ask-next.ts';
import { answer, beginRound, currentItem, next, type Round } from './round.ts';

const judge = (id: string) => question({ type: 'judge', answer: true }, id);
const five = ['a', 'b', 'c', 'd', 'e'].map(judge);

/** A round in which so many questions are answered; `judged`: the last of them is still on the screen. */
function after(answered: number, judged: boolean): Round {
  const of = { kind: 'topic', topic: 't' } as const;
  let round = beginRound(five, { id: 'r', of, packHash: 'h', beganAtMs: 0, seed: 1 });
  for (let n = 0; n < answered; n++) {
    const asked = five[n] as Question;
    round = answer(round, asked, `x${n}`, { type: 'judge', value: true }).round;
    if (n < answered - 1 || !judged) round = next(round);
  }
  return round;
}
const ids = (round: Round) => round.items.map(({ questionId }) => questionId);

it('asks the question now and then goes on where it was, wherever the round stands', () => {
  fc.assert(
    fc.property(fc.nat(4), fc.boolean(), fc.constantFrom('a', 'c', 'e', 'new'), (n, judged, id) => {
      const round = after(n, judged && n > 0);
      if (!isOpenFor(round, id)) {
        expect(() => askNext(round, judge(id), 7)).toThrow('cannot be asked');
        return;
      }
      const asked = askNext(round, judge(id), 7);
      expect(currentItem(asked).questionId).toBe(id);
      expect(asked.phase).toBe('answering');
      expect(asked.items.slice(0, n)).toEqual(round.items.slice(0, n));
      expect(ids(asked).filter((other) => other !== id)).toEqual(
        ids(round).filter((other) => other !== id),
      );
      expect(new Set(ids(asked)).size).toBe(asked.items.length);
    }),
  );
});

it('comes behind the last question too, but not into a round that is finished', () => {
  const last = after(5, true);
  expect(ids(askNext(last, judge('new'), 1))).toEqual(['a', 'b', 'c', 'd', 'e', 'new']);
  expect(isOpenFor(next(last), 'new')).toBe(false);
});

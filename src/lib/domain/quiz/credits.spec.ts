import { describe, expect, it } from 'vitest';
import { question } from '../bank/samples.ts';
import { unpaid, withCredits } from './credits.ts';
import { answer, beginRound, next, resultOf, type Round } from './round.ts';

const asked = ['a', 'b', 'c'].map((id) =>
  question({ type: 'single', options: ['甲', '乙'], answer: 0 }, id),
);

/** `a` and `b` right, `c` wrong; each attempt has its question's id in capitals. */
function played(): Round {
  let round = beginRound(asked, {
    ...{ id: 'r', of: { kind: 'topic', topic: 't' }, packHash: 'h', beganAtMs: 0, seed: 3 },
  });
  while (round.phase !== 'finished') {
    const q = asked.find(({ id }) => id === round.items[round.at]?.questionId);
    if (!q) throw new Error('another question');
    const option = q.id === 'c' ? 1 : 0;
    round = next(answer(round, q, q.id.toUpperCase(), { type: 'single', option }).round);
  }
  return round;
}

describe('what a round earned', () => {
  it('is what its attempts are credited with now', () => {
    const points = new Map([['A', 2]]);
    const round = withCredits(played(), (id) => points.get(id) ?? 0);
    expect(resultOf(round)).toEqual({ right: 2, total: 3, points: 2 });
  });

  it('tells right answers whose question had paid another attempt from those without points', () => {
    const payers = new Map<string, string>();
    const count = () => unpaid(played(), (id) => payers.get(id));
    expect(count()).toEqual({ before: 0, otherwise: 2 });
    payers.set('a', 'A');
    expect(count()).toEqual({ before: 0, otherwise: 1 });
    payers.set('b', 'earlier');
    expect(count()).toEqual({ before: 1, otherwise: 0 });
    payers.set('c', 'earlier');
    expect(count()).toEqual({ before: 1, otherwise: 0 });
  });
});

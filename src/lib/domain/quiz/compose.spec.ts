import fc from 'fast-check';
import { expect, it } from 'vitest';
import { question } from '../bank/samples.ts';
import { composeTopicRound, TOPIC_ROUND_SIZE, type Standing } from './compose.ts';

const topic = Array.from({ length: 14 }, (_, i) =>
  question({ type: 'judge', answer: true }, `t${i}`),
);

it('asks what is new before what went wrong before what is known', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.constantFrom<Standing>('new', 'wrong', 'right'), {
        minLength: 14,
        maxLength: 14,
      }),
      (seed, standings) => {
        const standingOf = (id: string) => standings[Number(id.slice(1))] as Standing;
        const chosen = composeTopicRound(topic, standingOf, seed).map((q) => standingOf(q.id));
        const rank = { new: 0, wrong: 1, right: 2 };
        expect(chosen.map((s) => rank[s])).toEqual(
          chosen.map((s) => rank[s]).sort((a, b) => a - b),
        );
      },
    ),
  );
});

it('is at most ten long, without repeats, the opening question in front', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const ids = composeTopicRound(topic, () => 'new', seed, 't5').map((q) => q.id);
      expect(ids).toHaveLength(TOPIC_ROUND_SIZE);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids[0]).toBe('t5');
    }),
  );
});

import { expect, it } from 'vitest';
import { sampleBooks } from '$lib/domain/checkup/samples.ts';
import { questionsOf, type Pack } from '$lib/domain/bank/pack.ts';
import { sampleCampaign } from '$lib/domain/points/samples.ts';
import { answer, beginRound, currentItem, extendRound, next } from '$lib/domain/quiz/round.ts';
import type { Round } from '$lib/domain/quiz/round.ts';
import { checkupPlan } from './plan.ts';

/** A bank of seven books, and a topic that is none. */
function packWith(perDifficulty: number): Pack {
  const [other, ...books] = sampleBooks(8, perDifficulty).map(({ id, title, questions }) => ({
    ...{ id, title, summary: '', questions: [...questions] },
    collection: id === 'b0' ? ('keqiao' as const) : ('civil-code' as const),
  }));
  return { format: 1, campaign: sampleCampaign, topics: [...books, other!], daily: {} };
}

const start = {
  id: 'r',
  of: { kind: 'checkup' } as const,
  packHash: 'aaaa',
  beganAtMs: 0,
  seed: 1,
};

/** Plays as a page does: asks the plan at the start, after each answer, and after each reload. */
function play(pack: Pack) {
  const questions = questionsOf(pack);
  let seed = 0;
  const choose = (round: Round | undefined) =>
    checkupPlan.choose({
      ...{ of: start.of, pack, questions, attempts: [], round, openingId: undefined },
      ...{ seed: seed++, nowMs: 0 },
    });
  let round = beginRound(choose(undefined), start);
  for (;;) {
    // A reload in front of the question brings the same one and no other.
    expect(choose(round).map(({ id }) => id)).toEqual([currentItem(round).questionId]);
    const question = questions.get(currentItem(round).questionId)!;
    const value = round.at % 3 > 0;
    ({ round } = answer(round, question, `a${round.at}`, { type: 'judge', value }));
    round = next(extendRound(round, choose(round), seed));
    if (round.phase === 'finished') return round;
  }
}

it('chooses twenty questions of the Civil Code one by one, whatever is reloaded', () => {
  const { items } = play(packWith(5));
  expect(items).toHaveLength(20);
  expect(new Set(items.map(({ questionId }) => questionId)).size).toBe(20);
  expect(items.filter(({ questionId }) => questionId.startsWith('b0-'))).toEqual([]);
});

it('ends with what there is where the bank is too small', () => {
  const pack = packWith(0);
  const few = pack.topics.slice(0, 2).map((topic, i) => ({
    ...topic,
    questions: sampleBooks(2, 1)[i]!.questions.slice(),
  }));
  expect(play({ ...pack, topics: few }).items).toHaveLength(6);
});

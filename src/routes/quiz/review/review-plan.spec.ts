import { describe, expect, it } from 'vitest';
import type { Pack, Question } from '$lib/domain/bank/pack.ts';
import { question } from '$lib/domain/bank/samples.ts';
import { sampleCampaign } from '$lib/domain/points/samples.ts';
import type { Attempt } from '$lib/domain/quiz/attempt.ts';
import { answer, beginRound, type Round } from '$lib/domain/quiz/round.ts';
import { ReviewPlan } from './review-plan.ts';

const DAY_MS = 86_400_000;
const mondayMs = Date.parse('2026-11-23T12:00:00+08:00');
const of = { kind: 'review' } as const;
const bank = Array.from({ length: 30 }, (_, n) =>
  question({ type: 'judge', answer: true }, `q${String(n).padStart(2, '0')}`),
);
const questions = new Map(bank.map((q) => [q.id, q]));
const pack: Pack = { format: 1, campaign: sampleCampaign, topics: [], daily: {} };

const attempt = (questionId: string, right: boolean, day: string): Attempt => ({
  id: `${questionId} ${day} ${right}`,
  questionId,
  packHash: 'h',
  response: { type: 'judge', value: right },
  right,
  practisedAtMs: 0,
  round: { id: 'r', of: { kind: 'topic', topic: 't' }, day },
});
const chosen = (attempts: Attempt[], nowMs: number, round?: Round): string[] =>
  new ReviewPlan()
    .choose({ of, pack, questions, attempts, round, openingId: undefined, seed: 1, nowMs })
    .map(({ id }: Question) => id);

const wrong = (n: number, day = '2026-11-23') =>
  bank.slice(0, n).map(({ id }) => attempt(id, false, day));

describe('a round of 错题本', () => {
  it('asks what is due today, what waits longest first', () => {
    const attempts = [...wrong(2), attempt('q05', false, '2026-11-20')];
    expect(chosen(attempts, mondayMs)).toEqual(['q05']);
    expect(chosen(attempts, mondayMs + DAY_MS)).toEqual(['q05', 'q00', 'q01']);
  });

  it('asks at most twenty, and what was answered today counts', () => {
    const tomorrow = mondayMs + DAY_MS;
    expect(chosen(wrong(30), tomorrow)).toHaveLength(20);
    const done = bank.slice(0, 15).map(({ id }, n) => attempt(id, n % 2 === 0, '2026-11-24'));
    const left = chosen([...wrong(30), ...done], tomorrow);
    expect(left).toEqual(['q15', 'q16', 'q17', 'q18', 'q19']);
    const rest = left.map((id) => attempt(id, true, '2026-11-24'));
    expect(chosen([...wrong(30), ...done, ...rest], tomorrow)).toEqual([]);
  });

  it('leaves out a question that is not in the pack', () => {
    expect(chosen([attempt('withdrawn', false, '2026-11-20')], mondayMs)).toEqual([]);
  });

  it('that was left is finished with the questions it has', () => {
    const start = { id: 'r', of, packHash: 'h', beganAtMs: mondayMs, seed: 1 };
    const begun = beginRound(bank.slice(0, 3), start);
    const { round } = answer(begun, bank[0] as Question, 'a', { type: 'judge', value: true });
    expect(chosen(wrong(10), mondayMs + DAY_MS, round)).toEqual([]);
  });

  it('tells its result from what it was chosen from, before anything of it is saved', () => {
    const plan = new ReviewPlan();
    const tomorrow = mondayMs + DAY_MS;
    const from = {
      of,
      pack,
      questions,
      attempts: wrong(1),
      round: undefined,
      openingId: undefined,
      seed: 1,
    };
    const due = plan.choose({ ...from, nowMs: tomorrow });
    const begun = beginRound(due, { id: 'r', of, packHash: 'h', beganAtMs: tomorrow, seed: 1 });
    expect(new ReviewPlan().reportOn(begun, tomorrow)).toBeUndefined();
    const { round } = answer(begun, bank[0] as Question, 'a', { type: 'judge', value: true });
    const stem = bank[0]?.stem;
    expect(plan.reportOn(round, tomorrow)).toEqual({
      mastered: [],
      returns: [{ inDays: 2, stems: [stem] }],
    });
  });
});

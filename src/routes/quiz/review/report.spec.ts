import { describe, expect, it } from 'vitest';
import { question } from '$lib/domain/bank/samples.ts';
import type { Round } from '$lib/domain/quiz/round.ts';
import { reviewOf } from '$lib/domain/review/agenda.ts';
import type { Answered } from '$lib/domain/review/book.ts';
import { answersOf, reportOf } from './report.ts';

const questions = new Map(
  ['a', 'b', 'c', 'd'].map((id) => [
    id,
    { ...question({ type: 'judge', answer: true }, id), stem: `题 ${id}` },
  ]),
);
const today = '2026-12-19';
const answered = (questionId: string, day: string, right: boolean): Answered => ({
  id: `${questionId} ${day}`,
  questionId,
  right,
  day,
});
/** `a` has been right four times over a month, `b` and `c` were wrong yesterday, `d` is not in the round. */
const before = [
  ...['2026-11-23', '2026-11-24', '2026-11-26', '2026-12-02'].map((day, n) =>
    answered('a', day, n > 0),
  ),
  answered('b', '2026-12-18', false),
  answered('c', '2026-12-18', false),
  answered('d', '2026-12-18', false),
];
const response = { type: 'judge', value: true } as const;
const item = (questionId: string, right: boolean) => ({
  questionId,
  order: [],
  answer: { attemptId: `${questionId} ${today}`, response, right, points: 0 },
});
const round: Round = {
  id: 'r',
  of: { kind: 'review' },
  packHash: 'h',
  day: today,
  beganAtMs: 0,
  items: [item('a', true), item('b', false), item('c', true)],
  at: 2,
  phase: 'finished',
};
const reportFrom = (answers: Answered[]) =>
  reportOf(round, reviewOf(answers, questions, today), questions);

describe('the result of a review', () => {
  it('says which questions are mastered and when the others come', () => {
    const { mastered, returns } = reportFrom([...before, ...answersOf(round)]);
    expect(mastered).toEqual(['题 a']);
    expect(returns).toEqual([
      { inDays: 1, stems: ['题 b'] },
      { inDays: 2, stems: ['题 c'] },
    ]);
  });

  it('is the same whether the answers are saved already or not', () => {
    const saved = [...before, ...answersOf(round)];
    expect(reportFrom([...saved, ...answersOf(round)])).toEqual(reportFrom(saved));
  });
});

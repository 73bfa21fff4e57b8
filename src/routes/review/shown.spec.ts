import { describe, expect, it } from 'vitest';
import { question } from '$lib/domain/bank/samples.ts';
import { reviewOf } from '$lib/domain/review/agenda.ts';
import type { Answered } from '$lib/domain/review/book.ts';
import { firstDays, restOf, shownDays, waitingBeyond } from './shown.ts';

const names = Array.from({ length: 26 }, (_, n) => `q${n}`);
const questions = new Map(
  names.map((id) => [id, { ...question({ type: 'judge', answer: true }, id), stem: `题 ${id}` }]),
);
const answered = (questionId: string, day: string, right: boolean): Answered => ({
  id: `${questionId} ${day} ${right}`,
  questionId,
  right,
  day,
});
const reviewOn = (today: string, answers: Answered[]) => ({
  ...reviewOf(answers, questions, today),
  questions,
});
const wrong = names.map((id) => answered(id, '2026-11-23', false));
const mastered = ['2026-11-23', '2026-11-24', '2026-11-26', '2026-12-02', '2026-12-19'].map(
  (day, n) => answered('q0', day, n > 0),
);

describe('错题本', () => {
  it('names the days as people do, and when a question was last answered', () => {
    const days = shownDays(
      reviewOn('2026-11-24', [
        answered('q0', '2026-11-20', false),
        answered('q1', '2026-11-24', false),
        answered('q2', '2026-11-23', false),
        answered('q2', '2026-11-24', true),
      ]),
    );
    expect(days).toEqual([
      {
        when: '今天',
        entries: [
          { questionId: 'q0', stem: '题 q0', timesWrong: '错过 1 次', last: '11月20日答错' },
        ],
      },
      {
        when: '明天',
        entries: [{ questionId: 'q1', stem: '题 q1', timesWrong: '错过 1 次', last: '今天答错' }],
      },
      {
        when: '11月26日',
        entries: [{ questionId: 'q2', stem: '题 q2', timesWrong: '错过 1 次', last: '今天答对' }],
      },
    ]);
  });

  it('is shown in whole days until so many questions are reached', () => {
    const days = shownDays(reviewOn('2026-11-24', wrong));
    expect(firstDays(days, 10).map(({ when }) => when)).toEqual(['今天']);
    expect(firstDays(days, 20).map(({ when }) => when)).toEqual(['今天']);
    expect(firstDays(days, 21).map(({ when }) => when)).toEqual(['今天', '明天']);
  });

  it('says how many more are due than a day has room for', () => {
    expect(waitingBeyond(reviewOn('2026-11-24', wrong))).toBe(6);
    expect(waitingBeyond(reviewOn('2026-11-24', wrong.slice(0, 20)))).toBe(0);
  });

  it.each([
    ['nothing was ever wrong', '2026-11-24', [], '还没有错题'],
    ['nothing is due', '2026-11-23', wrong.slice(0, 3), '今天没有要复习的题'],
    [
      'the day’s review is done',
      '2026-11-24',
      [...wrong.slice(0, 1), answered('q0', '2026-11-24', true)],
      '今天的复习做完了',
    ],
    ['everything is mastered', '2026-12-19', mastered, '错题都记牢了'],
  ])('has a sentence for a day on which %s', (_, today, answers, says) => {
    expect(restOf(reviewOn(today, answers)).says).toBe(says);
  });

  it('names the next day there is something to do', () => {
    expect(restOf(reviewOn('2026-11-23', wrong.slice(0, 3))).why).toBe('下一次是明天，有 3 题。');
  });
});

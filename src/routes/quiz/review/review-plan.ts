import { dayAt } from '$lib/domain/points/day.ts';
import { agendaOf, askedOn } from '$lib/domain/review/agenda.ts';
import { answeredOf, bookOf } from '$lib/domain/review/book.ts';
import type { Plan } from '../plan.ts';

/** A round of 错题本: what is to be asked today. A round that was left is finished with the questions it has. */
export const reviewPlan: Plan = {
  of: () => ({ kind: 'review' }),
  choose({ questions, attempts, round, nowMs }) {
    if (round) return [];
    const today = dayAt(nowMs);
    const book = bookOf(attempts.map(answeredOf), questions, today);
    const asked = askedOn(agendaOf(book, today), today);
    return asked.flatMap(({ questionId }) => questions.get(questionId) ?? []);
  },
};

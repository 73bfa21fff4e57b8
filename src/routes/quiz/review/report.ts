import type { Question } from '$lib/domain/bank/pack.ts';
import type { Round } from '$lib/domain/quiz/round.ts';
import type { Review } from '$lib/domain/review/agenda.ts';
import { daysBetween, type Answered } from '$lib/domain/review/book.ts';

/** The answers of a round, whether they are saved yet or not. */
export function answersOf({ items, day }: Round): Answered[] {
  return items.flatMap(({ questionId, answer }) =>
    answer ? [{ id: answer.attemptId, questionId, right: answer.right, day }] : [],
  );
}

export interface RoundReport {
  /** Stems of the questions that leave the book. */
  mastered: string[];
  /** When the others come, the soonest first. */
  returns: { inDays: number; stems: string[] }[];
}

/** @param review the one that has the round's answers */
export function reportOf(
  round: Round,
  { today, agenda, book }: Review,
  questions: ReadonlyMap<string, Question>,
): RoundReport {
  const asked = new Set(round.items.map((item) => item.questionId));
  const stemsOf = (entries: readonly { questionId: string }[]) =>
    entries
      .filter(({ questionId }) => asked.has(questionId))
      .flatMap(({ questionId }) => questions.get(questionId)?.stem ?? []);
  const returns = agenda.map(({ day, entries }) => ({
    inDays: daysBetween(today, day),
    stems: stemsOf(entries),
  }));
  return {
    mastered: stemsOf(book.mastered),
    returns: returns.filter(({ stems }) => stems.length > 0),
  };
}

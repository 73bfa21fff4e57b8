import type { Round } from './round.ts';

/** Sets the points of every answer to what its attempt is credited with; 0 where nothing is. */
export function withCredits(round: Round, pointsOf: (attemptId: string) => number): Round {
  const items = round.items.map((item) => {
    if (!item.answer) return item;
    return { ...item, answer: { ...item.answer, points: pointsOf(item.answer.attemptId) } };
  });
  return { ...round, items };
}

/**
 * How many right answers of a round earn nothing because their question had paid already.
 * @param payerOf the attempt that a question's award is for; undefined where it has not paid
 */
export function paidBefore(
  round: Round,
  payerOf: (questionId: string) => string | undefined,
): number {
  return round.items.filter(({ questionId, answer }) => {
    const payer = payerOf(questionId);
    return answer?.right && payer !== undefined && payer !== answer.attemptId;
  }).length;
}

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
 * How many right answers of a round earn nothing: because their question had paid already, and for another reason.
 * @param payerOf the attempt that a question's award is for; undefined where it has not paid
 */
export function unpaid(
  round: Round,
  payerOf: (questionId: string) => string | undefined,
): { before: number; otherwise: number } {
  const right = round.items.filter(({ answer }) => answer?.right);
  const payers = right.map(({ questionId, answer }) => ({ payer: payerOf(questionId), answer }));
  const without = payers.filter(({ payer, answer }) => payer !== answer?.attemptId);
  const otherwise = without.filter(({ payer }) => payer === undefined).length;
  return { before: without.length - otherwise, otherwise };
}

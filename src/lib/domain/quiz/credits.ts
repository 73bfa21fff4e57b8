import type { Round } from './round.ts';

/** Sets the points of every answer to what its attempt is credited with; 0 where nothing is. */
export function withCredits(round: Round, pointsOf: (attemptId: string) => number): Round {
  const items = round.items.map((item) => {
    if (!item.answer) return item;
    return { ...item, answer: { ...item.answer, points: pointsOf(item.answer.attemptId) } };
  });
  return { ...round, items };
}

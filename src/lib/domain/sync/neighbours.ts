import type { Day } from '../points/day.ts';

/** Days that are looked back on, today included. */
export const WINDOW_DAYS = 30;
/** Fewer wallets than this would say more of them than of the question. */
export const LEAST_ANSWERS = 20;
export const MOST_QUESTIONS = 10;

/**
 * `GET /api/neighbours`: what the neighbours got wrong most, by each wallet's first answer to a question. The lowest
 * share of right answers comes first; empty while too few have answered.
 */
export interface NeighboursAnswer {
  /** The day on which it was counted. */
  day: Day;
  questions: { id: string; answers: number; rightShare: number }[];
}

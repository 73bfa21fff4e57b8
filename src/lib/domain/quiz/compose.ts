import type { Question } from '../bank/pack.ts';
import { seeded, shuffled } from './shuffle.ts';

export const TOPIC_ROUND_SIZE = 10;

/** How a resident has fared with a question so far. */
export type Standing = 'new' | 'wrong' | 'right';

/**
 * Chooses the questions of a round by topic: what was never answered comes first, then what went wrong last time,
 * then what is known; mixed within each. The opening question, where one is given, stays in front.
 */
export function composeTopicRound(
  questions: readonly Question[],
  standingOf: (questionId: string) => Standing,
  seed: number,
  openingId?: string,
): Question[] {
  const random = seeded(seed);
  const opening = questions.filter((q) => q.id === openingId);
  const rest = questions.filter((q) => q.id !== openingId);
  const byStanding = (standing: Standing) =>
    shuffled(
      rest.filter((q) => standingOf(q.id) === standing),
      random,
    );
  const ranked = [...opening, ...byStanding('new'), ...byStanding('wrong'), ...byStanding('right')];
  return ranked.slice(0, TOPIC_ROUND_SIZE);
}

/** The five of a day, the one the page is printed with in front. */
export function composeDailyRound(questions: readonly Question[], openingId?: string): Question[] {
  return [...questions].sort((a, b) => Number(b.id === openingId) - Number(a.id === openingId));
}

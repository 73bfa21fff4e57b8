import type { Question } from '../bank/pack.ts';
import { extendRound, type Round } from './round.ts';

/**
 * A round that is being played, with the wanted question as the one to answer now; what else was to be asked comes
 * after it.
 * @returns undefined where it has been answered in this round: no round asks a question twice
 */
export function askNow(round: Round, question: Question, seed: number): Round | undefined {
  const at = round.phase === 'answering' ? round.at : round.at + 1;
  const place = round.items.findIndex(({ questionId }) => questionId === question.id);
  if (place >= 0 && place < at) return undefined;
  const { items } = place < 0 ? extendRound(round, [question], seed) : round;
  const wanted = items.filter(({ questionId }) => questionId === question.id);
  const rest = items.filter(({ questionId }) => questionId !== question.id);
  return {
    ...round,
    items: [...rest.slice(0, at), ...wanted, ...rest.slice(at)],
    at,
    phase: 'answering',
  };
}

/** The round given up for another one: it ends with what has been answered. */
export function givenUp(round: Round): Round {
  return { ...round, items: round.items.filter(({ answer }) => answer), phase: 'finished' };
}

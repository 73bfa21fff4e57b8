import type { Question } from '../bank/pack.ts';
import { extendRound, next, RoundError, type Round } from './round.ts';

/** Whether this question still has to be answered in the round, or could be put into it. */
export const isOpenFor = (round: Round, questionId: string): boolean =>
  round.phase !== 'finished' &&
  !round.items.some((item) => item.questionId === questionId && item.answer);

/**
 * The round with this question to be answered now; what it had before follows.
 * @throws RoundError when the round is finished, or has an answer to it already
 */
export function askNext(round: Round, question: Question, seed: number): Round {
  if (!isOpenFor(round, question.id)) throw new RoundError('the question cannot be asked here');
  const others = round.items.filter((item) => item.questionId !== question.id);
  const place = round.phase === 'judged' ? round.at + 1 : round.at;
  const asked = extendRound({ ...round, items: [] }, [question], seed).items;
  const items = [...others.slice(0, place), ...asked, ...others.slice(place)];
  const longer = { ...round, items };
  return round.phase === 'judged' ? next(longer) : longer;
}

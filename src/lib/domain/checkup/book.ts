import type { Pack, Question } from '../bank/pack.ts';
import type { Round } from '../quiz/round.ts';

/** One of the seven books (编) of the 民法典 as the bank has it: a topic of the collection `civil-code`. */
export interface Book {
  /** The topic's id. */
  id: string;
  title: string;
  questions: readonly Question[];
}

/** One answered question of a check-up. */
export interface Answered {
  questionId: string;
  right: boolean;
}

/** How many questions a check-up asks. */
export const CHECKUP_SIZE = 20;

/** What has been answered of a check-up's round, in its order. */
export function answersOf(round: Round): Answered[] {
  return round.items.flatMap(({ questionId, answer }) =>
    answer ? [{ questionId, right: answer.right }] : [],
  );
}

/** The books in the order of the code. */
export function booksOf(pack: Pack): Book[] {
  return pack.topics.filter(({ collection }) => collection === 'civil-code');
}

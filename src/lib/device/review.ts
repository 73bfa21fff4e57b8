import { packHash } from 'virtual:catalogue';
import { questionsOf, type Question } from '../domain/bank/pack.ts';
import { dayAt } from '../domain/points/day.ts';
import { reviewOf, type Review } from '../domain/review/agenda.ts';
import { answeredOf } from '../domain/review/book.ts';
import { loadPack } from './packs.ts';
import { phone } from './phone.svelte.ts';

/** 错题本 as this phone has it, with the questions it speaks of. */
export type ReadReview = Review & { questions: ReadonlyMap<string, Question> };

/**
 * Reads it from this phone's attempts, those made on other devices of the wallet among them.
 * @throws Failure `pack-missing` without a signal where the questions were never kept, `pack-unreadable`; what
 *   IndexedDB throws
 */
export async function readReview(): Promise<ReadReview> {
  const attempts = await (await phone.journal()).attempts();
  const someWrong = attempts.some(({ right }) => !right);
  const questions = someWrong
    ? questionsOf(await loadPack(packHash, phone.open))
    : new Map<string, Question>();
  const review = reviewOf(attempts.map(answeredOf), questions, dayAt(Date.now()));
  return { ...review, questions };
}

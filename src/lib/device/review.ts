import { packHash } from 'virtual:catalogue';
import { questionsOf, type Question } from '../domain/bank/pack.ts';
import { dayAt, type Day } from '../domain/points/day.ts';
import { agendaOf, type AgendaDay } from '../domain/review/agenda.ts';
import { answeredOf, bookOf, type Answered, type Book } from '../domain/review/book.ts';
import { loadPack } from './packs.ts';
import { phone } from './phone.svelte.ts';

/** 错题本 as this phone has it now. */
export interface Review {
  today: Day;
  book: Book;
  agenda: readonly AgendaDay[];
  questions: ReadonlyMap<string, Question>;
}

/**
 * Reads it from this phone's attempts, those made on other devices of the wallet among them.
 * @param more answers that may not be among them yet
 * @throws Failure `pack-missing` without a signal where the questions were never kept, `pack-unreadable`; what
 *   IndexedDB throws
 */
export async function readReview(more: readonly Answered[] = []): Promise<Review> {
  const attempts = await (await phone.journal()).attempts();
  const answers = [...attempts.map(answeredOf), ...more];
  const someWrong = answers.some(({ right }) => !right);
  const questions = someWrong
    ? questionsOf(await loadPack(packHash, phone.open))
    : new Map<string, Question>();
  const today = dayAt(Date.now());
  const book = bookOf(answers, questions, today);
  return { today, book, agenda: agendaOf(book, today), questions };
}

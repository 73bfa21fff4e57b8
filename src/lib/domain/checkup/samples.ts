import type { Question } from '../bank/pack.ts';
import { question } from '../bank/samples.ts';
import { nextQuestion, type Chance } from './choose.ts';
import type { Answered, Book } from './book.ts';

/** Books and readers for specs; never part of the product. */

const DIFFICULTIES = [1, 2, 3] as const;

/** Book `b0` has the questions `b0-1-0`, `b0-1-1` … by difficulty. */
export function sampleBooks(count = 7, perDifficulty = 5): Book[] {
  return Array.from({ length: count }, (_, b) => ({
    id: `b${b}`,
    title: `第${b + 1}编`,
    questions: DIFFICULTIES.flatMap((difficulty) =>
      Array.from({ length: perDifficulty }, (_, i): Question => ({
        ...question({ type: 'judge', answer: true }, `b${b}-${difficulty}-${i}`),
        difficulty,
      })),
    ),
  }));
}

export interface Asked {
  book: Book;
  question: Question;
  right: boolean;
}

/** A whole check-up by someone who knows or does not know each question; ends where nothing more is asked. */
export function checkupBy(
  books: readonly Book[],
  knows: (question: Question, n: number, book: Book) => boolean,
  { seed, lastSeen }: Chance = { seed: 1, lastSeen: new Map() },
): { asked: Asked[]; answers: Answered[]; end: 'finished' | 'short' } {
  const asked: Asked[] = [];
  for (;;) {
    const answers = asked.map((a) => ({ questionId: a.question.id, right: a.right }));
    const next = nextQuestion(books, answers, { seed: seed + asked.length, lastSeen });
    if (next.is !== 'question') return { asked, answers, end: next.is };
    const book = books.find(({ questions }) => questions.includes(next.question)) as Book;
    asked.push({ book, question: next.question, right: knows(next.question, asked.length, book) });
  }
}

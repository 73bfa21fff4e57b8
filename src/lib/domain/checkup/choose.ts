import type { Question } from '../bank/pack.ts';
import type { Attempt } from '../quiz/attempt.ts';
import { seeded, shuffled } from '../quiz/shuffle.ts';
import { CHECKUP_SIZE, type Answered, type Book } from './book.ts';

/** Every book is asked this often at least, and not more than so often. */
export const LEAST_PER_BOOK = 2;
export const MOST_PER_BOOK = 4;

const MIDDLE = 2;

export type Next =
  | { is: 'question'; question: Question }
  /** All have been asked. */
  | { is: 'finished' }
  /** The bank has none left to ask. */
  | { is: 'short' };

export interface Chance {
  seed: number;
  /** When this phone last saw a question, ms since 1970; absent for one it has not seen. */
  lastSeen: ReadonlyMap<string, number>;
}

/** When each question was last seen; one from a clock that was ahead counts as seen long ago. */
export function lastSeenOf(attempts: readonly Attempt[], nowMs: number): Map<string, number> {
  const seen = new Map<string, number>();
  for (const { questionId, practisedAtMs } of attempts) {
    const atMs = practisedAtMs > nowMs ? 0 : practisedAtMs;
    seen.set(questionId, Math.max(atMs, seen.get(questionId) ?? 0));
  }
  return seen;
}

/** How a book stands within a check-up. */
interface Standing {
  book: Book;
  /** Not asked in this check-up yet. */
  left: Question[];
  asked: number;
  /** Some right, some wrong: another question tells more here than elsewhere. */
  mixed: boolean;
  /** The difficulty that comes next; absent before the first answer. */
  level: number | undefined;
}

/**
 * The next question of a check-up. Books take turns until each has had two; the rest goes where it is not clear yet.
 * Within a book a right answer brings a harder question and a wrong one an easier; a book that has not been asked
 * begins where the others stand on average, the first of all in the middle.
 * Deterministic: the same books, answers and chance give the same question.
 * @param answers in the order in which they were given
 */
export function nextQuestion(
  books: readonly Book[],
  answers: readonly Answered[],
  { seed, lastSeen }: Chance,
): Next {
  if (answers.length >= CHECKUP_SIZE) return { is: 'finished' };
  const random = seeded(seed);
  const standings = books.map((book) => standingOf(book, answers));
  const last = answers.at(-1)?.questionId;
  const standing = bookToAsk(shuffled(standings, random), last);
  if (!standing) return { is: 'short' };
  const wanted = standing.level ?? averageLevel(standings);
  const [question] = shuffled(standing.left, random).sort(
    (a, b) =>
      Math.abs(a.difficulty - wanted) - Math.abs(b.difficulty - wanted) ||
      a.difficulty - b.difficulty ||
      (lastSeen.get(a.id) ?? -1) - (lastSeen.get(b.id) ?? -1),
  );
  return question ? { is: 'question', question } : { is: 'short' };
}

function standingOf(book: Book, answers: readonly Answered[]): Standing {
  const byId = new Map(book.questions.map((q) => [q.id, q]));
  const own = answers.filter(({ questionId }) => byId.has(questionId));
  const asked = new Set(own.map(({ questionId }) => questionId));
  const latest = own.at(-1);
  const difficulty = latest && byId.get(latest.questionId)?.difficulty;
  const step = latest?.right ? 1 : -1;
  return {
    book,
    left: book.questions.filter(({ id }) => !asked.has(id)),
    asked: own.length,
    mixed: new Set(own.map(({ right }) => right)).size > 1,
    level: difficulty && Math.min(3, Math.max(1, difficulty + step)),
  };
}

function bookToAsk(standings: readonly Standing[], last: string | undefined): Standing | undefined {
  const open = standings.filter(({ asked, left }) => asked < MOST_PER_BOOK && left.length > 0);
  const turn = Math.min(...open.map(turnOf));
  const due = open.filter((standing) => turnOf(standing) === turn);
  const justAsked = ({ book }: Standing) => book.questions.some(({ id }) => id === last);
  return due.find((standing) => !justAsked(standing)) ?? due[0];
}

/** The lowest is asked first. */
function turnOf({ asked, mixed }: Standing): number {
  if (asked < LEAST_PER_BOOK) return asked;
  return mixed ? asked : asked + MOST_PER_BOOK;
}

function averageLevel(standings: readonly Standing[]): number {
  const levels = standings.flatMap(({ level }) => level ?? []);
  if (levels.length === 0) return MIDDLE;
  return Math.round(levels.reduce((sum, level) => sum + level, 0) / levels.length);
}

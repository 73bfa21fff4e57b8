import type { Question } from '../bank/pack.ts';
import { CHECKUP_SIZE, type Answered, type Book } from './book.ts';

/** 稳, 还行, 要补. */
export type Level = 'firm' | 'fair' | 'weak';

/** Of some answers: how many, how many right, and what they add up to. */
export interface Score {
  asked: number;
  right: number;
  /** A right answer counts its difficulty, 1 to 3; a wrong one nothing. */
  points: number;
  /** Three for every question: what `points` is measured against. */
  most: number;
  /** Absent where nothing was asked. */
  level: Level | undefined;
}

export interface BookReport extends Score {
  id: string;
  title: string;
  /** What was answered wrong, in the order of the bank. */
  wrong: readonly Question[];
}

export interface Report extends Score {
  /** In the order of the code. */
  books: readonly BookReport[];
  firm: readonly BookReport[];
  weak: readonly BookReport[];
  /** The three books worth reading next, the one that needs it most first. */
  reading: readonly BookReport[];
  /** Answers to questions that these books do not have: they are not counted. */
  unknown: number;
}

const TO_READ = 3;
const HARDEST = 3;

/** What a report is measured by. */
export const SCALE = {
  size: CHECKUP_SIZE,
  /** What a check-up without a wrong answer adds up to: the first question of all is of middling difficulty. */
  best: HARDEST * CHECKUP_SIZE - 1,
  /** From this share of the most there can be it is 还行, from this it is 稳. */
  fair: 1 / 3,
  firm: 1 / 2,
} as const;
export type Scale = typeof SCALE;

/**
 * What the answers of a check-up say. It depends on which questions were answered right and wrong and not on their
 * order; a question answered twice counts once, with its first answer. More right never lowers a score.
 */
export function reportOf(books: readonly Book[], answers: readonly Answered[]): Report {
  const rightOf = new Map<string, boolean>();
  for (const { questionId, right } of answers)
    if (!rightOf.has(questionId)) rightOf.set(questionId, right);
  const reports = books.map((book) => reportOn(book, rightOf));
  const sum = (of: (report: BookReport) => number) => reports.reduce((n, r) => n + of(r), 0);
  const asked = sum((r) => r.asked);
  return {
    ...scoreOf(
      asked,
      sum((r) => r.right),
      sum((r) => r.points),
    ),
    books: reports,
    firm: reports.filter(({ level }) => level === 'firm'),
    weak: reports.filter(({ level }) => level === 'weak'),
    reading: reports
      .filter(({ asked }) => asked > 0)
      .sort((a, b) => a.points * b.most - b.points * a.most || b.wrong.length - a.wrong.length)
      .slice(0, TO_READ),
    unknown: rightOf.size - asked,
  };
}

function reportOn({ id, title, questions }: Book, rightOf: ReadonlyMap<string, boolean>) {
  const asked = questions.filter((q) => rightOf.has(q.id));
  const right = asked.filter((q) => rightOf.get(q.id));
  const points = right.reduce((sum, q) => sum + q.difficulty, 0);
  const wrong = asked.filter((q) => !rightOf.get(q.id));
  return { id, title, wrong, ...scoreOf(asked.length, right.length, points) };
}

/** 稳 from one and a half points a question on average, 还行 from one. */
function scoreOf(asked: number, right: number, points: number): Score {
  const most = HARDEST * asked;
  const share = points / most;
  const level = share >= SCALE.firm ? 'firm' : share >= SCALE.fair ? 'fair' : 'weak';
  return { asked, right, points, most, level: asked > 0 ? level : undefined };
}

/** How a report stands against an earlier one. */
export interface Comparison {
  /** More points than then; negative when there are fewer. */
  points: number;
  /** Books whose level is higher than it was. */
  risen: readonly BookReport[];
  fallen: readonly BookReport[];
}

const RANK = { weak: 0, fair: 1, firm: 2 };

/** Absent where the two asked a different number of questions: their points cannot be compared. */
export function compared(now: Report, before: Report): Comparison | undefined {
  if (now.asked !== before.asked) return undefined;
  const step = ({ id, level }: BookReport) => {
    const then = before.books.find((book) => book.id === id)?.level;
    return level && then ? RANK[level] - RANK[then] : 0;
  };
  return {
    points: now.points - before.points,
    risen: now.books.filter((book) => step(book) > 0),
    fallen: now.books.filter((book) => step(book) < 0),
  };
}

import { grade, type Response, type Verdict } from '../bank/grade.ts';
import type { Question } from '../bank/pack.ts';
import { dayAt, type Day } from '../points/day.ts';
import { seeded, shuffled } from './shuffle.ts';

export type RoundKind =
  | { kind: 'daily'; date: Day }
  | { kind: 'topic'; topic: string }
  /** `code`: what the board at the station says, as it was scanned; only the server can tell whether it is right. */
  | { kind: 'station'; station: string; code?: string | undefined }
  /** 错题本. */
  | { kind: 'review' }
  /** 法治体检. */
  | { kind: 'checkup' };

/** A question's place in a round. `order` maps places on the screen to indices of the pack. */
export interface RoundItem {
  questionId: string;
  order: number[];
  /** Absent until answered. */
  answer?: { attemptId: string; response: Response; right: boolean; points: number };
}

/**
 * A short run of questions: `answering → judged → answering → … → finished`. Plain data, so that it can be stored
 * after every step and taken up again with the same question and the same order of options.
 */
export interface Round {
  id: string;
  of: RoundKind;
  packHash: string;
  /** The day it began: all its attempts belong to it. */
  day: Day;
  beganAtMs: number;
  items: RoundItem[];
  at: number;
  phase: 'answering' | 'judged' | 'finished';
}

export interface RoundStart {
  id: string;
  of: RoundKind;
  packHash: string;
  beganAtMs: number;
  seed: number;
  /** The question the page was printed with: it comes first, in the order of the bank. */
  openingId?: string;
}

export class RoundError extends Error {
  readonly code = 'round-out-of-step';
}

export function beginRound(questions: readonly Question[], start: RoundStart): Round {
  if (questions.length === 0) throw new RoundError('a round needs at least one question');
  const random = seeded(start.seed);
  return {
    id: start.id,
    of: start.of,
    packHash: start.packHash,
    day: start.of.kind === 'daily' ? start.of.date : dayAt(start.beganAtMs),
    beganAtMs: start.beganAtMs,
    items: questions.map((q) => ({
      questionId: q.id,
      order: q.id === start.openingId ? bankOrder(q) : displayOrder(q, random),
    })),
    at: 0,
    phase: 'answering',
  };
}

/** Adds questions behind those the round has: the page can begin with its first before the pack is there. */
export function extendRound(round: Round, more: readonly Question[], seed: number): Round {
  const random = seeded(seed);
  const items = more.map((q) => ({ questionId: q.id, order: displayOrder(q, random) }));
  return { ...round, items: [...round.items, ...items] };
}

/** How many things of a question can be put in another order on the screen. */
function places(question: Question): number {
  if (question.type === 'match') return question.pairs.length;
  return 'options' in question ? question.options.length : 0;
}

const bankOrder = (question: Question) => Array.from({ length: places(question) }, (_, i) => i);

function displayOrder(question: Question, random: () => number): number[] {
  const order = bankOrder(question);
  if ('fixed' in question && question.fixed) return order;
  const mixed = shuffled(order, random);
  // Things to be put in order must not lie there solved.
  const solved = mixed.every((index, place) => index === place);
  if (question.type === 'order' && solved) mixed.push(mixed.shift() as number);
  return mixed;
}

export function currentItem(round: Round): RoundItem {
  const item = round.items[round.at];
  if (!item) throw new RoundError('the round has no such place');
  return item;
}

/**
 * Judges the current question. The points come from the award rule and are filled in by {@link withPoints}.
 * @throws RoundError when the current question is answered already or another one is meant
 */
export function answer(
  round: Round,
  question: Question,
  attemptId: string,
  response: Response,
): { round: Round; verdict: Verdict } {
  const item = currentItem(round);
  if (round.phase !== 'answering' || item.questionId !== question.id) {
    throw new RoundError('this question is not waiting for an answer');
  }
  const verdict = grade(question, response);
  const judged: RoundItem = {
    ...item,
    answer: { attemptId, response, right: verdict.right, points: 0 },
  };
  return { round: { ...replaceCurrent(round, judged), phase: 'judged' }, verdict };
}

export function withPoints(round: Round, points: number): Round {
  const item = currentItem(round);
  if (!item.answer) throw new RoundError('nothing has been answered yet');
  return replaceCurrent(round, { ...item, answer: { ...item.answer, points } });
}

/** Takes over the answers that another state of the same round has, with their points. */
export function withAnswersOf(round: Round, other: Round): Round {
  const answers = new Map(other.items.map((item) => [item.questionId, item.answer]));
  const items = round.items.map((item) => {
    const known = item.answer && answers.get(item.questionId);
    return known ? { ...item, answer: known } : item;
  });
  return { ...round, items };
}

function replaceCurrent(round: Round, item: RoundItem): Round {
  return { ...round, items: round.items.map((old, i) => (i === round.at ? item : old)) };
}

/** Goes on to the next question, or to the result after the last. */
export function next(round: Round): Round {
  if (round.phase !== 'judged') throw new RoundError('the current question has not been answered');
  const at = round.at + 1;
  if (at === round.items.length) return { ...round, phase: 'finished' };
  return { ...round, at, phase: 'answering' };
}

export function resultOf(round: Round): { right: number; total: number; points: number } {
  const answers = round.items.flatMap((item) => (item.answer ? [item.answer] : []));
  return {
    right: answers.filter((a) => a.right).length,
    total: round.items.length,
    points: answers.reduce((sum, a) => sum + a.points, 0),
  };
}

/** What a round is stored under: there is one of each at a time. */
export function slotOf(of: RoundKind): string {
  switch (of.kind) {
    case 'daily':
      return `daily:${of.date}`;
    case 'topic':
      return `topic:${of.topic}`;
    case 'station':
      return `station:${of.station}`;
    default:
      return of.kind;
  }
}

const RESUME_MS = 12 * 3_600_000;

/** A round is taken up again on the day it began and, for walks past midnight, within twelve hours. */
export function mayResume(round: Round, nowMs: number): boolean {
  if (round.phase === 'finished') return false;
  return round.day === dayAt(nowMs) || Math.abs(nowMs - round.beganAtMs) < RESUME_MS;
}

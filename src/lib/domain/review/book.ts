import { addDays, type Day } from '../points/day.ts';
import type { Attempt } from '../quiz/attempt.ts';
import { remembered, spanOf, type Memory } from './memory.ts';

/**
 * A question answered right is mastered when it need not come again for three weeks. From one wrong answer that takes
 * four right ones (1, 3, 9 and 26 days after it), more where it went wrong again: each has bridged a longer gap than
 * the last, so it was not luck, nor the explanation still in the ear. Then the next day would be six weeks off; to keep
 * a question for that would fill the book with what is known.
 */
export const MASTERED_DAYS = 21;

/** What counts of an attempt. */
export interface Answered {
  id: string;
  questionId: string;
  right: boolean;
  /** The day of its round. */
  day: Day;
}

export function answeredOf({ id, questionId, right, round: { day } }: Attempt): Answered {
  return { id, questionId, right, day };
}

/** A question that was answered wrong at least once. */
export interface Entry {
  questionId: string;
  timesWrong: number;
  lastOn: Day;
  lastRight: boolean;
  due: Day;
  /** From `lastOn` to `due`. */
  spanDays: number;
  mastered: boolean;
}

/** 错题本 on a day. */
export interface Book {
  /** What is to come again: what is due first, and of the same day what sits least, first. */
  entries: readonly Entry[];
  mastered: readonly Entry[];
  /** How many questions that were due have been answered today, in whatever round. */
  doneToday: number;
}

/**
 * 错题本 as it follows from the attempts alone, in whatever order they arrived: two phones of a wallet that know the
 * same attempts have the same book. A question enters with its first wrong answer; from then on each day on which it
 * is answered is a review. It leaves when it is mastered and comes back with the next wrong answer.
 * @param known the questions that are still asked; a withdrawn one is left out
 */
export function bookOf(
  answers: readonly Answered[],
  known: { has(questionId: string): boolean },
  today: Day,
): Book {
  const wrong = new Set(answers.filter((a) => !a.right).map((a) => a.questionId));
  const byQuestion = new Map<string, Map<string, Answered>>();
  for (const answer of answers) {
    const { questionId, id } = answer;
    if (!wrong.has(questionId) || !known.has(questionId)) continue;
    const own = byQuestion.get(questionId) ?? new Map<string, Answered>();
    byQuestion.set(questionId, own.set(id, answer));
  }
  const all = [...byQuestion].map(([questionId, own]) =>
    reviewed(questionId, [...own.values()], today),
  );
  const entries = all.map(({ entry }) => entry).sort(byUrgency);
  return {
    entries: entries.filter((entry) => !entry.mastered),
    mastered: entries.filter((entry) => entry.mastered),
    doneToday: all.filter(({ doneToday }) => doneToday).length,
  };
}

function byUrgency(a: Entry, b: Entry): number {
  if (a.due !== b.due) return a.due < b.due ? -1 : 1;
  return a.spanDays - b.spanDays || (a.questionId < b.questionId ? -1 : 1);
}

function reviewed(questionId: string, answers: readonly Answered[], today: Day) {
  let memory: Memory | undefined;
  let last: Omit<Entry, 'questionId' | 'timesWrong'> | undefined;
  let doneToday = false;
  for (const { day, right } of stepsOf(answers, today)) {
    if (!last && right) continue;
    doneToday = day === today && last !== undefined && !last.mastered && last.due <= today;
    memory = remembered(memory, last ? daysBetween(last.lastOn, day) : 0, right);
    const spanDays = spanOf(memory);
    const mastered = right && spanDays >= MASTERED_DAYS;
    last = { lastOn: day, lastRight: right, due: addDays(day, spanDays), spanDays, mastered };
  }
  if (!last) throw new Error(`${questionId} was never answered wrong`);
  const timesWrong = answers.filter((a) => !a.right).length;
  return { entry: { questionId, timesWrong, ...last }, doneToday };
}

/**
 * A day counts once, and as wrong if any of its answers was: what is right an hour after its explanation says little.
 * So neither the order of arrival nor the time of day matters. An answer of a day that is still to come was given
 * under a clock that was ahead, and when is not known: it counts as the oldest.
 */
function stepsOf(answers: readonly Answered[], today: Day): { day: Day; right: boolean }[] {
  const past = answers.map(({ day }) => day).filter((day) => day <= today);
  const oldest = addDays(past.length > 0 ? past.reduce((a, b) => (a < b ? a : b)) : today, -1);
  const rightOn = new Map<Day, boolean>();
  for (const { day, right } of answers) {
    const counted = day <= today ? day : oldest;
    rightOn.set(counted, right && (rightOn.get(counted) ?? true));
  }
  return [...rightOn]
    .map(([day, right]) => ({ day, right }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

const DAY_MS = 86_400_000;
export const daysBetween = (from: Day, to: Day): number =>
  (Date.parse(to) - Date.parse(from)) / DAY_MS;

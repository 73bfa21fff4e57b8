import { addDays, type Day } from '../points/day.ts';
import { bookOf, daysBetween, type Answered, type Book, type Entry } from './book.ts';

/** More would be a chore. */
export const REVIEWS_A_DAY = 20;

export interface AgendaDay {
  day: Day;
  /** What has waited longest first. */
  entries: readonly Entry[];
}

/**
 * When each question of the book is asked: on the day it is due or, where that is full, on one after it. What was done
 * today is taken off today's room.
 * @returns only days that have questions, the earliest first
 */
export function agendaOf({ entries, doneToday }: Book, today: Day): AgendaDay[] {
  const agenda: AgendaDay[] = [];
  let coming = entries;
  const roomToday = Math.max(0, REVIEWS_A_DAY - doneToday);
  for (let day = today; coming[0]; day = addDays(day, 1)) {
    if (coming[0].due > day) day = coming[0].due;
    const asked = mostWorthwhile(
      coming.filter((entry) => entry.due <= day),
      day,
      day === today ? roomToday : REVIEWS_A_DAY,
    );
    if (asked.size > 0) agenda.push({ day, entries: coming.filter((entry) => asked.has(entry)) });
    coming = coming.filter((entry) => !asked.has(entry));
  }
  return agenda;
}

/**
 * Where more is due than a day has room for: what has waited least for its span, because most of it is still there.
 * To begin with what has waited longest sounds fairer, but who has fallen behind would be asked nothing but what is
 * forgotten, day after day, and never catch up (see year.spec.ts).
 */
function mostWorthwhile(due: readonly Entry[], day: Day, room: number): Set<Entry> {
  const waited = ({ lastOn, spanDays }: Entry) => daysBetween(lastOn, day) / spanDays;
  return new Set([...due].sort((a, b) => waited(a) - waited(b)).slice(0, room));
}

/** What is asked on a day, in that order. */
export function askedOn(agenda: readonly AgendaDay[], day: Day): readonly Entry[] {
  return agenda.find((at) => at.day === day)?.entries ?? [];
}

/** 错题本 on a day, with what comes when. */
export interface Review {
  today: Day;
  book: Book;
  agenda: readonly AgendaDay[];
}

/** @param known as for `bookOf` */
export function reviewOf(
  answers: readonly Answered[],
  known: { has(questionId: string): boolean },
  today: Day,
): Review {
  const book = bookOf(answers, known, today);
  return { today, book, agenda: agendaOf(book, today) };
}

import { daysBetween, type Entry } from '$lib/domain/review/book.ts';
import { askedOn, type Review } from '$lib/domain/review/agenda.ts';
import type { ReadReview } from '$lib/device/review.ts';
import type { ShownDay, ShownEntry } from '$lib/ui/review/shown.ts';
import { dayText, reviewText } from '$lib/ui/text/review.ts';

/** 错题本 by the days on which its questions come. */
export function shownDays({ agenda, today, questions }: ReadReview): ShownDay[] {
  const when = (day: string) => dayText(day, daysBetween(today, day));
  const shown = ({ questionId, timesWrong, lastOn, lastRight }: Entry): ShownEntry => ({
    questionId,
    stem: questions.get(questionId)?.stem ?? '',
    timesWrong: reviewText.timesWrong(timesWrong),
    last: reviewText.last(when(lastOn), lastRight),
  });
  return agenda.map(({ day, entries }) => ({ when: when(day), entries: entries.map(shown) }));
}

/** The first days, up to the one with which so many questions are reached. */
export function firstDays(days: readonly ShownDay[], questions: number): readonly ShownDay[] {
  let before = 0;
  return days.filter(({ entries }) => {
    const early = before < questions;
    before += entries.length;
    return early;
  });
}

export const countOf = (days: readonly ShownDay[]): number =>
  days.reduce((sum, { entries }) => sum + entries.length, 0);

/** How many questions are due that today has no room for. */
export function waitingBeyond({ agenda, book, today }: Review): number {
  const due = book.entries.filter((entry) => entry.due <= today);
  return due.length - askedOn(agenda, today).length;
}

/** What is said on a day without anything to review. */
export function restOf({ agenda, book, today }: Review): { says: string; why: string } {
  const [next] = agenda;
  if (next) {
    const when = dayText(next.day, daysBetween(today, next.day));
    return {
      says: book.doneToday > 0 ? reviewText.finishedToday : reviewText.noneToday,
      why: reviewText.next(when, next.entries.length),
    };
  }
  return book.mastered.length > 0
    ? { says: reviewText.noneLeft, why: reviewText.noneLeftWhy }
    : { says: reviewText.noneYet, why: reviewText.noneYetWhy };
}

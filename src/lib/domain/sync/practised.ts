import { addDays, dayAt, type Day } from '../points/day.ts';

/** A round may have begun this long before the sync that came between its questions. */
const GRACE_MS = 2 * 3_600_000;
const DAY_MS = 86_400_000;

export interface Window {
  /** What the phone's clock is ahead of the server's, ms. */
  aheadMs: number;
  /** Until when this phone's attempts are known: its last sync, or the first day a first sync is believed. */
  fromMs: number;
  nowMs: number;
}

/**
 * When an attempt was practised and on which day it counts, as far as the server believes it: the phone's clock is
 * corrected by what it was off when it sent, and the result lies within the window. A round that began before midnight
 * stays on its day.
 */
export function believed(
  attempt: { practisedAtMs: number; round: { day: Day } },
  { aheadMs, fromMs, nowMs }: Window,
): { practisedAtMs: number; day: Day } {
  const from = Math.max(0, fromMs - GRACE_MS);
  const practisedAtMs = Math.min(nowMs, Math.max(from, attempt.practisedAtMs - aheadMs));
  const daysBefore = Math.round(
    (Date.parse(dayAt(attempt.practisedAtMs)) - Date.parse(attempt.round.day)) / DAY_MS,
  );
  const day = addDays(dayAt(practisedAtMs), -Math.max(0, Math.min(daysBefore, 60)));
  return { practisedAtMs, day: day < dayAt(from) ? dayAt(from) : day };
}

/** A calendar day in Asia/Shanghai, `YYYY-MM-DD`. China keeps UTC+8 all year, so no time zone data is needed. */
export type Day = string;
/** A Monday–Sunday week by ISO 8601, `YYYY-WW`. */
export type Week = string;

const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;
const format = (utcMs: number): Day => new Date(utcMs).toISOString().slice(0, 10);
const utc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

/** @param atMs milliseconds since 1970 UTC */
export function dayAt(atMs: number): Day {
  return format(atMs + SHANGHAI_MS);
}

export function addDays(day: Day, days: number): Day {
  return format(utc(day) + days * DAY_MS);
}

export function isNextDay(day: Day, next: Day): boolean {
  return addDays(day, 1) === next;
}

/** 1 Monday … 7 Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(utc(day)).getUTCDay() || 7;
}

export function weekOf(day: Day): Week {
  // The ISO week belongs to the year of its Thursday.
  const thursday = addDays(day, 4 - weekdayOf(day));
  const year = thursday.slice(0, 4);
  const week = 1 + Math.floor((utc(thursday) - utc(`${year}-01-01`)) / (7 * DAY_MS));
  return `${year}-${String(week).padStart(2, '0')}`;
}

/** Monday to Sunday of the week that holds `day`. */
export function daysOfWeek(day: Day): Day[] {
  const monday = addDays(day, 1 - weekdayOf(day));
  return Array.from({ length: 7 }, (_, i) => addDays(monday, i));
}

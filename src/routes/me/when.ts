import { dayAt, type Day } from '$lib/domain/points/day.ts';
import { longDay, shortDay } from '$lib/ui/text/dates.ts';
import { devicesText } from '$lib/ui/text/me.ts';

/** 11月23日, with the year where it is not this one. */
export function dateOf(atMs: number, nowMs: number): string {
  const day = dayAt(atMs);
  return yearOf(day) === yearOf(dayAt(nowMs)) ? shortDay(day) : longDay(day);
}

/** 今天 14:05, else the date. A device that has never synced has 0. */
export function lastTime(atMs: number, nowMs: number): string {
  if (atMs === 0) return devicesText.never;
  if (dayAt(atMs) !== dayAt(nowMs)) return dateOf(atMs, nowMs);
  return devicesText.today(
    new Date(atMs).toLocaleTimeString('zh-CN', {
      hour: 'numeric',
      minute: '2-digit',
      timeZone: 'Asia/Shanghai',
    }),
  );
}

const yearOf = (day: Day) => day.slice(0, 4);

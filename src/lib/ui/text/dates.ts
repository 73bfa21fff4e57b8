import type { Day } from '$lib/domain/points/day.ts';

/** 2027年10月31日 */
export function longDay(day: Day): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${year}年${month}月${date}日`;
}

/** 11月23日 */
export function shortDay(day: Day): string {
  return longDay(day).replace(/^\d+年/, '');
}

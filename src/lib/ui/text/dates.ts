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

/** 19:05, as the clocks in China have it. */
export function timeOf(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('zh-CN', {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZone: 'Asia/Shanghai',
  });
}

import type { Day } from '$lib/domain/points/day.ts';
import { longDay } from './dates.ts';

/** The boards along the trail, on paper. */
export const posterText = {
  title: (run: string) => `宣传牌（批次 ${run}）`,
  park: '民法典公园',
  place: (n: number, of: number) => `第 ${n} 站 · 共 ${of} 站`,
  book: (name: string) => `民法典 · ${name}编`,
  source: '依据：',
  scan: '扫一扫，答几题',
  questions: (n: number, points: number) => `${n} 道小题，答完这一站，另得 ${points} 分`,
  goods: '积分可到便利店换东西，不用登录',
  qr: (name: string) => `${name}的二维码`,
  typed: '扫不了，就在浏览器里输入：',
  campaign: (title: string, from: Day, until: Day) =>
    `${title}：${longDay(from)}至${longDay(until)}`,
  run: (run: string) => `批次 ${run}`,
} as const;

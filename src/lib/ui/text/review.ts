import type { Day } from '$lib/domain/points/day.ts';
import { longDay, shortDay } from './dates.ts';

/** 错题本 */
export const reviewText = {
  title: '错题本',
  intro: '答错的题会自动记到这里，过一两天再来问你。答对了，下次隔得久一些；记牢了，它就不再来。',
  reading: '正在翻开错题本……',

  today: '今天该复习',
  count: (n: number) => `${n} 题`,
  start: (n: number) => `开始复习（${n} 题）`,
  done: (n: number) => `今天已经复习了 ${n} 题。`,
  more: (n: number, most: number) =>
    `一天最多复习 ${most} 题，还有 ${n} 题排到后面几天，不用着急。`,

  noneYet: '还没有错题',
  noneYetWhy: '答错了也不要紧，题目会自己记到这里，过后再练一遍就熟了。',
  noneToday: '今天没有要复习的题',
  finishedToday: '今天的复习做完了',
  next: (when: string, n: number) => `下一次是${when}，有 ${n} 题。`,
  noneLeft: '错题都记牢了',
  noneLeftWhy: '去答几道没做过的题吧。再有答错的，还会记到这里。',
  practise: '去答几题',
  failed: { says: '错题本没有打开。', todo: '请再试一次，作答都在手机里。' },
  again: '再试一次',
  toBook: '看错题本',
  whyNone: '答错的题记在错题本里，到了日子就能复习。',

  later: (n: number) => `再往后还有 ${n} 题`,
  timesWrong: (n: number) => `错过 ${n} 次`,
  last: (when: string, right: boolean) => `${when}${right ? '答对' : '答错'}`,
  mastered: (n: number) => `已掌握 ${n} 题`,
  masteredWhy: '隔了好些天还答得对，就算掌握。以后再答错，它会回来。',

  seal: '已掌握',
  goodbye: (n: number) => (n === 1 ? '这道题，你已经记牢了。' : `这 ${n} 道题，你已经记牢了。`),
  goodbyeWarm: '一回生，二回熟，就此别过，湖边再见。',
  comesBack: '下次什么时候来',
  backIn: (days: number) => (days <= 1 ? '明天再见' : `${days} 天后再见`),
} as const;

/** 今天, 明天, 昨天, otherwise the date; with its year where that might be taken for another. */
export function dayText(day: Day, inDays: number): string {
  const near = { '-1': '昨天', '0': '今天', '1': '明天' }[inDays];
  return near ?? (Math.abs(inDays) < 300 ? shortDay(day) : longDay(day));
}

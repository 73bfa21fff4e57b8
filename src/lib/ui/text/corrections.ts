import { longDay } from './dates.ts';

/** 更正: what has changed of the questions that a resident has answered. */
export const correctionText = {
  title: '更正',
  news: (n: number) => `更正：有 ${n} 道答过的题改了`,
  look: '看一看',
  intro: '题目出了错，或者法律改了，就会撤下或更正。你答过的，列在这里。',
  kinds: { withdrawn: '已撤下', corrected: '已更正' },
  on: longDay,
  gone: '这道题有问题，不再出了。',
  noStem: '这道题没有存在手机里，有信号时再来看。',
  explanation: '现在的解析',
  points: '已经得到的积分不收回。',
  reading: '正在看……',
  broken: '没有读出来，请关掉再试一次。',
} as const;

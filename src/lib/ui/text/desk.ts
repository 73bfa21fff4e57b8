import { dayOf, timeOf } from './shop.ts';

/** What stands beside the scanning: the line to the server, who is on duty, sound, the month's account. */
export const deskText = {
  line: {
    gone: '没有信号',
    there: '已联网',
    unknown: '正在连接……',
    may: '能离线核销',
    mayNot: {
      'no-right': '现在不能核销：这台设备只能联网核销。',
      'list-old': '现在不能核销：作废名单超过 72 小时没更新。',
      clock: '现在不能核销：这台设备的时间不对。',
    },
    waiting: (n: number) => `离线核销 ${n} 笔待上传`,
    uploaded: (n: number) => `${n} 笔已上传`,
    list: (age: string) => `作废名单${age}更新`,
    justNow: '刚刚',
    minutes: (n: number) => ` ${n} 分钟前`,
    hours: (n: number) => ` ${n} 小时前`,
    readyAlone: '没信号时也能核销',
    otherRight: (atMs: number) =>
      `${dayOf(atMs)} ${timeOf(atMs)} 起能离线核销：要等前一台设备过期。`,
    otherTerminals: (n: number) => `店里还有 ${n} 台设备没退出，它们退出后这台才能离线核销。`,
    ended: '离线核销已由活动主办方收回。没上传的会照常上传。',
    tryNow: '现在连一次',
  },
  news: {
    title: '上传以后的结果',
    why: '这几笔是没信号时交的货，当时谁也看不到，不怪店里。',
    read: '知道了',
  },
  clerk: {
    who: '谁在上班？',
    pin: '数字密码',
    pinOf: (name: string) => `${name}的数字密码`,
    keys: '数字键盘',
    erase: '删一位',
    enter: '确定',
    busy: '正在核对……',
    other: '换一个人',
    change: '换班',
    on: (name: string) => `${name}在班`,
    cancel: '不换班',
    typed: (n: number) => `已输入 ${n} 位`,
  },
  sound: { on: '声音和振动：开', off: '声音和振动：关' },
  install: {
    title: '装到桌面',
    why: '装好后点图标就能打开，没信号也能打开。',
    ios: '点分享按钮，再点“添加到主屏幕”。装好后没信号也能打开。',
  },
  offlineReady: {
    yes: '没信号也能打开这一页',
    no: '正在存到这台设备，存好后没信号也能打开……',
  },
  update: { says: '有新版本', button: '更新' },
  takings: {
    title: '账目',
    back: '今日',
    month: '月份',
    reading: '正在读取账目……',
    owed: '应结',
    pieces: '已交货',
    count: (n: number) => `${n} 件`,
    open: '未结算，数字还会变。',
    frozen: (atMs: number) => `${dayOf(atMs)}已结算。以后更正记在下个月。`,
    waiting: (n: number, yuan: string) =>
      `另有 ${n} 件共 ${yuan} 要等活动主办方核对，没有算在里面。`,
    perGoods: '按商品',
    perClerk: '按店员',
    noClerk: '未登记',
    corrections: '更正',
    differences: '和店里记的不一样的',
    differencesWhy: '没信号时交的货，上传后才知道结果。',
    empty: '这个月还没有核销。',
    excel: '存成 Excel',
    csv: '存成 CSV',
    filesWhy: '用 Excel 或 WPS 打开，也可以发给记账的人。',
    heads: { goods: '商品', clerk: '店员', pieces: '件数', yuan: '结算' },
  },
} as const;

/** How long ago, from a minute on. */
export function ageOf(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < 1) return deskText.line.justNow;
  if (minutes < 60) return deskText.line.minutes(minutes);
  return deskText.line.hours(Math.floor(minutes / 60));
}

import type { ReleaseReason } from '$lib/domain/ledger/transfer.ts';
import type { DifferenceCause } from '$lib/domain/points/difference.ts';
import { shortDay } from './dates.ts';

/** 钱包: the numbers, what can be had, the statement. */
export const walletText = {
  title: '钱包',
  available: '可用',
  pending: '待同步',
  held: '冻结',
  reading: '正在读取手机里的记录……',
  /** What the three numbers mean; only for those that are not 0. */
  pendingWhy: '待同步的积分是手机估算的，同步后变成“可用”。',
  heldWhy: '冻结的积分在兑换券上，没领走可以退回。',

  sync: {
    backedUp: '已备份',
    last: (ago: string) => `上次同步：${ago}`,
    waiting: (n: number) => `还有 ${n} 题没备份`,
    waitingWhy: '请不要清理本站的数据，以免丢掉积分。',
    offline: '没有信号',
    offlineWhy: '作答都存在手机里，有信号时会自动同步。',
    fleeting: '这个浏览器不让网页存东西，这里的积分只留到关闭页面为止。',
    busy: '正在同步……',
    now: '现在同步',
    gotIt: '知道了',
    notMade: (why: string) => `刚才的兑换没有办成：${why}`,
  },

  vouchers: '我的兑换券',
  asked: '正在确认',
  askedWhy: '还没收到服务器的回答。有信号时会自动再问，不会多扣积分。',
  askedGoods: '商品',
  earlier: (n: number) => `用过和退回的（${n} 张）`,

  goods: '可兑换的商品',
  chooseShop: '在哪家店领',
  sample: '样例',
  sampleWhy: '样例店，只作演示，不发商品。',
  closed: '这家店暂停兑换。',
  ended: '兑换期已经结束。',
  address: '地址',
  hours: '营业时间',
  price: (n: number) => `${n} 积分`,
  left: (n: number) => `剩 ${n} 件`,
  soldOut: '已兑完',
  missing: (n: number) => `还差 ${n} 积分`,
  afterSync: '同步以后就够了',
  tooNew: (days: number) => `新钱包，再过 ${days} 天才能换`,
  tooNewUnopened: (days: number) => `钱包开通 ${days} 天后才能换`,
  take: '兑换',
  takeThis: (goods: string) => `兑换：${goods}`,
  goodsOffline: '没有信号，连上网才能兑换。',
  goodsAsSeen: '下面是上次看到的。',
  goodsNever: '没有信号，商品还没有取到。',
  goodsFailed: (why: string) => `商品没有取到：${why}`,
  goodsReading: '正在取商品……',
  tryAgain: '再试一次',

  ask: {
    title: (goods: string) => `兑换${goods}？`,
    hold: (points: number, days: number) => `冻结 ${points} 积分，${days} 天内到店领取`,
    holdToday: (points: number) => `冻结 ${points} 积分，今天内到店领取`,
    where: '到这家店领',
    why: '还没领的时候可以取消，积分全部退回。',
    yes: '确认兑换',
    busy: '正在兑换……',
    no: '先不换',
    close: '知道了',
    missing: (n: number) => `还差 ${n} 积分。`,
    unknown: '没收到服务器的回答，还不知道换成没有。有信号时会自动再问，不会多扣积分。',
    failed: '没有办成，请再试一次。',
  },

  statement: '积分明细',
  stationRound: (name?: string) => (name ? `游园 · ${name}` : '游园答题'),
  reviewRound: '错题本',
  checkupRound: '法治体检',
  empty: '还没有积分',
  emptyWhy: '去答第一题，答对就有。',
  start: '去答题',
  more: '更多',
  dates: (until: string, redeem: string) => `攒积分到${until}为止，兑换到${redeem}为止。`,
  rules: '积分规则',

  round: (right: number, answered: number) => `答 ${answered} 题，对 ${right} 题`,
  elsewhere: '在另一台手机上答的',
  pendingPart: (n: number) => `其中 ${n} 分待同步`,
  moves: {
    hold: '兑换冻结',
    consume: '已领取',
    undo: '店员撤销',
    release: '退回',
    'reverse-award': '并入其他钱包',
    close: '钱包注销',
  },
  awards: { question: '答题', daily: '今日五题', station: '站点奖励', week: '练满一周' },
  times: (n: number) => `${n} 笔`,
  consumed: (n: number) => `用掉冻结的 ${n} 积分`,
  undone: (n: number) => `${n} 积分又冻结，券还能用`,
  notHere: '作答不在这台手机里',
} as const;

/** 兑换券 */
export const voucherText = {
  title: '兑换券',
  back: '钱包',
  reading: '正在打开兑换券……',
  notLoaded: '没有信号，这一页没有打开。连上网再试一次。',
  states: {
    held: '待领取',
    returning: '退回中',
    'handed-over': '已领取',
    cancelled: '已取消',
    expired: '已过期',
    'sold-out': '店里缺货',
    closed: '已作废',
  },
  returned: '积分已退回',
  show: '领的时候给店员扫这个码',
  qr: (goods: string) => `兑换券二维码：${goods}`,
  code: '券码',
  codeWhy: '扫不出来，就把券码报给店员。',
  bright: '把屏幕调亮一些更好扫。',
  validUntil: '有效期至',
  until: (time: string) => `${time} 前有效`,
  shop: '领取的店',
  points: '积分',
  handedOver: (time: string) => `${time} 领走`,
  released: (time: string, points: number) => `${points} 积分回到“可用”，${time}`,
  returning: (points: number) =>
    `过了有效期，${points} 积分会退回“可用”。连上网就会办，一般几分钟到账。`,
  /** The shop hands over without a signal: what it did must be known first. */
  waiting: {
    cancelled: (points: number, latest: string) =>
      `已取消。这家店没信号时也能给货，要等店里的设备连上网核对，没领走的话 ${points} 积分就退回“可用”，最晚${latest}。`,
    expired: (points: number, latest: string) =>
      `过了有效期。这家店没信号时也能给货，要等店里的设备连上网核对，没领走的话 ${points} 积分就退回“可用”，最晚${latest}。`,
  },
  doubtful: '手机上看已经过期，服务器却没有退回。如果是手机时间不准，券还能用，请店员扫一下。',
  cancel: '取消兑换',
  cancelAsk: '取消这次兑换？',
  cancelWarn: (goods: string, points: number) =>
    `“${goods}”的这张券不能再用，${points} 积分退回“可用”。店里正好没信号的，要等它连上网。`,
  cancelYes: '取消兑换',
  cancelBusy: '正在取消……',
  cancelNo: '留着这张券',
  cancelOffline: '没有信号，连上网才能取消。',
  cancelUnknown: '没收到服务器的回答，还不知道取消了没有。连上网再看一看。',
  showOffline: '没有信号也能领，给店员扫这个码',
  unknown: '没有找到这张兑换券',
  unknownWhy: '它不在这台手机的钱包里，可能是用另一台手机换的。',
  toWallet: '回钱包',
} as const;

/** Why points came back, for the statement. */
export const releaseText: Record<ReleaseReason, string> = {
  cancelled: '取消了兑换',
  expired: '过期没有领',
  'sold-out': '店里缺货',
  closed: '钱包注销',
};

/** Why other points were booked than the phone had estimated; a sentence without its end. */
export function differenceText(cause: DifferenceCause): string {
  switch (cause.why) {
    case 'capped':
      return { cap: '已达今日上限', budget: '活动积分已发完', dates: '不在活动日期内' }[cause.by];
    case 'known':
      return '这题已记过分';
    case 'day':
      return `日期按收到的时间算，记在${shortDay(cause.to)}`;
    case 'judged':
      return cause.right ? '核对后算答对' : '核对后算答错';
    case 'rejected':
      return cause.reason === 'unknown-question' ? '题目已不认' : '作答记录有误，没有入账';
    case 'recounted':
      return '和另一台手机的作答合在一起算';
  }
}

/** 少记 4 分 / 多记 1 分; nothing where the points are the same. */
export const differencePoints = (points: number): string =>
  points === 0 ? '' : `，比估算${points < 0 ? '少' : '多'} ${Math.abs(points)} 分`;

/** +5, −100, 0; with the minus sign that is as wide as the plus. */
export const signed = (points: number): string =>
  points > 0 ? `+${points}` : points < 0 ? `−${-points}` : '0';

/** 刚刚, 3分钟前, 2小时前, 5天前 */
export function agoText(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000);
  if (minutes < 1) return '刚刚';
  if (minutes < 60) return `${minutes}分钟前`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}小时前` : `${Math.floor(hours / 24)}天前`;
}

const WEEKDAYS = '日一二三四五六';
const SHANGHAI_MS = 8 * 3_600_000;

/** Beijing time: 12月1日（星期二）14:05. Midnight is the end of the day before: 12月31日（星期四）24:00. */
export function momentText(atMs: number, { weekday = true } = {}): string {
  const midnight = (atMs + SHANGHAI_MS) % 86_400_000 === 0;
  const date = new Date(atMs + SHANGHAI_MS - (midnight ? 1 : 0));
  const two = (n: number) => String(n).padStart(2, '0');
  const time = midnight ? '24:00' : `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  const day = `${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
  return weekday ? `${day}（星期${WEEKDAYS[date.getUTCDay()]}）${time}` : `${day} ${time}`;
}

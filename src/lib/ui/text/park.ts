import type { Bonus } from '$lib/domain/trail/bonus.ts';

/** 游园: the map and the stations. */
export const parkText = {
  title: '游园',
  intro: (stations: number) =>
    `绕湖一圈，${stations} 个站点，一站一个小故事、几道题。从哪一站走起都行。`,
  boards: (points: number) =>
    `到站扫一扫宣传牌上的二维码，把这一站的题答完，另得 ${points} 分站点奖励。不扫牌也能答，只是没有这 ${points} 分。`,
  map: '游线地图',
  list: '全部站点',
  walked: (done: number, stations: number) => `走完 ${done} 站，共 ${stations} 站`,
  all: '一圈走完了，改天带家里人再来走走。',
  book: (name: string) => `${name}编`,
  fresh: '没去过',
  begun: (answered: number, total: number) => `答了 ${answered} 题，共 ${total} 题`,
  some: '答了几题',
  done: '走完了',
  marker: (name: string, state: string) => `${name}，${state}`,
  sign: '✓',
} as const;

/** What is shown of a station's progress. */
export function stationState(answered: number, total: number): string {
  if (answered === 0) return parkText.fresh;
  return answered < total ? parkText.begun(answered, total) : parkText.done;
}

/** A station's own page, where a board's QR leads. */
export const stationText = {
  law: '民法典',
  source: '依据：',
  start: '开始答题',
  goOn: '接着答题',
  again: '再答一遍',
  toMap: '看游线地图',
  board: '宣传牌',
  /** Before the code is read, and without scripts. */
  atBoard: (points: number) => ({
    head: '答完这一站',
    detail: `扫宣传牌上的二维码进来，把题答完，另得 ${points} 分站点奖励。`,
  }),
  torn: { head: '牌码没有认全', detail: '照样能答，只是没有站点奖励。到牌前再扫一次就好。' },
  /** The browser refuses storage. */
  unkept: {
    head: '牌码存不下来',
    detail: '这个浏览器不让网页存东西。照样能答，只是没有站点奖励。',
  },
  next: (name: string) => `去下一站：${name}`,
  finished: '这一圈的站点都走完了。',
} as const;

/** How it stands with a station's award, for its page and its result. */
export function bonusText(bonus: Bonus, points: number): { head: string; detail: string } {
  switch (bonus.is) {
    case 'none':
      return { head: '没有扫到牌码', detail: '照样能答，只是没有站点奖励。' };
    case 'unchecked':
      return {
        head: '牌码待核对',
        detail: `把这一站的题答完，有信号时核对无误，另得 ${points} 分。`,
      };
    case 'wrong':
      return { head: '牌码不对', detail: '题照样能答，没有站点奖励。到牌前再扫一次试试。' };
    case 'retired':
      return { head: '这一批宣传牌已停用', detail: '题照样能答，没有站点奖励。' };
    case 'unfinished':
      return { head: '牌码核对好了', detail: `把这一站的题都答完，另得 ${points} 分。` };
    case 'limited':
      return { head: '没有站点奖励', detail: `${LIMITS[bonus.by]}。` };
    case 'paid':
      return { head: `站点奖励 +${bonus.points}`, detail: '这一站的奖励已经到账。' };
  }
}

/** The same in the statement, under the round. */
export function bonusNote(bonus: Bonus): string {
  switch (bonus.is) {
    case 'none':
      return '没有扫牌码，没有站点奖励';
    case 'unchecked':
      return '牌码待核对';
    case 'wrong':
      return '牌码不对，没有站点奖励';
    case 'retired':
      return '这一批宣传牌已停用，没有站点奖励';
    case 'unfinished':
      return '牌码对，这一站的题答完才有站点奖励';
    case 'limited':
      return `${LIMITS[bonus.by]}，没有站点奖励`;
    case 'paid':
      return '这一站的奖励领过了';
  }
}

const LIMITS = {
  cap: '已达今日上限',
  budget: '活动的积分已经发完',
  dates: '不在活动日期内',
} as const;

import type { Level } from '$lib/domain/checkup/report.ts';

/** 法治体检: what it is, and what its report says. */
export const checkupText = {
  title: '法治体检',
  lead: '二十道题，问遍民法典七编，大约八分钟。答完给你一份报告：哪几编稳，哪几编要补，接下来看什么。',
  facts: [
    '题目跟着你走：答对了，这一编的下一题难一点；答错了，容易一点。',
    '不限时间。中途有事先走，当天回来还能接着答。',
    '没有信号也能做，报告就在这台手机上算出来。',
    '答对的题照样计积分。',
  ],
  start: '开始体检',
  left: '上次的体检还没做完',
  leftWhy: (answered: number, size: number) =>
    `已经答了 ${answered} 题，还有 ${size - answered} 题。`,
  goOn: '接着体检',
  again: '再做一次',
  toReport: '存图片、看以前的报告',
  none: '现在没有题可以问',
  noneWhy: '先去主题练习里逛逛吧。',

  report: '法治体检报告',
  score: '体检分',
  best: (points: number) => `二十题全对是 ${points} 分`,
  right: (right: number, asked: number) => `答对 ${right} 题，共 ${asked} 题`,
  /** @param weak how many books are 要补 */
  overall: (level: Level, weak: number) => {
    if (level === 'weak') return '不少规矩还不熟。不要紧，一样一样补起来。';
    if (level === 'fair') return '大半心里有数，有几处补一补就更踏实了。';
    if (weak > 0) return '底子不错，把要补的补上，就更踏实了。';
    return '底子扎实。过日子常碰到的规矩，你心里有数。';
  },
  levels: { firm: '稳', fair: '还行', weak: '要补' } satisfies Record<Level, string>,
  noLevel: '没问到',
  firm: '稳的',
  weak: '要补的',
  noFirm: '这次还没有',
  noWeak: '没有，真好',
  compared: (points: number) =>
    points > 0 ? `比上次 +${points}` : points < 0 ? `比上次 −${-points}` : '和上次一样',
  risen: '比上次稳了',
  fallen: '比上次弱了',
  short: (asked: number) => `题库里的题不够，这次只问了 ${asked} 题。`,
  unknown: (n: number) => `有 ${n} 题已经不在题库里，没有算进来。`,

  chart: '七编各得几分',
  joints: '到了第一道线是“还行”，到了第二道是“稳”。',
  before: '圆点是上次的位置。',
  columns: { book: '编', right: '答对', points: '体检分', level: '水平' },
  sum: '合计',
  how: '分怎么算',
  howLines: [
    '答对一道容易的题得 1 分，中等的 2 分，难的 3 分。答错不扣分。条子涂满，就是每题都得了 3 分。',
    '平均每题 1.5 分以上是“稳”，1 分以上是“还行”，不到 1 分是“要补”。',
    '每编只问两到四题，看个大概。',
    '体检分不是积分，不能换商品。',
  ],

  reading: '接下来看这三样',
  wrong: (n: number) => `错了 ${n} 题：`,
  allRight: '问到的都答对了。再练练，会碰到新的题。',
  explain: '看解析',
  practise: (book: string) => `去练“${book}”`,

  only: '只测法律知识，不是法律意见。',
  advice: '遇到具体的事，请向律师、人民调解委员会或公共法律服务机构咨询。',

  save: '存成图片',
  saved: '图片已交给手机保存。如果没有找到，请长按下面的图片，选“保存图片”。',
  saveFailed: '图片没有画出来。可以截屏留下来。',
  picture: '法治体检报告',
  file: (day: string) => `法治体检报告-${day}.png`,
  print: '打印',
  share: '分享',
  shareFailed: '没有分享成功。可以先存成图片，再发出去。',

  all: '每次的报告',
  allWhy: '点一下，看那一次的。',
  line: (points: number, right: number, asked: number) =>
    `体检分 ${points}，答对 ${right}/${asked}`,
} as const;

import type { Citation } from '$lib/domain/bank/pack.ts';
import type { Award } from '$lib/domain/points/award.ts';

export const quizText = {
  daily: '今日五题',
  progress: (at: number, total: number) => `第 ${at} 题，共 ${total} 题`,
  types: {
    single: '单选题',
    multiple: '多选题',
    judge: '判断题',
    number: '填数题',
    order: '排序题',
    match: '连线题',
  },
  hints: {
    single: '选一个答案',
    multiple: '可以选几个，选全才算对',
    judge: '这句话对吗？',
    number: '填一个数字',
    order: '用“上移”“下移”排好先后',
    match: '给左边每一项选右边的一项',
  },
  yes: '对',
  no: '错',
  submit: '提交',
  choose: '先选一个答案，再提交。',
  chooseSome: '先选出答案，再提交。',
  fillNumber: '请填一个数字，比如 12 或 58.5。',
  fillMatches: '还有没选的，请每一项都选好。',
  answerIn: (unit: string) => `答案（${unit}）`,
  moveUp: (option: string) => `上移：${option}`,
  moveDown: (option: string) => `下移：${option}`,
  pick: '请选择',
  right: '答对了',
  wrong: '答错了',
  missed: '漏选了',
  tooMuch: '多选了',
  rightAnswer: '正确答案',
  yourAnswer: '你的答案',
  explanation: '解析',
  source: '依据',
  next: '下一题',
  result: '看成绩',
  saveAgain: '再存一次',
  fleeting: '只留到关闭页面为止',
  trouble: { says: '没有成功。', todo: '请再试一次。' },
  tryAgain: '再试一次',
  elsewhere: '这一轮已在另一个页面往前答了，接着那里继续。',
} as const;

/**
 * 依据, as it is named under an explanation. The article is cited by its title and the year of its figures, a law once
 * with all its articles.
 */
export function citationsText(citations: readonly Citation[], asOf?: string): string {
  const named: string[] = [];
  let law: string | undefined;
  for (const citation of citations) {
    if ('report' in citation) {
      named.push(
        `报道《擘画平安新图景 共享幸福新生活》${asOf ? `（${dateText(asOf)}的数据）` : ''}`,
      );
      continue;
    }
    const article = `第${chineseNumeral(citation.article)}条`;
    if (citation.law === law) named[named.length - 1] += `、${article}`;
    else named.push(`《${citation.law}》${article}`);
    law = citation.law;
  }
  return named.join('；');
}

function dateText(asOf: string): string {
  const [year, month, day] = asOf.split('-').map(Number);
  return `${year}年${month ? `${month}月` : ''}${day ? `${day}日` : ''}`;
}

const DIGITS = '零一二三四五六七八九';

/** 1 to 9999 as statutes number their articles: 十二, 一百零五, 一千零三十二. */
export function chineseNumeral(n: number): string {
  const units = ['千', '百', '十', ''];
  const digits = String(n).padStart(4, '0').split('').map(Number);
  let text = '';
  digits.forEach((digit, i) => {
    if (digit) text += `${DIGITS[digit]}${units[i]}`;
    else if (text && !text.endsWith('零') && digits.slice(i).some(Boolean)) text += '零';
  });
  return text.replace(/^一十/, '十');
}

/** Why an award is what it is, for a resident. */
export function awardText(award: Award): string {
  const limited = award.limitedBy && award.points === 0;
  if (limited && award.limitedBy === 'cap') return '今天答题的积分已满，明天再来';
  if (limited && award.limitedBy === 'dates') return '不在活动时间内，不计积分';
  if (limited) return '活动的积分已经发完';
  const what = {
    question: '答对',
    daily: '完成今日五题',
    station: '站点奖励',
    week: '这一周练了六天',
  }[award.kind];
  const part = award.limitedBy === 'cap' ? '（今天已到上限）' : '';
  return `${what} +${award.points}${part}`;
}

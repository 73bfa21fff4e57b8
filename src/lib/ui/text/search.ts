export const searchText = {
  label: '搜索题目和法条',
  example: '如：高空抛物、1254',
  clear: '清空',
  preparing: '正在准备题库……',
  missing: '题库还没下载完。有信号时再搜，或先挑个主题。',
  none: (query: string) => `没有找到“${query}”`,
  noneWhy: '换个说法，或少写几个字再试试；也可以从下面挑个主题。',
  questions: '题目',
  articles: '法条',
  law: (law: string) => `《${law}》`,
  article: (article: number) => `第${article}条`,
  citing: (n: number) => `${n} 题`,
  below: (n: number) => `下面 ${n} 题讲到这一条`,
  practise: '练这一题',
  again: '再练一次',
  explain: '看解析',
  standing: { new: '没答过', right: '上次答对', wrong: '上次答错' },
  more: (n: number) => `更多（还有 ${n} 条）`,
} as const;

/** How much was found, for who sees the list and for who hears it. */
export function foundText(questions: number, articles: number, near: boolean): string {
  const what = [
    ...(questions > 0 ? [`${questions} 题`] : []),
    ...(articles > 0 ? [`${articles} 条法条`] : []),
  ].join('、');
  return near ? `没有完全对上的，下面 ${what}比较接近` : `找到 ${what}`;
}

/** What the neighbours got wrong most. */
export const neighboursText = {
  title: '邻居们最容易错的题',
  why: '最近三十天，大家第一次作答的情况。',
  judge: '（对还是错？）',
  right: (share: number) => `答对 ${Math.round(share * 100)}%`,
  answers: (n: number) => `${n} 人答过`,
  practise: '练这道',
  more: (n: number) => `再看 ${n} 道`,
} as const;

/** At the end of a round. */
export const resultText = {
  finished: '本轮成绩',
  score: (right: number, total: number) => `答对 ${right} 题，共 ${total} 题`,
  points: (n: number) => `+${n} 积分`,
  share: (right: number, total: number) => `答对 ${right}/${total}`,
  /** Beside a right answer. */
  paidBefore: '这题以前得过分，不重复计分',
  /** Under the score: why there are not more points. */
  paidBeforeOf: (n: number) => `有 ${n} 题以前得过分，不重复计分。`,
  full: '今天答题的积分已满，明天再来。',
  praise: (share: number) =>
    share === 1
      ? '全对！今晚的湖风都为你鼓掌。'
      : share >= 0.7
        ? '答得好，剩下的看看解析就会了。'
        : share >= 0.4
          ? '有对有错，解析读一遍，印象更深。'
          : '万事开头难。错过的题，往往记得最牢。',
  again: '再来一轮',
  toReview: '答错的题，错题本里记着',
  toWallet: '看钱包',
  review: '回头看看',
  toTopics: '换个主题',
  more: '再练几题',
  noTopic: { says: '这个主题暂时没有题', why: '去别的主题里逛逛吧。' },
  noDaily: { says: '今天的五题还没有排好', why: '先去主题练习里逛逛，积分照样算。' },
} as const;

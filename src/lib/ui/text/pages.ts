export const homeText = {
  title: '民法典公园',
  tagline: '湖边走一走，民法典学一学',
  daily: '今日五题',
  dailyWhy: '每天五道，和大家答同样的题',
  park: '游园',
  parkWhy: '绕湖一圈，一站一个故事、几道题',
  topics: '主题练习',
  topicsWhy: '民法典和身边的法，挑感兴趣的答',
  checkup: '法治体检',
  checkupWhy: '二十题，看哪里稳、哪里要补',
  review: '错题本',
  reviewWhy: '错过的题再练练',
  reviewDue: (n: number) => `有 ${n} 题该复习`,
  wallet: '钱包',
  walletWhy: '看积分，换商品',
  me: '我的',
  meWhy: '长辈版、字号、恢复码',
  week: '这一周',
  weekDone: (n: number, goal: number) =>
    n >= goal ? `练了 ${n} 天，本周奖励到手` : `练了 ${n} 天，满 ${goal} 天有奖励`,
  points: '我的积分',
  /** Of the points, those that no server has booked yet. */
  pending: (n: number) => `其中 ${n} 待同步`,
  days: ['一', '二', '三', '四', '五', '六', '日'],
  practised: '练过',
  notYet: '还没练',
  rules: '积分规则',
  privacy: '隐私说明',
} as const;

export const topicsText = {
  title: '主题练习',
  intro: '挑一个主题，答完马上告诉你为什么，依据是哪一条。',
  collections: {
    keqiao: { title: '柯桥的事', why: '题目从一篇讲柯桥平安建设的报道里来。' },
    'civil-code': { title: '民法典', why: '七编，从出生前到身后，都是过日子会碰到的事。' },
    neighbourhood: { title: '身边的法', why: '防骗、消费、邻里、老人和孩子，另有法律管着。' },
  },
  count: (n: number) => `${n} 题`,
  known: (known: number, n: number) => `已会 ${known} / ${n}`,
} as const;

/** 我的: how the app looks, how a wallet is kept and found again, and how it ends. */
export const meText = {
  title: '我的',
  look: '看得清',
  elder: '长辈版',
  elderWhy: '字大、按钮大、颜色更分明。',
  size: '字号',
  sizes: ['标准', '稍大', '大', '很大', '最大'],
  sizeSample: '饭后百步走，湖边学民法。',
  theme: '颜色',
  themes: { auto: '跟随手机', light: '浅色', dark: '深色' },
  readAloud: '朗读',
  readAloudWhy: '每出一题就念出来。也可以在题目旁边点“朗读”。',
  readAloudNone: '这台手机没有中文语音，用不了朗读。',

  needsSignal: '现在没有信号，这里要联网才能办。',
  stillTyped: '恢复码还在框里，不用重输。',
  slowDown: '现在人多，还没有办成。请过几分钟再试。',
} as const;

export const recoveryText = {
  title: '恢复码',
  why: '手机丢了、换了，凭恢复码就能找回积分。',
  only: '没有姓名和手机号，恢复码是唯一的凭据。',
  ends: '只有最新生成的一个有用，旧的会作废。',
  make: '生成恢复码',
  making: '正在生成……',
  ask: '现在生成恢复码？',
  warns: ['以前生成过的话，旧的马上作废，抄下的、存下的、打印的都不能再用。'],
  yes: '生成',
  no: '先不生成',
  shown: '你的恢复码',
  once: '只显示这一次，离开这一页就看不到了。请现在存好。',
  secret: '谁有它，谁就能用你的积分。请收好，不要发给别人。',
  where: (host: string) =>
    `在新手机上打开 ${host}，点“我的”，在“换了手机、多一台设备”里输入这 20 位。`,
  qr: '恢复码的二维码',
  qrWhy: '扫二维码也能得到这 20 位。',
  save: '存成图片',
  saved: '图片已交给手机保存。如果没有找到，请长按下面的图片，选“保存图片”。',
  saveFailed: '图片没有画出来。请用笔抄下这 20 位。',
  picture: '恢复码卡片',
  file: '民法典公园恢复码.png',
  print: '打印',
  kept: '我存好了',
  card: '民法典公园 · 恢复码',
  made: (day: string) => `${day}生成，再生成新的，这个就作废`,
} as const;

export const joinText = {
  title: '换了手机、多一台设备',
  why: '输入原来那台设备的恢复码，这台也用同一个钱包，积分合在一起。',
  code: '恢复码',
  hint: '恢复码共 20 位，不分大小写，空格可以不打。里面没有 0、O、1、I、L。',
  typed: (n: number) => `已输 ${n} 位。`,
  short: (n: number) => `还差 ${n} 位，请看看是不是漏了。`,
  long: (n: number) => `多了 ${n} 位，请看看是不是输重了。`,
  odd: (signs: string) => `恢复码里没有“${signs}”，请再对一遍。`,
  submit: '加入钱包',
  joining: '正在加入……',
  ask: '加入那个钱包？',
  /** @param points what this phone's own wallet has, pending points included */
  warns: (points: number) =>
    points > 0
      ? [
          `这台手机上的 ${points} 分会并到那个钱包里，以后两台一起用。`,
          '同一道题只计一次分，每天也有上限，所以合起来可能比两边相加少。',
          '并过去以后，不能再分开。',
        ]
      : ['这台手机会用上那个钱包里的积分。以后在这里答题，积分也记到那个钱包。'],
  yes: '加入',
  no: '先不加入',
  joined: (available: number) => `加入好了。钱包里现在有 ${available} 分可用。`,
  joinedWhy: '刚并过来的积分，同步后才会加上。',
  goesOn: '网络断了一下，还没收到回答。',
  goesOnTodo: '有信号时会自动接着办。恢复码还在框里，也可以再点一次“加入钱包”。',
  otherWay: '可以反过来办：在这台手机上生成恢复码，到另一台上去输入。',
  newest: '要用最新生成的那一个，旧的已经作废。',
} as const;

export const devicesText = {
  title: '我的设备',
  why: '这些手机和浏览器用着同一个钱包。微信、浏览器和桌面应用各算一台。',
  none: '这台手机还没有钱包。答一道题，同步后就会自动开通。',
  reading: '正在读取……',
  show: '查看我的设备',
  nameless: '手机',
  thisOne: '这台',
  added: (day: string) => `${day}加入`,
  synced: (when: string) => `最近同步：${when}`,
  never: '还没有过',
  today: (time: string) => `今天 ${time}`,
  signOut: '退出',
  signOutOf: (name: string, added: string) => `退出：${name}，${added}`,
  signingOut: '正在退出……',
  askOther: (name: string) => `让“${name}”退出钱包？`,
  askThis: '让这台手机退出钱包？',
  warnsOther: [
    '它就看不到这个钱包、用不了里面的积分和兑换券了。积分都还在钱包里。',
    '手机丢了、卖了，就该让它退出。想再加进来，要用恢复码。',
  ],
  warnsThis: [
    '积分留在钱包里，但这台手机看不到、用不了了，没领的兑换券也打不开。',
    '想再进来，要用恢复码。请先确认恢复码已经存好。',
  ],
  warnsLast: '这是钱包里唯一的设备。没有恢复码，积分就再也找不回来。',
  yes: '退出钱包',
  no: '不退出',
  outOther: '那台设备已经退出。',
  outThis: '这台手机已经退出钱包。作答还在手机里。',
} as const;

export const dataText = {
  title: '我的数据',
  fleeting: (attempts: number) => `有 ${attempts} 次作答，只留到关闭页面为止。`,
  onPhone: (attempts: number) => `这台手机上存着 ${attempts} 次作答。`,
  onServer: '同步过的，服务器上的钱包里也有一份。',
  export: '导出我的数据',
  exporting: '正在导出……',
  exportWhy: '存成一个文件：手机里的作答、积分、设置，加上服务器上有的。',
  exported: '已导出。',
  exportedHere: '已导出手机里的。服务器没连上，那一份不在里面。',
  exportedHereTodo: '想要完整的，请在有信号时再导出一次。',
} as const;

export const endText = {
  title: '清除和注销',
  clear: '清除本机数据',
  clearWhy: '只删这台手机上的作答、积分和设置。',
  clearAsk: '真的要清除吗？',
  clearWarns: (unsynced: number, opened: boolean) => [
    ...(unsynced > 0 ? [`${unsynced} 次作答还没有同步，清除后找不回来。`] : []),
    ...(unsynced === 0 && !opened ? ['清除后找不回来。'] : []),
    ...(opened
      ? [
          '同步过的还在服务器上的钱包里，下次打开钱包会再取回来。',
          '手机要给别人用，请先在“我的设备”里退出这台；想全部删掉，请先注销钱包。',
        ]
      : []),
  ],
  clearYes: '清除',
  clearNo: '不清除',
  cleared: '本机数据已清除。',
  clearFailed: '没有清除干净，请关掉其他打开着民法典公园的页面，再试一次。',

  close: '注销钱包',
  closing: '正在注销……',
  closeWhy: '不想再用了，把服务器上的也删掉。积分会全部作废。',
  closeAsk: '注销以后会怎样',
  closeWarns: [
    '没领的兑换券全部取消。',
    '积分全部作废，待同步的也在内。',
    '服务器上的作答、设备、恢复码和错题报告都会删掉，别的设备也一起退出。',
    '积分进出和兑换券的流水要留着对账，里面没有你的名字。',
    '手机里的作答不动。想删掉，注销后再点“清除本机数据”。',
  ],
  closeOn: '接着注销',
  closeNo: '不注销',
  closeSure: '最后问一次：真的注销？',
  closeGone: (points: number) =>
    points > 0 ? `${points} 分马上作废，谁也恢复不了。` : '注销以后，谁也恢复不了。',
  closeYes: '注销，不再恢复',
  closed: '钱包已经注销，服务器上的作答已经删掉。',
  closedTodo: '手机里的作答还在。想一并删掉，再点“清除本机数据”。',
} as const;

/** What a clerk reads. Short, because somebody is waiting at the counter. */
export const shopText = {
  title: '便利店核销',
  scanTitle: '核销',
  starting: '正在打开……',
  sample: '示例',
  sampleWhy: '这是示例便利店，只作演示，没有真的商品。',
  closed: '本店现在暂停兑换。',
  today: '今日',
  todayCount: (n: number) => `${n} 件`,

  unreachable: '没连上',
  unreachableTodo: '核销要联网。看看无线网或流量有没有打开。',
  tryAgain: '再试一次',

  enrol: {
    title: '登记这台设备',
    why: '登记以后，这台设备就能扫居民的兑换券。登记码由活动主办方发给门店，只能用一次。',
    code: '登记码',
    codeHint: '12 位数字和字母，没有 0 O 1 I L。',
    name: '设备名称',
    nameHint: '店里有几台设备时好分清。',
    nameDefault: '柜台手机',
    kind: '怎么用',
    alone: '没信号也能核销',
    aloneWhy: '店里只用这一台设备时选它。没信号时照样交货，有信号了自动上传。',
    online: '只在联网时核销',
    onlineWhy: '店里有几台设备时选它。没信号时不能交货。',
    noKey: '这个网址不是 https 开头，这台设备只能在联网时核销。',
    lost: '这台设备存的东西被清掉了，包括登记时的密钥。请向活动主办方要一个新的登记码，再登记一次。',
    left: (n: number) => `还有 ${n} 笔离线核销没上传，都存着。重新登记后会自动上传，账不会少。`,
    submit: '登记',
    busy: '正在登记……',
  },

  scan: {
    opening: '正在打开摄像头……',
    aim: '把居民手机上的二维码放进框里',
    looking: '正在查券……',
    goOn: '继续扫码',
    view: '摄像头画面',
    code: '券码',
    codeHint: '二维码下面的 10 位，没有 0 O 1 I L。',
    look: '查券',
    torchOn: '开灯',
    torchOff: '关灯',
    turn: '换镜头',
    photo: '用照片识别',
    photoNone: '照片里没有找到二维码。请拍得近一些、亮一些，再试一次。',
    keys: '大按键',
    erase: '删一位',
    codeOffline: '现在没有信号，输券码查不了，只能扫码。',
  },
  camera: {
    unavailable: {
      says: '这个浏览器用不了摄像头。',
      todo: '请换手机自带的浏览器，用 https 开头的网址打开。也可以直接输入券码。',
    },
    none: {
      says: '这台设备没有摄像头。',
      todo: '请输入居民手机上的券码，一样能核销。',
    },
    denied: {
      says: '摄像头没有打开：浏览器没有得到允许。',
      todo: '请在浏览器的网站设置里允许使用摄像头，再点“再试一次”。也可以直接输入券码。',
    },
    busy: {
      says: '摄像头正被别的应用占着，或者刚刚断开了。',
      todo: '请关掉别的相机或视频应用，再点“再试一次”。也可以直接输入券码。',
    },
    'no-reader': {
      says: '扫码功能没能载入。',
      todo: '看看有没有信号，再点“再试一次”。也可以直接输入券码。',
    },
  },
  /** What did not get as far as a refusal of the server. */
  troubles: {
    'no-answer': '没有收到服务器的回答。请看看有没有信号，再试一次。',
    'not-kept': '这个浏览器不让网页存东西，不能在这里核销。请关掉无痕模式再打开。',
    'other-qr': '这不是兑换券的二维码。请居民打开“钱包”，点开兑换券。',
    'malformed-code': '位数或字母不对。里面没有 0 O 1 I L，请再输一遍。',
  },

  can: '可以给货',
  cannot: '不能给货',
  aloneNote: '没有信号，由这台设备核对',
  reasons: {
    'voucher-handed-over': '已核销',
    'voucher-cancelled': '已取消',
    'voucher-expired': '已过期',
    'wrong-shop': '不是本店的券',
    'voucher-forged': '伪造的券',
    'voucher-key-retired': '签名已停用',
  } as Record<string, string>,
  handedOverBy: (when: string, by: string) => `${when}已由${by}核销，商品领走了。`,
  askOnline: {
    title: '需联网核对',
    code: '没有信号，输券码查不了。请扫居民手机上的二维码。',
    'no-right': '没有信号，这台设备不能离线核销。请等有信号再扫。',
    'list-old': '没有信号，作废名单已超过 72 小时没更新。连上网会自动更新，再扫一次。',
    clock: '没有信号，这台设备的时间不对。连上网会自动校正，再扫一次。',
    'key-unknown': '没有信号，这台设备还不认得这张券的签名。请等有信号再扫。',
  },
  points: (n: number) => `${n} 积分`,
  validUntil: (day: string) => `有效到${day}`,
  handOver: '交货',
  handOverWhy: '点“交货”，看到“已交货”再把商品递给居民。',
  soldOut: '缺货',
  back: '不核销，返回',
  goOn: '扫下一张',

  asking: '正在记账',
  askingWhy: '先别给货，稍等一下。',
  unconfirmed: '未确认',
  unconfirmedWhy: {
    'hand-over': '还不知道有没有记上账。商品先留着，别给。',
    'sold-out': '还不知道积分退了没有。',
    undo: '还不知道撤销了没有。商品先收着。',
  },
  unconfirmedTodo: '连上网会自动再问，不会重复记账。',
  unconfirmedBusy: '服务器正忙，会自动再问，不会重复记账。',
  askAgain: '再问一次',
  askingAgain: '正在问……',
  setAside: '先放下这一笔',
  setAsideAsk: '先放下这一笔？',
  setAsideWarn:
    '放下以后，这台设备不再追问它。商品别给。如果已经给了，请记下时间和商品，告诉活动主办方。',
  setAsideYes: '放下',
  setAsideNo: '接着问',

  handedOver: '已交货',
  handedOverWhy: '已经记账，把商品给居民。',
  handedOverAlone: '已记在这台设备上，把商品给居民。',
  late: '记上账了',
  lateWhy: (time: string) => `这一笔在 ${time} 记上了账。居民还在，就把商品给他。`,
  lateUndo: '居民已经走了，就点“撤销”，券还能再用。',
  lateNoUndo: '已经过了能撤销的时间。居民走了的话，请给他留着商品。',
  soldOutDone: '已报缺货',
  soldOutWhy: '积分已退给居民，请他换别的商品。',
  undone: '已撤销',
  undoneWhy: '请把商品收回来。这张券还能再用。',
  at: {
    'handed-over': (time: string) => `${time} 记账`,
    'sold-out': (time: string) => `${time} 报缺货`,
    undone: (time: string) => `${time} 撤销`,
  },
  undo: '撤销',
  undoUntil: (time: string) => `给错了？${time} 前可以撤销。`,
  undoAsk: '撤销这一笔？',
  undoWarn: '先把商品收回来。撤销以后，本店不再结这一件的钱，居民的券还能再用。',
  undoYes: '商品已收回，撤销',
  undoNo: '不撤销',
  soldOutAsk: '店里没有这样商品？',
  soldOutWarn: (goods: string) => `“${goods}”的积分会马上退给居民，这张券作废，不能再撤销。`,
  soldOutYes: '没有货，退积分',
  soldOutNo: '有货',

  list: {
    title: '今日核销',
    back: '扫码',
    count: '已交货',
    owed: '应结',
    pieces: (n: number) => `${n} 件`,
    empty: '今天还没有核销',
    emptyWhy: '扫一张兑换券，就会记在这里。',
    reading: '正在读取今天的记录……',
    open: '有一笔还没确认',
    openTodo: '先把它问清楚，再做别的。',
    toOpen: '去看看',
    stale: '没有信号，下面是上次读到的记录。',
    waiting: '待上传',
    waitingCount: (n: number) => `另有 ${n} 笔待上传，上传后计入应结。`,
    takings: '账目',
    marks: { 'handed-over': '', 'sold-out': '缺货', undone: '已撤销' },
    leave: '退出登记',
    leaveWhy: '换设备时用。再登记要有新的登记码。',
    leaveAsk: '退出这台设备的登记？',
    leaveWarn: '退出后这台设备不能再核销。今天记下的账都在，不会少。',
    leaveYes: '退出登记',
    leaveNo: '不退出',
  },
} as const;

/** Whole fen as yuan, e.g. 1205 → ¥12.05: digits are moved, nothing is divided into a float. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}¥${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const clock = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Beijing time, 14:05. */
export const timeOf = (atMs: number): string => clock.format(atMs);

const calendar = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: 'long',
  day: 'numeric',
});

/** Beijing time, 11月24日. */
export const dayOf = (atMs: number): string => calendar.format(atMs);

/** When something was, as one says it at a counter: 今天 14:05, 11月23日 14:05. */
export const whenOf = (atMs: number, nowMs: number): string =>
  `${dayOf(atMs) === dayOf(nowMs) ? '今天' : dayOf(atMs)} ${timeOf(atMs)} `;

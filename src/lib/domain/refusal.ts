/**
 * Everything a request can be refused for: a code, an HTTP status, and a sentence for the person who meets it.
 * The one catalogue of the API; what storage on the phone can fail with stands in `failure.ts`.
 */
export const refusals = {
  'not-understood': [400, '请求的内容不对，没有办成。请刷新页面再试。'],
  'not-json': [415, '请求的格式不对，没有办成。请刷新页面再试。'],
  'too-large': [413, '一次送来的内容太多，没有办成。'],
  'unknown-address': [404, '没有这个服务地址。请刷新页面再试。'],
  'wrong-method': [405, '请求的方式不对。请刷新页面再试。'],
  'foreign-origin': [403, '请求不是从本站的页面发出的，没有办成。'],
  'client-too-old': [426, '这个页面的版本太旧了。请刷新页面，已存的作答都在。'],
  'slow-down': [429, '现在人多，请稍等一会儿，会自动再试。'],
  'server-busy': [503, '服务器正忙，请稍后再试。'],
  'server-failed': [500, '服务器出了问题，没有办成。请稍后再试。'],
  'wallet-unknown': [401, '服务器上找不到这台手机的钱包。'],
  'signed-out': [401, '这台手机已经退出钱包。'],
  'wallet-closed': [410, '这个钱包已经注销。'],
  'wallet-has-vouchers': [409, '这台手机的钱包兑换过商品，不能并入另一个钱包。'],
  'recovery-unknown': [404, '恢复码不对。请看清每一位再输一遍。'],
  'same-wallet': [409, '这台手机已经在这个钱包里了。'],
  'device-unknown': [404, '钱包里没有这台设备。'],
  'not-enough-points': [409, '可用积分不够。'],
  'sold-out': [409, '这样商品在这家店已经兑完。'],
  'price-changed': [409, '这样商品的积分有变动。请看过新的积分再兑换。'],
  'goods-unknown': [404, '这家店没有这样商品。'],
  'shop-closed': [409, '这家店暂停兑换。'],
  'redeeming-ended': [409, '兑换期已经结束。'],
  'account-too-new': [409, '钱包开通的天数还不够，过几天再来兑换。'],
  'voucher-unknown': [404, '没有这张兑换券。'],
  'voucher-handed-over': [409, '这张券的商品已经领走。'],
  'voucher-cancelled': [409, '这张券已经取消，积分退给居民。'],
  'voucher-expired': [409, '这张券已经过期，积分退给居民。'],
  'voucher-forged': [403, '这不是本活动发出的兑换券。'],
  'voucher-key-retired': [403, '这张券的签名密钥已停用，请联系活动主办方。'],
  'wrong-shop': [409, '这张券要到另一家店领取。'],
  'wrong-terminal': [409, '这次核销是另一台终端做的，要在那台终端上撤销。'],
  'terminal-unknown': [401, '这台终端还没有登记，或登记已被取消。'],
  'terminal-revoked': [403, '这台设备已被停用，不能再核销。没上传的会照常上传，账不会少。'],
  'enrolment-unknown': [404, '登记码不对、已用过或已过期。'],
  'terminal-key-bad': [400, '这台设备的密钥用不了。请换一个浏览器再登记。'],
  'offline-terminal-there': [
    409,
    '本店已有一台能离线核销的设备。请先让它退出，或请活动主办方停用。',
  ],
  'proof-missing': [401, '这台设备丢了登记时的密钥，请重新登记。'],
  'proof-stale': [409, '这台设备的时间不准，会自动校正再试。'],
  'queue-first': [409, '还有核销没有上传。请连上网，等上传完再退出。'],
  'clerk-unknown': [404, '店里没有这位店员，或已停用。'],
  'clerk-signed-out': [409, '请先用自己的数字密码登录，再核销。'],
  'pin-wrong': [403, '数字密码不对。'],
  'pin-locked': [429, '数字密码输错的次数太多，请过几分钟再输。'],
  'code-locked': [429, '券码输错的次数太多，请过几分钟再输，或改用扫码。'],
  'nonce-used': [409, '这个操作编号已用在别的券上。请重新扫码。'],
  'too-late-to-undo': [409, '交货已超过10分钟，不能再撤销。'],
  'nothing-to-undo': [409, '没有可以撤销的核销。'],
  'already-settled': [409, '这一笔已经进了对账单，不能撤销。'],
  'id-used': [409, '这个编号已用在别的内容上。'],
} as const satisfies Record<string, readonly [status: number, says: string]>;

export type RefusalCode = keyof typeof refusals;

/** A request that is refused as a whole; nothing of it has taken effect. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: RefusalCode;
  /** What the sentence leaves open: how long to wait (ms), how many points are missing, the server's time. */
  readonly details: { retryAfterMs?: number; missing?: number; nowMs?: number };
  constructor(code: RefusalCode, details: Refused['details'] = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.details = details;
  }
}

export const isRefusalCode = (code: unknown): code is RefusalCode =>
  typeof code === 'string' && Object.hasOwn(refusals, code);

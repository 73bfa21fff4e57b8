import type { LossReason, RowRefusal, RowVerdict } from './messages.ts';

/**
 * What a clerk is told of a row that went up late: what was booked and what, if anything, is to be done. Nobody at the
 * counter could have known better, and no sentence says otherwise.
 */
const loss: Record<LossReason, string> = {
  released: '交货时这张券的积分已经退给居民，店里当时看不到。这一件由活动承担，照常结算。',
  elsewhere: '这张券在本店另一台设备上也领过一次，两边当时都看不到。这一件由活动承担，照常结算。',
  lacking: '服务器恢复过数据，居民的积分不够付这张券。这一件由活动承担，照常结算。',
  'key-retired': '这张券的签名密钥刚刚停用，店里当时看不到。',
};
const refused: Record<RowRefusal, string> = {
  malformed: '这一条记录读不出来，没有记账。请记下时间和商品，告诉活动主办方。',
  forged: '这张券不是本活动发出的，没有记账。请把这一条告诉活动主办方，由他们查是谁做的。',
  'wrong-shop': '这张券是另一家店的，没有记在本店。请告诉活动主办方。',
  'goods-unknown': '活动里已经没有这样商品，没有记账。请告诉活动主办方。',
  'nonce-used': '这一条的编号已记在另一张券上，没有再记。请告诉活动主办方。',
  'paid-twice': '这张券已经结过两次，不能再结。请告诉活动主办方。',
  'not-undone': '这一笔已经入账，不能再撤销。请告诉活动主办方，在对账单里更正。',
};

/** @returns a sentence for the clerk */
export function rowSays(verdict: RowVerdict): string {
  switch (verdict.is) {
    case 'booked':
      return '已入账。';
    case 'repeat':
      return '这张券之前已经入账，不重复记。';
    case 'undone':
      return '已撤销，居民的券还能用。';
    case 'loss':
      return loss[verdict.why];
    case 'loss-waiting':
      return `${loss[verdict.why].replace('这一件由活动承担，照常结算。', '')}要等活动主办方核对，核对后记进对账单。`;
    case 'refused':
      return refused[verdict.why];
  }
}

import { addDays, dayAt } from '../../domain/points/day.ts';
import { Refused } from '../../domain/refusal.ts';
import { codeFrom } from '../../domain/voucher/code.ts';
import type { HoldRequest, VoucherView } from '../../domain/voucher/messages.ts';
import { VOUCHER_DAYS } from '../../domain/voucher/terms.ts';
import { hold } from '../../domain/voucher/voucher.ts';
import type { Tx } from '../database/store.ts';
import type { Tables, VoucherRow } from '../database/tables.ts';
import { Book } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { rulesInForce } from '../wallet/rules.ts';
import { identify, type Session } from '../wallet/session.ts';
import { movePiece, voucherRow } from './rows.ts';
import { voucherView } from './view.ts';

const DAY_MS = 86_400_000;
/** Midnight in Shanghai after the day `date`. */
const endOf = (date: string) => Date.parse(`${addDays(date, 1)}T00:00:00+08:00`);

/**
 * Turns points into a voucher: they are held, a piece of stock with them, and the voucher is signed. The same id
 * again gives the same voucher.
 * @throws Refused `id-used`, `redeeming-ended`, `goods-unknown`, `shop-closed`, `price-changed`, `account-too-new`,
 *   `not-enough-points`, `sold-out`, and those of `identify`
 */
export async function holdVoucher(
  park: Park,
  session: Session | undefined,
  request: HoldRequest,
): Promise<VoucherView> {
  const { redeemUntil } = await rulesInForce(park);
  await park.keys.fresh();
  return park.store.write(async (tx) => {
    const { wallet } = await identify(tx, park.store, session);
    const before = await voucherRow(tx, wallet.id, request.id);
    if (before) {
      const { shop_id, goods_id, points } = before;
      const same =
        shop_id === request.shopId && goods_id === request.goodsId && points === request.points;
      if (!same) throw new Refused('id-used');
      return voucherView(tx, before);
    }
    const nowMs = park.clock();
    if (dayAt(nowMs) > redeemUntil) throw new Refused('redeeming-ended');
    const goods = await goodsAt(tx, request);
    if (goods.points !== request.points) throw new Refused('price-changed');
    if (nowMs - wallet.opened_at < goods.account_age_days * DAY_MS)
      throw new Refused('account-too-new');
    const missing = goods.points - wallet.available;
    if (missing > 0) throw new Refused('not-enough-points', { missing });
    if (!(await movePiece(tx, goods, 'free', 'held'))) throw new Refused('sold-out');

    const book = new Book(park, wallet);
    const { voucher, transfer } = hold({
      id: request.id,
      walletId: wallet.id,
      shopId: goods.shop_id,
      goodsId: goods.goods_id,
      points: goods.points,
      settleFen: goods.settle_fen,
      issuedAtMs: nowMs,
      expiresAtMs: Math.min(nowMs + VOUCHER_DAYS * DAY_MS, endOf(redeemUntil)),
    });
    book.post(transfer, goods.shop_id);
    const keyId = park.keys.currentId();
    const row: VoucherRow = {
      wallet_id: wallet.id,
      id: voucher.id,
      seq: book.next(),
      shop_id: voucher.shopId,
      goods_id: voucher.goodsId,
      points: voucher.points,
      charged: voucher.points,
      stocked: 1,
      settle_fen: voucher.settleFen,
      issued_at: voucher.issuedAtMs,
      expires_at: voucher.expiresAtMs,
      key_id: keyId,
      token: park.keys.seal({ ...voucher, keyId, voucherId: voucher.id }),
      code: codeFrom(park.random(32), 10),
      state: 'held',
      state_at: nowMs,
      why: null,
      terminal_id: null,
      nonce: null,
      consumed_by: null,
      ending: null,
      ending_at: null,
      list_at: 0,
    };
    await tx.insertInto('voucher').values(row).execute();
    await book.write(tx);
    return voucherView(tx, row);
  });
}

type OfferedGoods = Pick<Tables['goods'], 'points' | 'settle_fen' | 'account_age_days'> &
  Pick<Tables['stock'], 'shop_id' | 'goods_id'>;

async function goodsAt(
  tx: Tx,
  { shopId, goodsId }: Pick<HoldRequest, 'shopId' | 'goodsId'>,
): Promise<OfferedGoods> {
  const found = await tx
    .selectFrom('stock')
    .innerJoin('goods', 'goods.id', 'stock.goods_id')
    .innerJoin('shop', 'shop.id', 'stock.shop_id')
    .select(['stock.shop_id', 'stock.goods_id', 'shop.open', 'goods.offered'])
    .select(['goods.points', 'goods.settle_fen', 'goods.account_age_days'])
    .where('stock.shop_id', '=', shopId)
    .where('stock.goods_id', '=', goodsId)
    .executeTakeFirst();
  if (!found || found.offered === 0) throw new Refused('goods-unknown');
  if (found.open === 0) throw new Refused('shop-closed');
  return found;
}

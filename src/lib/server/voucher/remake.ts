import { codeFrom } from '../../domain/voucher/code.ts';
import type { TokenContent } from '../../domain/voucher/token.ts';
import { VOUCHER_DAYS } from '../../domain/voucher/terms.ts';
import { hold } from '../../domain/voucher/voucher.ts';
import { Refused } from '../../domain/refusal.ts';
import type { Tx } from '../database/store.ts';
import type { VoucherRow, WalletRow } from '../database/tables.ts';
import type { Book } from '../ledger/book.ts';
import { lockWallet } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { voucherRow } from './rows.ts';

const DAY_MS = 86_400_000;

/**
 * Makes a voucher again that a restored server does not know: we signed it, so it holds. It is charged as far as the
 * balance goes; what is missing is `loss` once it is handed over. No stock was kept for it.
 * @throws Refused `goods-unknown` where the campaign has no such goods any more
 */
export async function remake(
  tx: Tx,
  park: Park,
  book: Book,
  content: TokenContent,
  token: string,
): Promise<VoucherRow> {
  const goods = await tx
    .selectFrom('goods')
    .select(['points', 'settle_fen'])
    .where('id', '=', content.goodsId)
    .executeTakeFirst();
  if (!goods) throw new Refused('goods-unknown');
  const nowMs = park.clock();
  const charged = Math.min(goods.points, book.wallet.available);
  const { transfer } = hold({
    id: content.voucherId,
    walletId: content.walletId,
    shopId: content.shopId,
    goodsId: content.goodsId,
    points: goods.points,
    settleFen: goods.settle_fen,
    issuedAtMs: nowMs,
    expiresAtMs: content.expiresAtMs,
  });
  if (charged > 0) book.post({ ...transfer, points: charged }, content.shopId);
  const row: VoucherRow = {
    wallet_id: content.walletId,
    id: content.voucherId,
    seq: book.next(),
    shop_id: content.shopId,
    goods_id: content.goodsId,
    points: goods.points,
    charged,
    stocked: 0,
    settle_fen: goods.settle_fen,
    issued_at: content.expiresAtMs - VOUCHER_DAYS * DAY_MS,
    expires_at: content.expiresAtMs,
    key_id: content.keyId,
    token,
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
  return row;
}

/** The vouchers that a phone shows after a restore; those of other wallets and what we did not sign are passed over. */
export async function remakeVouchers(
  tx: Tx,
  park: Park,
  book: Book,
  tokens: readonly string[],
): Promise<void> {
  for (const token of tokens) {
    try {
      const content = park.keys.open(token);
      const known = await voucherRow(tx, content.walletId, content.voucherId);
      if (known || content.walletId !== book.wallet.id) continue;
      await remake(tx, park, book, content, token);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

/** The wallet that a signed voucher names, made anew without an owner where a restored server does not know it. */
export async function walletOfVoucher(
  tx: Tx,
  park: Pick<Park, 'store' | 'clock'>,
  walletId: string,
): Promise<WalletRow> {
  await tx
    .insertInto('wallet')
    .values({
      id: walletId,
      opened_at: park.clock(),
      available: 0,
      held: 0,
      seq: 0,
      closed_at: null,
      joined_into: null,
    })
    .onConflict((c) => c.column('id').doNothing())
    .execute();
  const wallet = await lockWallet(tx, park.store, walletId);
  if (!wallet) throw new Error(`wallet ${walletId} cannot be locked`);
  return wallet;
}

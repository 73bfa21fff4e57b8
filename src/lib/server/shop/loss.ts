import { monthAt } from '../../domain/shop/statement.ts';
import type { LossReason } from '../../domain/terminal/messages.ts';
import { lossFits } from '../../domain/terminal/upload.ts';
import { shopAccount } from '../../domain/ledger/transfer.ts';
import type { Tx } from '../database/store.ts';
import type { LossRow } from '../database/tables.ts';
import { Book } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { walletOfVoucher } from '../voucher/remake.ts';
import { lockDesk, note } from './desk.ts';

/** What a hand-over costs that no voucher pays for. */
export interface Lost {
  shopId: string;
  walletId: string;
  voucherId: string;
  nonce: string;
  points: number;
  why: LossReason;
}

/** Whether the campaign has paid, or was asked to, for this voucher. */
export async function lossOf(
  tx: Tx,
  walletId: string,
  voucherId: string,
): Promise<LossRow | undefined> {
  return tx
    .selectFrom('loss')
    .selectAll()
    .where('wallet_id', '=', walletId)
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst();
}

/** Whether the shop's month has room for so many points more; the desk must be locked. */
export async function fitsMonth(
  tx: Tx,
  shopId: string,
  points: number,
  nowMs: number,
): Promise<boolean> {
  const { limit, born } = await monthOf(tx, shopId, nowMs);
  return lossFits(born, points, limit);
}

async function monthOf(tx: Tx, shopId: string, nowMs: number) {
  const { loss_limit: limit } = await tx
    .selectFrom('shop')
    .select('loss_limit')
    .where('id', '=', shopId)
    .executeTakeFirstOrThrow();
  // What the operator has looked at does not use the limit up.
  const { born } = await tx
    .selectFrom('loss')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('points'), e.lit(0)).as('born'))
    .where('shop_id', '=', shopId)
    .where('month', '=', monthAt(nowMs))
    .where('state', '=', 'booked')
    .where('decided_at', 'is', null)
    .executeTakeFirstOrThrow();
  return { limit, born: Number(born) };
}

/**
 * Writes a loss down, and posts it unless it waits for the operator. The desk must be locked.
 * @param book of the voucher's wallet; only where it is posted
 */
export async function bookLoss(
  tx: Tx,
  lost: Lost,
  book: Book | undefined,
  atMs: number,
): Promise<void> {
  const { limit } = await monthOf(tx, lost.shopId, atMs);
  const posted = book && postLoss(book, lost, atMs);
  const row: LossRow = {
    shop_id: lost.shopId,
    wallet_id: lost.walletId,
    voucher_id: lost.voucherId,
    nonce: lost.nonce,
    points: lost.points,
    month: monthAt(atMs),
    why: lost.why,
    state: posted ? 'booked' : 'waiting',
    limit_then: limit,
    at: atMs,
    decided_at: null,
    transfer_id: posted?.id ?? null,
  };
  await tx.insertInto('loss').values(row).execute();
}

function postLoss(
  book: Book,
  { shopId, voucherId, points }: Pick<Lost, 'shopId' | 'voucherId' | 'points'>,
  atMs: number,
) {
  const to = shopAccount(shopId);
  return book.post({ kind: 'loss', from: 'loss', to, points, atMs, voucherId }, shopId);
}

/**
 * The operator has looked at a loss: it is paid, or nobody pays.
 * @returns false where no such loss waits
 */
export async function decideLoss(
  park: Pick<Park, 'store' | 'clock' | 'random'>,
  shopId: string,
  nonce: string,
  approved: boolean,
): Promise<boolean> {
  return park.store.write(async (tx) => {
    const found = await waitingLoss(tx, shopId, nonce);
    if (!found) return false;
    const wallet = approved ? await walletOfVoucher(tx, park, found.wallet_id) : undefined;
    const desk = await lockDesk(tx, park.store, shopId);
    if (!(await waitingLoss(tx, shopId, nonce))) return false;
    const atMs = park.clock();
    const book = wallet && new Book(park, wallet);
    const posted =
      book && postLoss(book, { shopId, voucherId: found.voucher_id, points: found.points }, atMs);
    await book?.write(tx);
    await tx
      .updateTable('loss')
      .set({
        state: approved ? 'booked' : 'declined',
        decided_at: atMs,
        transfer_id: posted?.id ?? null,
      })
      .where('wallet_id', '=', found.wallet_id)
      .where('voucher_id', '=', found.voucher_id)
      .execute();
    await tx
      .updateTable('handover')
      .set({ paid: approved ? 'loss' : 'none' })
      .where('shop_id', '=', shopId)
      .where('nonce', '=', nonce)
      .execute();
    await note(tx, desk, approved ? 'loss-approved' : 'loss-declined', { nonce }, atMs);
    return true;
  });
}

function waitingLoss(tx: Tx, shopId: string, nonce: string): Promise<LossRow | undefined> {
  return tx
    .selectFrom('loss')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('nonce', '=', nonce)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
}

import { Refused } from '../../domain/refusal.ts';
import type { ReleaseReason } from '../../domain/ledger/transfer.ts';
import type { VoucherView } from '../../domain/voucher/messages.ts';
import { release } from '../../domain/voucher/voucher.ts';
import type { Tx } from '../database/store.ts';
import type { VoucherRow } from '../database/tables.ts';
import { Book, lockWallet } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { identify, type Session } from '../wallet/session.ts';
import { movePiece, takeStep, voucherOf, voucherRow } from './rows.ts';
import { voucherView } from './view.ts';

const SWEEP = 200;

/** Gives the points of a held voucher back, and its piece to the shop's free stock. */
export async function releaseVoucher(
  tx: Tx,
  book: Book,
  row: VoucherRow,
  by: { why: ReleaseReason; atMs: number },
): Promise<void> {
  await takeStep(tx, book, row, release(voucherOf(row), by));
  // 缺货: the piece that was counted is not there; whoever says so takes it out of the stock.
  if (row.stocked && by.why !== 'sold-out') await movePiece(tx, row, 'held', 'free');
}

/** The resident cancels. @throws Refused `voucher-unknown`, `voucher-handed-over`, and those of `identify` */
export async function cancelVoucher(
  park: Park,
  session: Session | undefined,
  voucherId: string,
): Promise<VoucherView> {
  return park.store.write(async (tx) => {
    const { wallet } = await identify(tx, park.store, session);
    const row = await voucherRow(tx, wallet.id, voucherId);
    if (!row) throw new Refused('voucher-unknown');
    // Asked again, or expired meanwhile: the points are back, which is what was wanted.
    if (row.state === 'released') return voucherView(tx, row);
    const book = new Book(park, wallet);
    const atMs = park.clock();
    const why = atMs >= row.expires_at ? 'expired' : 'cancelled';
    await releaseVoucher(tx, book, row, { why, atMs });
    await book.write(tx);
    return voucherView(tx, (await voucherRow(tx, wallet.id, voucherId)) ?? row);
  });
}

/** Releases what has expired of the book's wallet. */
export async function releaseDue(tx: Tx, park: Pick<Park, 'clock'>, book: Book): Promise<void> {
  const atMs = park.clock();
  const due = await tx
    .selectFrom('voucher')
    .selectAll()
    .where('wallet_id', '=', book.wallet.id)
    .where('state', '=', 'held')
    .where('expires_at', '<=', atMs)
    .execute();
  for (const row of due) await releaseVoucher(tx, book, row, { why: 'expired', atMs });
}

/** Releases what has expired in all wallets, each in a unit of work of its own. @returns how many wallets */
export async function sweep(park: Park): Promise<number> {
  const due = await park.store.read
    .selectFrom('voucher')
    .select('wallet_id')
    .distinct()
    .where('state', '=', 'held')
    .where('expires_at', '<=', park.clock())
    .limit(SWEEP)
    .execute();
  for (const { wallet_id } of due) {
    await park.store.write(async (tx) => {
      const wallet = await lockWallet(tx, park.store, wallet_id);
      if (!wallet) return;
      const book = new Book(park, wallet);
      await releaseDue(tx, park, book);
      await book.write(tx);
    });
  }
  return due.length;
}

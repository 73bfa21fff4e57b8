import { residentAccount } from '../../domain/ledger/transfer.ts';
import type { Store, Tx } from '../database/store.ts';
import { Book } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { lockDesk } from '../shop/desk.ts';
import { releaseVoucher } from '../voucher/release.ts';
import { identify, type Session } from './session.ts';

/**
 * 注销: open vouchers are released, the points go back to where they came from, and all that says what a person did
 * is deleted. The movements of points stay: they add up to zero and name nobody.
 * @throws those of `identify`
 */
export async function closeWallet(park: Park, session: Session | undefined): Promise<void> {
  await park.store.write(async (tx) => {
    const { wallet } = await identify(tx, park.store, session);
    const book = new Book(park, wallet);
    const atMs = park.clock();
    await emptyWallet(tx, park.store, book, atMs);
    await book.write(tx);
    for (const table of ['attempt', 'wallet_day', 'device', 'recovery', 'report'] as const)
      await tx.deleteFrom(table).where('wallet_id', '=', wallet.id).execute();
    await tx.updateTable('wallet').set({ closed_at: atMs }).where('id', '=', wallet.id).execute();
  });
}

/** Open vouchers are released, then all points go back to where they came from. */
export async function emptyWallet(
  tx: Tx,
  store: Pick<Store, 'engine'>,
  book: Book,
  atMs: number,
): Promise<void> {
  const { id } = book.wallet;
  const held = await tx
    .selectFrom('voucher')
    .selectAll()
    .where('wallet_id', '=', id)
    .where('state', '=', 'held')
    // Desks are locked in this order by everybody who needs more than one.
    .orderBy('shop_id')
    .execute();
  for (const row of held) {
    const desk = await lockDesk(tx, store, row.shop_id);
    await releaseVoucher(tx, book, desk, row, { why: 'closed', atMs });
  }
  const points = book.wallet.available;
  if (points > 0)
    book.post({ kind: 'close', from: residentAccount(id), to: 'issue', points, atMs });
}

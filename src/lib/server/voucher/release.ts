import type { ReleaseReason } from '../../domain/ledger/transfer.ts';
import { stillToHear } from '../../domain/terminal/return.ts';
import type { VoucherView } from '../../domain/voucher/messages.ts';
import { release } from '../../domain/voucher/voucher.ts';
import { Refused } from '../../domain/refusal.ts';
import type { Tx } from '../database/store.ts';
import type { DeskRow, VoucherRow } from '../database/tables.ts';
import { restoredAtOf } from '../epoch.ts';
import { Book, lockWallet } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { lockDesk } from '../shop/desk.ts';
import { rightsOf } from '../shop/rights.ts';
import { identify, type Session } from '../wallet/session.ts';
import { movePiece, takeStep, voucherOf, voucherRow } from './rows.ts';
import { voucherView } from './view.ts';

const SWEEP = 200;

/** Gives the points of a held voucher back, and its piece to the shop's free stock. @param desk locked */
export async function releaseVoucher(
  tx: Tx,
  book: Book,
  desk: DeskRow,
  row: VoucherRow,
  by: { why: ReleaseReason; atMs: number },
): Promise<void> {
  await takeStep(tx, book, desk, row, release(voucherOf(row), by));
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
    if (row.state === 'handed-over') throw new Refused('voucher-handed-over');
    // Asked again, or expired meanwhile: the points are back or on their way, which is what was wanted.
    if (row.state === 'released' || row.ending !== null) return voucherView(tx, row);
    const book = new Book(park, wallet);
    await endVoucher(tx, park, book, row, 'cancelled');
    await book.write(tx);
    return voucherView(tx, (await voucherRow(tx, wallet.id, voucherId)) ?? row);
  });
}

/**
 * A held voucher ends. Its points go back at once, unless a terminal of the shop may have handed over for it without a
 * signal: then they stay where they are until that has been heard, and the wallet shows 退回中.
 */
async function endVoucher(
  tx: Tx,
  park: Pick<Park, 'store' | 'clock'>,
  book: Book,
  row: VoucherRow,
  wish: 'cancelled' | 'expired',
): Promise<void> {
  const desk = await lockDesk(tx, park.store, row.shop_id);
  const atMs = park.clock();
  const why = row.ending ?? (atMs >= row.expires_at ? 'expired' : wish);
  if ((await unheard(tx, desk, row, atMs)) === 0)
    return releaseVoucher(tx, book, desk, row, { why, atMs });
  if (row.ending !== null) return;
  await tx
    .updateTable('voucher')
    .set({ seq: book.next(), ending: why, ending_at: atMs, list_at: desk.list_number })
    .where('wallet_id', '=', row.wallet_id)
    .where('id', '=', row.id)
    .execute();
}

/** How many terminals must still be heard before the points of an ended voucher go back. */
async function unheard(
  tx: Tx,
  { shop_id, list_number }: DeskRow,
  row: VoucherRow,
  nowMs: number,
): Promise<number> {
  const rights = await rightsOf(tx, shop_id);
  if (rights.length === 0) return 0;
  const afterList = row.ending === null ? list_number : row.list_at;
  const ending = { issuedAtMs: row.issued_at, expiresAtMs: row.expires_at, afterList };
  return stillToHear(ending, rights, nowMs, await restoredAtOf(tx)).length;
}

/** Ends what has expired of the book's wallet, and releases what waited and need not wait any more. */
export async function releaseDue(
  tx: Tx,
  park: Pick<Park, 'store' | 'clock'>,
  book: Book,
): Promise<void> {
  const due = await tx
    .selectFrom('voucher')
    .selectAll()
    .where('wallet_id', '=', book.wallet.id)
    .where('state', '=', 'held')
    .where((e) => e.or([e('expires_at', '<=', park.clock()), e('ending', 'is not', null)]))
    // Desks are locked in this order by everybody who needs more than one.
    .orderBy('shop_id')
    .execute();
  for (const row of due) await endVoucher(tx, park, book, row, 'expired');
}

/**
 * Ends what has expired in all wallets and releases what need not wait any more, each wallet in a unit of work of its
 * own. @returns how many wallets
 */
export async function sweep(park: Park): Promise<number> {
  const { read } = park.store;
  const expired = await read
    .selectFrom('voucher')
    .select('wallet_id')
    .distinct()
    .where('state', '=', 'held')
    .where('ending', 'is', null)
    .where('expires_at', '<=', park.clock())
    .limit(SWEEP)
    .execute();
  const shops = await read
    .selectFrom('voucher')
    .select('shop_id')
    .distinct()
    .where('ending', 'is not', null)
    .execute();
  const wallets = new Set(expired.map(({ wallet_id }) => wallet_id));
  for (const { shop_id } of shops)
    for (const walletId of heardWallets(await waitingVouchers(park, shop_id)))
      wallets.add(walletId);
  for (const walletId of wallets) await releaseIn(park, walletId);
  return wallets.size;
}

/**
 * After a contact: what waited for this shop's terminals and need not any more goes back.
 * @returns for each voucher that still waits the terminals that must be heard
 */
export async function releaseHeard(park: Park, shopId: string): Promise<string[][]> {
  const waiting = await waitingVouchers(park, shopId);
  for (const walletId of heardWallets(waiting)) await releaseIn(park, walletId);
  return waiting.map(({ unheard }) => unheard).filter(({ length }) => length > 0);
}

interface Waiting {
  walletId: string;
  /** Terminals. */
  unheard: string[];
}

const heardWallets = (waiting: readonly Waiting[]) =>
  new Set(waiting.filter(({ unheard }) => unheard.length === 0).map(({ walletId }) => walletId));

/** The ended vouchers of a shop whose points are not back. */
async function waitingVouchers(park: Park, shopId: string): Promise<Waiting[]> {
  const { read } = park.store;
  const rights = await rightsOf(read, shopId);
  const restoredAtMs = await restoredAtOf(read);
  const rows = await read
    .selectFrom('voucher')
    .select(['wallet_id', 'issued_at', 'expires_at', 'list_at'])
    .where('shop_id', '=', shopId)
    .where('ending', 'is not', null)
    .execute();
  return rows.map(({ wallet_id, issued_at, expires_at, list_at }) => {
    const ending = { issuedAtMs: issued_at, expiresAtMs: expires_at, afterList: list_at };
    const unheard = stillToHear(ending, rights, park.clock(), restoredAtMs);
    return { walletId: wallet_id, unheard: unheard.map(({ terminalId }) => terminalId) };
  });
}

async function releaseIn(park: Park, walletId: string): Promise<void> {
  await park.store.write(async (tx) => {
    const wallet = await lockWallet(tx, park.store, walletId);
    if (!wallet) return;
    const book = new Book(park, wallet);
    await releaseDue(tx, park, book);
    await book.write(tx);
  });
}

import type { LookAnswer, Receipt, VoucherReading } from '../../domain/voucher/messages.ts';
import { Refused } from '../../domain/refusal.ts';
import { openToken } from '../../domain/voucher/token.ts';
import { handOver, undo } from '../../domain/voucher/voucher.ts';
import type { Tx } from '../database/store.ts';
import type { DeskRow, HandoverRow, TerminalRow, VoucherRow } from '../database/tables.ts';
import { Book, lockWallet } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { clerkAt } from '../shop/clerks.ts';
import { lockDesk, note } from '../shop/desk.ts';
import { bookLoss } from '../shop/loss.ts';
import { emptyWallet } from '../wallet/close.ts';
import { admitReading, findVoucher, forgetTries, type Read } from './reading.ts';
import { handoverRow, receipt, uploadRow } from './receipts.ts';
import { releaseVoucher } from './release.ts';
import { remake } from './remake.ts';
import { lockStock, movePiece, takeStep, voucherOf, voucherRow } from './rows.ts';
import { identifyTerminal, type TerminalSession } from './terminal.ts';
import { goodsShown, handedOverBy } from './view.ts';

/**
 * What a reading is worth at this till; changes nothing of the voucher.
 * @throws Refused where there is no voucher to show: `voucher-forged`, `voucher-key-retired`, `wrong-shop`,
 *   `voucher-unknown`, `code-locked`, `terminal-unknown`
 */
export async function look(
  park: Park,
  session: TerminalSession | undefined,
  reading: VoucherReading,
): Promise<LookAnswer> {
  await park.keys.fresh();
  const terminal = await admitReading(park, session, reading);
  return noting(park, terminal, reading, () =>
    park.store.write(async (tx) => {
      const { row, unknown } = await findVoucher(tx, park, terminal.shop_id, reading);
      const goods = await goodsShown(tx, row?.goods_id ?? unknown?.content.goodsId ?? '');
      const expiresAtMs = row?.expires_at ?? unknown?.content.expiresAtMs ?? 0;
      const points = row?.points ?? (await pointsNow(tx, goods.id));
      const nowMs = park.clock();
      const refusal = row ? whyNot(row, nowMs) : expired(expiresAtMs, nowMs);
      if (refusal) await noteRefusal(tx, park, terminal, refusal, row?.id);
      if ('code' in reading) await forgetTries(tx, terminal);
      const handedOver = row && (await handedOverBy(tx, row));
      return {
        goods,
        points,
        expiresAtMs,
        ...(refusal && { refusal }),
        ...(handedOver && { handedOver }),
      };
    }),
  );
}

function whyNot(row: VoucherRow, atMs: number): string | undefined {
  try {
    handOver(voucherOf(row), { terminalId: '', nonce: '', atMs });
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

const expired = (expiresAtMs: number, atMs: number) =>
  atMs >= expiresAtMs ? 'voucher-expired' : undefined;

async function pointsNow(tx: Tx, goodsId: string): Promise<number> {
  const goods = await tx
    .selectFrom('goods')
    .select('points')
    .where('id', '=', goodsId)
    .executeTakeFirst();
  return goods?.points ?? 0;
}

/** Why goods were not handed over; everything else is about the till. */
const ABOUT_THE_VOUCHER = /^(voucher-.+|wrong-shop)$/;

/** Does what a till asks; where it is refused for the voucher's sake, the shop's trail has it. */
async function noting<T>(
  park: Park,
  terminal: TerminalRow,
  reading: VoucherReading,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refused && ABOUT_THE_VOUCHER.test(error.code)) {
      const { code } = error;
      const voucherId =
        'token' in reading ? openToken(reading.token)?.content.voucherId : undefined;
      await park.store.write((tx) => noteRefusal(tx, park, terminal, code, voucherId));
    }
    throw error;
  }
}

async function noteRefusal(
  tx: Tx,
  park: Park,
  { shop_id, id, clerk_id }: TerminalRow,
  why: string,
  voucherId?: string,
): Promise<void> {
  const desk = await lockDesk(tx, park.store, shop_id);
  const what = { terminal: id, clerk: clerk_id, why, voucher: voucherId ?? null };
  await note(tx, desk, 'refused', what, park.clock());
}

interface Asked {
  reading: VoucherReading;
  /** Made and kept by the till before it asks. */
  nonce: string;
  clerkId?: string | undefined;
}

/**
 * The goods are handed over. Asking again with the nonce gives the same receipt and books nothing.
 * @throws Refused `voucher-handed-over`, `voucher-cancelled`, `voucher-expired`, `nonce-used`, `clerk-signed-out`,
 *   `clerk-unknown`, and those of `look`
 */
export function handOverGoods(
  park: Park,
  session: TerminalSession | undefined,
  asked: Asked,
): Promise<Receipt> {
  return settleOnce(park, session, asked, 'handed-over', async (tx, book, desk, row, by) => {
    const consumed = await takeStep(tx, book, desk, row, handOver(voucherOf(row), by));
    await payWhatLacks(tx, book, row, by);
    if (row.stocked && consumed) await movePiece(tx, row, 'held', 'handed_over');
  });
}

/**
 * A voucher that a restored server has made again may not hold all its points: the campaign pays the rest.
 * @returns whether it did
 */
export async function payWhatLacks(
  tx: Tx,
  book: Book,
  row: VoucherRow,
  { nonce, atMs }: { nonce: string; atMs: number },
): Promise<boolean> {
  const points = row.points - row.charged;
  if (points === 0) return false;
  const of = { shopId: row.shop_id, walletId: row.wallet_id, voucherId: row.id };
  await bookLoss(tx, { ...of, nonce, points, why: 'lacking' }, book, atMs);
  return true;
}

/**
 * 缺货: the till has none left. The points go back at once, and the shop's count of free pieces ends, until the next
 * stock-take.
 * @throws as `handOverGoods`
 */
export function soldOut(
  park: Park,
  session: TerminalSession | undefined,
  asked: Asked,
): Promise<Receipt> {
  return settleOnce(park, session, asked, 'sold-out', async (tx, book, desk, row, { atMs }) => {
    await releaseVoucher(tx, book, desk, row, { why: 'sold-out', atMs });
    const stock = await lockStock(tx, park.store, row.shop_id, row.goods_id);
    if (!stock) return;
    const held = stock.held - (row.stocked ? 1 : 0);
    await tx
      .updateTable('stock')
      .set({ free: 0, held, put_in: held + stock.handed_over })
      .where('shop_id', '=', row.shop_id)
      .where('goods_id', '=', row.goods_id)
      .execute();
  });
}

type Ending = (
  tx: Tx,
  book: Book,
  desk: DeskRow,
  row: VoucherRow,
  by: { terminalId: string; nonce: string; atMs: number },
) => Promise<void>;

async function settleOnce(
  park: Park,
  session: TerminalSession | undefined,
  asked: Asked,
  did: HandoverRow['did'],
  end: Ending,
): Promise<Receipt> {
  // Before anything else: what was booked has its receipt, also when the key was retired or typing locked since.
  const again = await receiptAgain(park, session, asked, did);
  if (again) return again;
  await park.keys.fresh();
  const { reading, nonce, clerkId } = asked;
  const terminal = await admitReading(park, session, reading);
  const settle = async (tx: Tx) => {
    const shopId = terminal.shop_id;
    const read = await findVoucher(tx, park, shopId, reading);
    const desk = await lockDesk(tx, park.store, shopId);
    if ('code' in reading) await forgetTries(tx, terminal);
    const before = await handoverRow(tx, shopId, nonce);
    if (before) {
      if (before.did !== did || before.voucher_id !== idOf(read)) throw new Refused('nonce-used');
      return receipt(tx, before);
    }
    // A question that came later than the terminal's own account of it, which was that nothing was given.
    if (await uploadRow(tx, shopId, nonce)) throw new Refused('nonce-used');
    const clerk = await clerkAt(tx, terminal, clerkId);
    const book = new Book(park, read.wallet);
    const row = read.row ?? (await remakeRead(tx, park, book, read));
    const by = { terminalId: terminal.id, nonce, atMs: park.clock() };
    await end(tx, book, desk, row, by);
    const done: HandoverRow = {
      ...{ shop_id: shopId, nonce, wallet_id: row.wallet_id, voucher_id: row.id },
      ...{ terminal_id: terminal.id, did, at: by.atMs, booked_at: by.atMs, undone_at: null },
      ...{ goods_id: row.goods_id, points: row.points, settle_fen: row.settle_fen },
      ...{ paid: did === 'handed-over' ? 'voucher' : 'none', clerk_id: clerk, settled_in: null },
    };
    await tx.insertInto('handover').values(done).execute();
    await book.write(tx);
    const what = { terminal: terminal.id, clerk, nonce, voucher: row.id, points: row.points };
    await note(tx, desk, did, what, by.atMs);
    return receipt(tx, done);
  };
  return noting(park, terminal, reading, () => park.store.write(settle));
}

/** @throws Refused `nonce-used` where the nonce stands for something else, `terminal-unknown` */
async function receiptAgain(
  park: Park,
  session: TerminalSession | undefined,
  { reading, nonce }: Asked,
  did: HandoverRow['did'],
): Promise<Receipt | undefined> {
  const tx = park.store.read;
  const { shop_id } = await identifyTerminal(tx, park, session);
  const before = await handoverRow(tx, shop_id, nonce);
  if (!before) return undefined;
  const row = await voucherRow(tx, before.wallet_id, before.voucher_id);
  const same =
    'code' in reading
      ? reading.code === row?.code
      : openToken(reading.token)?.content.voucherId === before.voucher_id;
  if (before.did !== did || !same) throw new Refused('nonce-used');
  return receipt(tx, before);
}

const idOf = ({ row, unknown }: Read) => row?.id ?? unknown?.content.voucherId;

async function remakeRead(tx: Tx, park: Park, book: Book, { unknown }: Read): Promise<VoucherRow> {
  if (!unknown) throw new Refused('voucher-unknown');
  return remake(tx, park, book, unknown.content, unknown.token);
}

/**
 * Takes a hand-over back, within ten minutes and on the terminal that made it. Asked again: the same receipt.
 * @throws Refused `nothing-to-undo`, `wrong-terminal`, `too-late-to-undo`, `already-settled`, `terminal-unknown`
 */
export async function undoHandOver(
  park: Park,
  session: TerminalSession | undefined,
  nonce: string,
): Promise<Receipt> {
  return park.store.write(async (tx) => {
    const terminal = await identifyTerminal(tx, park, session);
    const { shop_id } = terminal;
    const found = await handoverRow(tx, shop_id, nonce);
    if (found?.did !== 'handed-over') throw new Refused('nothing-to-undo');
    await lockWallet(tx, park.store, found.wallet_id);
    const desk = await lockDesk(tx, park.store, shop_id);
    const done = await handoverRow(tx, shop_id, nonce);
    if (!done) throw new Refused('nothing-to-undo');
    if (done.undone_at !== null) return receipt(tx, done);
    const atMs = park.clock();
    const undone = await takeBack(tx, park, desk, done, { terminalId: terminal.id, atMs });
    const what = { terminal: terminal.id, clerk: terminal.clerk_id, nonce };
    await note(tx, desk, 'undone', what, park.clock());
    return receipt(tx, undone);
  });
}

/**
 * Reverses a hand-over; its wallet and the desk must be locked.
 * @param by `atMs`: when the goods were taken back, by the same clock as the hand-over
 * @throws Refused `nothing-to-undo`, `wrong-terminal`, `too-late-to-undo`, `already-settled`
 */
export async function takeBack(
  tx: Tx,
  park: Park,
  desk: DeskRow,
  done: HandoverRow,
  by: { terminalId: string; atMs: number },
): Promise<HandoverRow> {
  const wallet = await lockWallet(tx, park.store, done.wallet_id);
  const row = await voucherRow(tx, done.wallet_id, done.voucher_id);
  if (!wallet || row?.nonce !== done.nonce) throw new Refused('nothing-to-undo');
  // What a loss paid for stays: the resident would otherwise be held to points that were never there.
  if (row.charged < row.points || row.consumed_by === null) throw new Refused('nothing-to-undo');
  const step = undo(voucherOf(row), { ...by, reverses: row.consumed_by });
  if (done.settled_in !== null) throw new Refused('already-settled');
  const nowMs = park.clock();
  const book = new Book(park, wallet);
  await takeStep(tx, book, desk, row, {
    ...step,
    transfer: { ...step.transfer, atMs: nowMs },
  });
  if (row.stocked) await movePiece(tx, row, 'handed_over', 'held');
  // Closed since: there is nobody left to hold it for.
  if (wallet.closed_at !== null) await emptyWallet(tx, park.store, book, nowMs);
  await tx
    .updateTable('handover')
    .set({ undone_at: by.atMs })
    .where('shop_id', '=', done.shop_id)
    .where('nonce', '=', done.nonce)
    .execute();
  await book.write(tx);
  return { ...done, undone_at: by.atMs };
}

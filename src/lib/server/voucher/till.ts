import { dayAt } from '../../domain/points/day.ts';
import type {
  LookAnswer,
  Receipt,
  TodayAnswer,
  VoucherReading,
} from '../../domain/voucher/messages.ts';
import { isRefusalCode, Refused } from '../../domain/refusal.ts';
import { openToken } from '../../domain/voucher/token.ts';
import { UNDO_MS } from '../../domain/voucher/terms.ts';
import { handOver, undo } from '../../domain/voucher/voucher.ts';
import type { Tx } from '../database/store.ts';
import type { Tables, VoucherRow } from '../database/tables.ts';
import { Book, lockWallet } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { emptyWallet } from '../wallet/close.ts';
import { admitReading, findVoucher, forgetTries, type Read } from './reading.ts';
import { releaseVoucher } from './release.ts';
import { remake } from './remake.ts';
import { lockStock, movePiece, takeStep, voucherOf, voucherRow } from './rows.ts';
import { identifyTerminal, terminalView, type TerminalSession } from './terminal.ts';
import { goodsShown } from './view.ts';

type HandoverRow = Tables['handover'];

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
  return park.store.write(async (tx) => {
    const { row, unknown } = await findVoucher(tx, park, terminal.shop_id, reading);
    if ('code' in reading) await forgetTries(tx, terminal);
    const goods = await goodsShown(tx, row?.goods_id ?? unknown?.content.goodsId ?? '');
    const expiresAtMs = row?.expires_at ?? unknown?.content.expiresAtMs ?? 0;
    const points = row?.points ?? (await pointsNow(tx, goods.id));
    const refusal = row ? whyNot(row, park.clock()) : expired(expiresAtMs, park.clock());
    return { goods, points, expiresAtMs, ...(refusal && { refusal }) };
  });
}

function whyNot(row: VoucherRow, atMs: number): string | undefined {
  try {
    handOver(voucherOf(row), { terminalId: '', nonce: '', atMs });
    return undefined;
  } catch (error) {
    if (error instanceof Refused && isRefusalCode(error.code)) return error.code;
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

interface Asked {
  reading: VoucherReading;
  /** Made and kept by the till before it asks. */
  nonce: string;
}

/**
 * The goods are handed over. Asking again with the nonce gives the same receipt and books nothing.
 * @throws Refused `voucher-handed-over`, `voucher-cancelled`, `voucher-expired`, `nonce-used`, and those of `look`
 */
export function handOverGoods(
  park: Park,
  session: TerminalSession | undefined,
  asked: Asked,
): Promise<Receipt> {
  return settleOnce(park, session, asked, 'handed-over', async (tx, book, row, by) => {
    const consumed = await takeStep(tx, book, row, handOver(voucherOf(row), by));
    if (row.charged < row.points) {
      book.post(
        {
          kind: 'loss',
          from: 'loss',
          to: `shop:${row.shop_id}`,
          points: row.points - row.charged,
          atMs: by.atMs,
          voucherId: row.id,
        },
        row.shop_id,
      );
    }
    if (row.stocked && consumed) await movePiece(tx, row, 'held', 'handed_over');
  });
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
  return settleOnce(park, session, asked, 'sold-out', async (tx, book, row, { atMs }) => {
    await releaseVoucher(tx, book, row, { why: 'sold-out', atMs });
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
  row: VoucherRow,
  by: { terminalId: string; nonce: string; atMs: number },
) => Promise<void>;

async function settleOnce(
  park: Park,
  session: TerminalSession | undefined,
  { reading, nonce }: Asked,
  did: HandoverRow['did'],
  end: Ending,
): Promise<Receipt> {
  // Before anything else: what was booked has its receipt, also when the key was retired or typing locked since.
  const again = await receiptAgain(park, session, { reading, nonce }, did);
  if (again) return again;
  await park.keys.fresh();
  const terminal = await admitReading(park, session, reading);
  return park.store.write(async (tx) => {
    const shopId = terminal.shop_id;
    const read = await findVoucher(tx, park, shopId, reading);
    if ('code' in reading) await forgetTries(tx, terminal);
    const before = await handoverRow(tx, shopId, nonce);
    if (before) {
      if (before.did !== did || before.voucher_id !== idOf(read)) throw new Refused('nonce-used');
      return receipt(tx, before);
    }
    const book = new Book(park, read.wallet);
    const row = read.row ?? (await remakeRead(tx, park, book, read));
    const by = { terminalId: terminal.id, nonce, atMs: park.clock() };
    await end(tx, book, row, by);
    const done: HandoverRow = {
      shop_id: shopId,
      nonce,
      wallet_id: row.wallet_id,
      voucher_id: row.id,
      terminal_id: terminal.id,
      did,
      at: by.atMs,
      undone_at: null,
    };
    await tx.insertInto('handover').values(done).execute();
    await book.write(tx);
    return receipt(tx, done);
  });
}

/** @throws Refused `nonce-used` where the nonce stands for something else, `terminal-unknown` */
async function receiptAgain(
  { store }: Park,
  session: TerminalSession | undefined,
  { reading, nonce }: Asked,
  did: HandoverRow['did'],
): Promise<Receipt | undefined> {
  const tx = store.read;
  const { shop_id } = await identifyTerminal(tx, store, session);
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
 * @throws Refused `nothing-to-undo`, `wrong-terminal`, `too-late-to-undo`, `terminal-unknown`
 */
export async function undoHandOver(
  park: Park,
  session: TerminalSession | undefined,
  nonce: string,
): Promise<Receipt> {
  return park.store.write(async (tx) => {
    const terminal = await identifyTerminal(tx, park.store, session);
    const found = await handoverRow(tx, terminal.shop_id, nonce);
    if (found?.did !== 'handed-over') throw new Refused('nothing-to-undo');
    const wallet = await lockWallet(tx, park.store, found.wallet_id);
    const row = await voucherRow(tx, found.wallet_id, found.voucher_id);
    const done = await handoverRow(tx, terminal.shop_id, nonce);
    if (!wallet || !row || !done) throw new Refused('nothing-to-undo');
    if (done.undone_at !== null) return receipt(tx, done);
    if (row.nonce !== nonce) throw new Refused('nothing-to-undo');
    // What a loss paid for stays: the resident would otherwise be held to points that were never there.
    if (row.charged < row.points || row.consumed_by === null) throw new Refused('nothing-to-undo');
    const atMs = park.clock();
    const step = undo(voucherOf(row), {
      terminalId: terminal.id,
      atMs,
      reverses: row.consumed_by,
    });
    const book = new Book(park, wallet);
    await takeStep(tx, book, row, step);
    if (row.stocked) await movePiece(tx, row, 'handed_over', 'held');
    // Closed since: there is nobody left to hold it for.
    if (wallet.closed_at !== null) await emptyWallet(tx, book, atMs);
    await tx
      .updateTable('handover')
      .set({ undone_at: atMs })
      .where('shop_id', '=', terminal.shop_id)
      .where('nonce', '=', nonce)
      .execute();
    await book.write(tx);
    return receipt(tx, { ...done, undone_at: atMs });
  });
}

function handoverRow(tx: Tx, shopId: string, nonce: string): Promise<HandoverRow | undefined> {
  return tx
    .selectFrom('handover')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('nonce', '=', nonce)
    .executeTakeFirst();
}

async function receipt(tx: Tx, done: HandoverRow): Promise<Receipt> {
  const row = await voucherRow(tx, done.wallet_id, done.voucher_id);
  if (!row) throw new Error(`hand-over ${done.nonce} names no voucher`);
  const undone = done.undone_at !== null;
  const undoable = done.did === 'handed-over' && !undone && row.charged === row.points;
  return {
    nonce: done.nonce,
    did: undone ? 'undone' : done.did,
    goods: await goodsShown(tx, row.goods_id),
    points: row.points,
    settleFen: row.settle_fen,
    atMs: done.undone_at ?? done.at,
    ...(undoable && { undoUntilMs: done.at + UNDO_MS }),
  };
}

/** What this shop did today, by all its tills. */
export async function today(
  park: Park,
  session: TerminalSession | undefined,
): Promise<TodayAnswer> {
  const tx = park.store.read;
  const terminal = await identifyTerminal(tx, park.store, session);
  const day = dayAt(park.clock());
  const rows = await tx
    .selectFrom('handover')
    .innerJoin('terminal', (j) =>
      j
        .onRef('terminal.shop_id', '=', 'handover.shop_id')
        .onRef('terminal.id', '=', 'handover.terminal_id'),
    )
    .selectAll('handover')
    .select('terminal.name as terminal_name')
    .where('handover.shop_id', '=', terminal.shop_id)
    .where('handover.at', '>=', Date.parse(`${day}T00:00:00+08:00`))
    .orderBy('handover.at', 'desc')
    .execute();
  const receipts = await Promise.all(
    rows.map(async ({ terminal_name, ...done }) => ({
      ...(await receipt(tx, done)),
      terminalName: terminal_name,
      thisTerminal: done.terminal_id === terminal.id,
    })),
  );
  const standing = receipts.filter((r) => r.did === 'handed-over');
  return {
    terminal: await terminalView(tx, terminal),
    day,
    receipts,
    handedOver: standing.length,
    settleFen: standing.reduce((sum, r) => sum + r.settleFen, 0),
  };
}

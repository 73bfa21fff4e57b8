import * as v from 'valibot';
import { Refused } from '../../domain/refusal.ts';
import { QueuedRow, type RowVerdict } from '../../domain/terminal/messages.ts';
import { believedAtMs, decideUpload, type UploadDecision } from '../../domain/terminal/upload.ts';
import { UNDO_MS, VOUCHER_DAYS } from '../../domain/voucher/terms.ts';
import type { TokenContent } from '../../domain/voucher/token.ts';
import { recordHandOver } from '../../domain/voucher/voucher.ts';
import type { Tx } from '../database/store.ts';
import type {
  DeskRow,
  HandoverRow,
  TerminalRow,
  VoucherRow,
  WalletRow,
} from '../database/tables.ts';
import { Book, lockWallet } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { handoverRow, uploadRow } from '../voucher/receipts.ts';
import { remake, walletOfVoucher } from '../voucher/remake.ts';
import { movePiece, takeStep, voucherOf, voucherRow } from '../voucher/rows.ts';
import { payWhatLacks, takeBack } from '../voucher/till.ts';
import { lockDesk, note } from './desk.ts';
import { bookLoss, fitsMonth, lossOf } from './loss.ts';

const DAY_MS = 86_400_000;

type Verdict = RowVerdict extends infer V ? (V extends unknown ? Omit<V, 'nonce'> : never) : never;

/**
 * Books what a terminal did while nobody answered, one row in a unit of work of its own. The same row again gets the
 * same verdict and books nothing.
 * @returns undefined where the row has no readable nonce
 */
export async function bookRow(
  park: Park,
  terminal: TerminalRow,
  raw: unknown,
): Promise<RowVerdict | undefined> {
  const parsed = v.safeParse(QueuedRow, raw);
  if (!parsed.success) {
    const nonce = v.safeParse(QueuedRow.entries.nonce, (raw as { nonce?: unknown } | null)?.nonce);
    return nonce.success ? { nonce: nonce.output, is: 'refused', why: 'malformed' } : undefined;
  }
  const row = parsed.output;
  const verdict = await park.store.write((tx) => uploaded(tx, park, terminal, row));
  return { nonce: row.nonce, ...verdict };
}

/** What one row is judged by. */
interface Upload {
  terminal: TerminalRow;
  row: QueuedRow;
  desk: DeskRow;
  /** Absent where none of our keys signed the token. */
  content: TokenContent | undefined;
  retired: boolean;
  wallet: WalletRow | undefined;
  /** When the goods were handed over. */
  atMs: number;
  nowMs: number;
}

async function uploaded(
  tx: Tx,
  park: Park,
  terminal: TerminalRow,
  row: QueuedRow,
): Promise<Verdict> {
  const read = park.keys.read(row.token);
  const content = read?.content;
  // Every step locks the wallet first. One that a restored server does not know is made for a token that holds.
  const own = content?.shopId === terminal.shop_id ? content : undefined;
  const makes = own && !read?.retired && (await goodsKnown(tx, own.goodsId));
  const wallet = makes
    ? await walletOfVoucher(tx, park, own.walletId)
    : own && (await lockWallet(tx, park.store, own.walletId));
  const desk = await lockDesk(tx, park.store, terminal.shop_id);
  const nowMs = park.clock();
  const sinceMs = content ? content.expiresAtMs - VOUCHER_DAYS * DAY_MS : terminal.enrolled_at;
  const atMs = believedAtMs(row.atMs, Math.min(sinceMs, nowMs), nowMs);
  const retired = read?.retired ?? false;
  const upload: Upload = { terminal, row, desk, content, retired, wallet, atMs, nowMs };
  const known = await again(tx, park, upload);
  if (known) return known;
  const verdict: Verdict =
    row.undoneAtMs === undefined ? await booked(tx, park, upload) : { is: 'undone' };
  await keep(tx, upload, verdict);
  return verdict;
}

/** What was said of this nonce before; a hand-over that has been booked is taken back where the row says so now. */
async function again(tx: Tx, park: Park, upload: Upload): Promise<Verdict | undefined> {
  const { terminal, row, content } = upload;
  const of = { shop_id: terminal.shop_id, nonce: row.nonce };
  const done = await handoverRow(tx, of.shop_id, of.nonce);
  const before = await uploadRow(tx, of.shop_id, of.nonce);
  if (!done && !before) return undefined;
  const voucherId = before ? before.voucher_id : done?.voucher_id;
  if (voucherId !== (content?.voucherId ?? null) || done?.did === 'sold-out')
    return { is: 'refused', why: 'nonce-used' };
  const verdict = before
    ? (JSON.parse(before.verdict) as Verdict)
    : ({ is: done?.undone_at === null ? 'booked' : 'undone' } as const);
  // Asked online first, and the answer was lost.
  if (!before) await keep(tx, upload, verdict);
  const stands = verdict.is === 'booked' || verdict.is === 'loss' || verdict.is === 'loss-waiting';
  if (done && done.undone_at !== null) return { is: 'undone' };
  if (row.undoneAtMs === undefined || !stands || !done) return verdict;
  if (!(await undone(tx, park, upload, done))) return { is: 'refused', why: 'not-undone' };
  await tx
    .updateTable('upload')
    .set({ verdict: JSON.stringify({ is: 'undone' }) })
    .where('shop_id', '=', of.shop_id)
    .where('nonce', '=', of.nonce)
    .execute();
  return { is: 'undone' };
}

/** Takes back what is booked, as long as the terminal did so within ten minutes. @returns whether it could be */
async function undone(
  tx: Tx,
  park: Park,
  { terminal, row, desk, nowMs }: Upload,
  done: HandoverRow,
): Promise<boolean> {
  const afterMs = (row.undoneAtMs ?? Infinity) - row.atMs;
  if (afterMs < 0 || afterMs > UNDO_MS) return false;
  // A device that was enrolled anew brings what it did under its old name.
  const own = done.terminal_id === terminal.id || (await hasEnded(tx, done));
  if (!own) return false;
  const by = { terminalId: done.terminal_id, atMs: done.at + afterMs };
  try {
    await takeBack(tx, park, desk, done, by);
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
  const what = { terminal: terminal.id, clerk: row.clerkId ?? null, nonce: row.nonce };
  await note(tx, desk, 'undone', what, nowMs);
  return true;
}

async function hasEnded(
  tx: Tx,
  { shop_id, terminal_id }: Pick<HandoverRow, 'shop_id' | 'terminal_id'>,
): Promise<boolean> {
  const row = await tx
    .selectFrom('terminal')
    .select('ended_at')
    .where('shop_id', '=', shop_id)
    .where('id', '=', terminal_id)
    .executeTakeFirst();
  return row !== undefined && row.ended_at !== null;
}

async function booked(tx: Tx, park: Park, upload: Upload): Promise<Verdict> {
  const { terminal, content, retired, wallet, desk, nowMs } = upload;
  const voucher = wallet && content && (await voucherRow(tx, wallet.id, content.voucherId));
  const loss = content && (await lossOf(tx, content.walletId, content.voucherId));
  const goods = content && (await goodsOf(tx, content.goodsId));
  const points = voucher?.points ?? goods?.points ?? 0;
  const decision = decideUpload({
    token: content ? (retired ? 'key-retired' : 'genuine') : 'forged',
    ofThisShop: content?.shopId === terminal.shop_id,
    goodsKnown: goods !== undefined,
    ...(voucher && { state: voucherOf(voucher).state }),
    terminalId: terminal.id,
    revoked: terminal.ended_at !== null,
    lossUsed: loss !== undefined,
    lossFits: await fitsMonth(tx, desk.shop_id, points, nowMs),
  });
  if (decision.do === 'repeat') return { is: 'repeat' };
  if (decision.do === 'refuse') return { is: 'refused', why: decision.why };
  if (!content) throw new Error('a forged token is refused');
  const book = wallet && new Book(park, wallet);
  if (decision.do === 'loss') {
    const of = {
      goods_id: content.goodsId,
      points,
      settle_fen: goods?.settle_fen ?? 0,
      ...voucher,
    };
    return bookedAsLoss(tx, upload, content, decision, of, book);
  }
  if (!book) throw new Error('a voucher that pays has its wallet');
  const row = voucher ?? (await remake(tx, park, book, content, upload.row.token));
  return consumed(tx, upload, row, book);
}

/** The voucher pays; what it lacks after a restore the campaign does. */
async function consumed(tx: Tx, upload: Upload, row: VoucherRow, book: Book): Promise<Verdict> {
  const { terminal, desk, atMs, nowMs } = upload;
  const { nonce } = upload.row;
  const by = { terminalId: terminal.id, nonce, atMs, bookedAtMs: nowMs };
  const posted = await takeStep(tx, book, desk, row, recordHandOver(voucherOf(row), by));
  const lacked = await payWhatLacks(tx, book, row, { nonce, atMs: nowMs });
  if (row.stocked && posted) await movePiece(tx, row, 'held', 'handed_over');
  await handedOver(tx, upload, row.wallet_id, row.id, row, 'voucher');
  await book.write(tx);
  return lacked ? { is: 'loss', why: 'lacking' } : { is: 'booked' };
}

type Of = Pick<VoucherRow, 'goods_id' | 'points' | 'settle_fen'>;

async function bookedAsLoss(
  tx: Tx,
  upload: Upload,
  { walletId, voucherId }: TokenContent,
  { why, waits }: Extract<UploadDecision, { do: 'loss' }>,
  of: Of,
  book: Book | undefined,
): Promise<Verdict> {
  const { nonce } = upload.row;
  const shopId = upload.terminal.shop_id;
  const lost = { shopId, walletId, voucherId, nonce, points: of.points, why };
  await bookLoss(tx, lost, waits ? undefined : book, upload.nowMs);
  await handedOver(tx, upload, walletId, voucherId, of, waits ? 'waiting' : 'loss');
  await book?.write(tx);
  return { is: waits ? 'loss-waiting' : 'loss', why };
}

async function handedOver(
  tx: Tx,
  { terminal, row, atMs, nowMs }: Upload,
  walletId: string,
  voucherId: string,
  { goods_id, points, settle_fen }: Of,
  paid: HandoverRow['paid'],
): Promise<void> {
  const done: HandoverRow = {
    ...{ shop_id: terminal.shop_id, nonce: row.nonce, terminal_id: terminal.id },
    ...{ wallet_id: walletId, voucher_id: voucherId, did: 'handed-over' },
    ...{ at: atMs, booked_at: nowMs, undone_at: null, goods_id, points, settle_fen, paid },
    ...{ clerk_id: await clerkNamed(tx, terminal.shop_id, row.clerkId), settled_in: null },
  };
  await tx.insertInto('handover').values(done).execute();
}

/** Also one who has ended since. */
async function clerkNamed(
  tx: Tx,
  shopId: string,
  clerkId: string | undefined,
): Promise<string | null> {
  if (clerkId === undefined) return null;
  const clerk = await tx
    .selectFrom('clerk')
    .select('id')
    .where('shop_id', '=', shopId)
    .where('id', '=', clerkId)
    .executeTakeFirst();
  return clerk?.id ?? null;
}

/** The row and what became of it, for when it is sent again, and in the shop's trail. */
async function keep(
  tx: Tx,
  { terminal, row, content, desk, atMs, nowMs }: Upload,
  verdict: Verdict,
): Promise<void> {
  await tx
    .insertInto('upload')
    .values({
      shop_id: terminal.shop_id,
      nonce: row.nonce,
      terminal_id: terminal.id,
      voucher_id: content?.voucherId ?? null,
      verdict: JSON.stringify(verdict),
      at: atMs,
      received_at: nowMs,
    })
    .execute();
  const what = {
    ...{ terminal: terminal.id, clerk: row.clerkId ?? null, nonce: row.nonce },
    ...{ voucher: content?.voucherId ?? null, at: atMs, verdict },
  };
  await note(tx, desk, 'uploaded', what, nowMs);
}

const goodsOf = (tx: Tx, goodsId: string) =>
  tx
    .selectFrom('goods')
    .select(['points', 'settle_fen'])
    .where('id', '=', goodsId)
    .executeTakeFirst();
const goodsKnown = async (tx: Tx, goodsId: string) => (await goodsOf(tx, goodsId)) !== undefined;

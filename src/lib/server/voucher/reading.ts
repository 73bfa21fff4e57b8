import type { VoucherReading } from '../../domain/voucher/messages.ts';
import { Refused } from '../../domain/refusal.ts';
import type { Tx } from '../database/store.ts';
import type { TerminalRow, VoucherRow, WalletRow } from '../database/tables.ts';
import { lockWallet } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import type { TokenContent } from '../../domain/voucher/token.ts';
import { voucherRow } from './rows.ts';
import { walletOfVoucher } from './remake.ts';
import { identifyTerminal, type TerminalSession } from './terminal.ts';

/** Wrong codes in a row before a terminal has to wait, and how long. */
export const WRONG_CODES = 5;
export const LOCKED_MS = 5 * 60_000;

/** What a reading leads to: the shop's voucher, or a token that we signed and a restored server does not know. */
export interface Read {
  wallet: WalletRow;
  row?: VoucherRow;
  unknown?: { content: TokenContent; token: string };
}

/**
 * Where a till's reading leads, with the wallet locked.
 * @throws Refused `voucher-forged`, `voucher-key-retired`, `wrong-shop`, `voucher-unknown`
 */
export async function findVoucher(
  tx: Tx,
  park: Park,
  shopId: string,
  reading: VoucherReading,
): Promise<Read> {
  if ('token' in reading) {
    const content = park.keys.open(reading.token);
    if (content.shopId !== shopId) throw new Refused('wrong-shop');
    const wallet = await walletOfVoucher(tx, park, content.walletId);
    const row = await voucherRow(tx, content.walletId, content.voucherId);
    return row ? { wallet, row } : { wallet, unknown: { content, token: reading.token } };
  }
  const found = await tx
    .selectFrom('voucher')
    .select(['wallet_id', 'id'])
    .where('shop_id', '=', shopId)
    .where('code', '=', reading.code)
    .executeTakeFirst();
  const wallet = found && (await lockWallet(tx, park.store, found.wallet_id));
  const row = found && (await voucherRow(tx, found.wallet_id, found.id));
  if (!wallet || !row) throw new Refused('voucher-unknown');
  return { wallet, row };
}

/**
 * Counts a typed code that led nowhere; five in a row lock the terminal for typing. Counted before the code is looked
 * up, in a unit of work of its own, so that many guesses at once cannot slip by.
 * @throws Refused `code-locked`, `terminal-unknown`
 */
export async function admitReading(
  park: Park,
  session: TerminalSession | undefined,
  reading: VoucherReading,
): Promise<TerminalRow> {
  if ('token' in reading) return identifyTerminal(park.store.read, park, session);
  return park.store.write(async (tx) => {
    const terminal = await identifyTerminal(tx, park, session, { lock: true });
    const now = park.clock();
    const waitMs = terminal.locked_until - now;
    if (waitMs > 0) throw new Refused('code-locked', { retryAfterMs: waitMs });
    const wrong = terminal.wrong_codes + 1;
    const locked = wrong >= WRONG_CODES;
    await setTries(tx, terminal, locked ? 0 : wrong, locked ? now + LOCKED_MS : 0);
    return terminal;
  });
}

/** The code was right: earlier mistakes are forgotten. */
export async function forgetTries(tx: Tx, terminal: TerminalRow): Promise<void> {
  await setTries(tx, terminal, 0, 0);
}

async function setTries(
  tx: Tx,
  { shop_id, id }: TerminalRow,
  wrong_codes: number,
  locked_until: number,
): Promise<void> {
  await tx
    .updateTable('terminal')
    .set({ wrong_codes, locked_until })
    .where('shop_id', '=', shop_id)
    .where('id', '=', id)
    .execute();
}

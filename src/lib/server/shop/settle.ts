import { Refused } from '../../domain/refusal.ts';
import type { TakingsAnswer } from '../../domain/shop/messages.ts';
import {
  belongs,
  monthAt,
  startOfMonth,
  nextMonth,
  statementOf,
  type Month,
  type Statement,
} from '../../domain/shop/statement.ts';
import { shopAccount } from '../../domain/ledger/transfer.ts';
import type { Tx } from '../database/store.ts';
import type { TransferRow } from '../database/tables.ts';
import { newId, type Park } from '../park.ts';
import { identifyTerminal, terminalView, type TerminalSession } from '../voucher/terminal.ts';
import { lockDesk, note } from './desk.ts';
import { correctionsOf, differencesOf, linesOf } from './lines.ts';

type Desk = Pick<Park, 'store' | 'clock' | 'random'>;

/** Why a month cannot be settled (yet). */
export class CannotSettle extends Error {
  override readonly name = 'CannotSettle';
  readonly why: 'not-over' | 'later-settled';
  constructor(why: 'not-over' | 'later-settled') {
    super(why);
    this.why = why;
  }
}

/**
 * Freezes the statement of a month: what is in it is paid to the shop (shop → paid) and changes no more. What arrives
 * later goes into the next one. Asked again it gives the same statement and does nothing.
 * @throws CannotSettle where the month is not over, or a later one is frozen
 */
export async function settle(
  park: Desk,
  shopId: string,
  month: Month,
): Promise<{ statement: Statement; again: boolean }> {
  return park.store.write(async (tx) => {
    const desk = await lockDesk(tx, park.store, shopId);
    const before = await settlementOf(tx, shopId, month);
    if (before) return { statement: await frozen(tx, shopId, month, before.at), again: true };
    const atMs = park.clock();
    if (atMs < startOfMonth(nextMonth(month))) throw new CannotSettle('not-over');
    const later = await tx
      .selectFrom('settlement')
      .select('month')
      .where('shop_id', '=', shopId)
      .where('month', '>', month)
      .executeTakeFirst();
    if (later) throw new CannotSettle('later-settled');
    await putIn(tx, shopId, month);
    const statement = await frozen(tx, shopId, month, atMs);
    const { pieces, points, settleFen: settle_fen } = statement;
    const transfer_id = points > 0 ? await pay(tx, park, shopId, points, atMs) : null;
    await tx
      .insertInto('settlement')
      .values({ shop_id: shopId, month, at: atMs, pieces, points, settle_fen, transfer_id })
      .execute();
    await note(tx, desk, 'settled', { month, pieces, points, fen: settle_fen }, atMs);
    return { statement, again: false };
  });
}

/** Marks what belongs into the statement; `belongs` is the rule. */
async function putIn(tx: Tx, shopId: string, month: Month): Promise<void> {
  const open = await linesOf(tx, shopId, null);
  for (const line of open) {
    if (!belongs({ ...line, settledIn: null }, month)) continue;
    await tx
      .updateTable('handover')
      .set({ settled_in: month })
      .where('shop_id', '=', shopId)
      .where('nonce', '=', line.nonce)
      .execute();
  }
  await tx
    .updateTable('correction')
    .set({ settled_in: month })
    .where('shop_id', '=', shopId)
    .where('settled_in', 'is', null)
    .execute();
}

async function frozen(tx: Tx, shopId: string, month: Month, atMs: number): Promise<Statement> {
  const takings = {
    lines: await linesOf(tx, shopId, month),
    corrections: await correctionsOf(tx, shopId, month),
    differences: await differencesOf(tx, shopId, month),
  };
  return statementOf(month, takings, atMs);
}

/** @returns the id of the transfer */
async function pay(
  tx: Tx,
  park: Desk,
  shopId: string,
  points: number,
  atMs: number,
): Promise<string> {
  const { paid } = await tx
    .selectFrom('settlement')
    .select((e) => e.fn.countAll<number>().as('paid'))
    .where('shop_id', '=', shopId)
    .executeTakeFirstOrThrow();
  const row: TransferRow = {
    ...{ owner: shopId, id: newId(park), seq: Number(paid) + 1, kind: 'settle' },
    ...{ from_account: shopAccount(shopId), to_account: 'paid', points, at: atMs },
    ...{ award_key: null, day: null, attempt_id: null, voucher_id: null },
    ...{ shop_id: shopId, why: null, reverses: null },
  };
  await tx.insertInto('transfer').values(row).execute();
  return row.id;
}

/**
 * The operator puts something right: a new entry, in the next statement.
 * @param fen below 0 where the shop had too much
 */
export async function correct(
  park: Desk,
  shopId: string,
  { fen, why }: { fen: number; why: string },
): Promise<void> {
  await park.store.write(async (tx) => {
    const desk = await lockDesk(tx, park.store, shopId);
    const at = park.clock();
    const id = newId(park);
    await tx
      .insertInto('correction')
      .values({ shop_id: shopId, id, at, fen, why, settled_in: null })
      .execute();
    await note(tx, desk, 'corrected', { id, fen, why }, at);
  });
}

/**
 * A shop's statement of a month: frozen, or as it would be if it were made now, with what still waits.
 * @throws Refused those of `identifyTerminal`
 */
export async function takings(
  park: Park,
  session: TerminalSession | undefined,
  month: Month,
): Promise<TakingsAnswer> {
  const tx = park.store.read;
  const terminal = await identifyTerminal(tx, park, session);
  const nowMs = park.clock();
  if (month > monthAt(nowMs)) throw new Refused('not-understood');
  return {
    terminal: await terminalView(tx, terminal, nowMs),
    statement: await statementNow(tx, terminal.shop_id, month),
    months: await monthsOf(tx, terminal.shop_id, nowMs),
  };
}

/** The statement of a month as it stands. */
export async function statementNow(tx: Tx, shopId: string, month: Month): Promise<Statement> {
  const before = await settlementOf(tx, shopId, month);
  if (before) return frozen(tx, shopId, month, before.at);
  const untilMs = startOfMonth(nextMonth(month));
  const open = await linesOf(tx, shopId, null);
  return statementOf(month, {
    lines: open.filter(({ atMs }) => atMs < untilMs),
    corrections: await correctionsOf(tx, shopId, null),
    differences: await differencesOf(tx, shopId, month),
  });
}

function settlementOf(tx: Tx, shopId: string, month: Month) {
  return tx
    .selectFrom('settlement')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('month', '=', month)
    .executeTakeFirst();
}

/** Months in which something was handed over, this one, and those that are frozen. */
async function monthsOf(
  tx: Tx,
  shopId: string,
  nowMs: number,
): Promise<{ month: Month; frozen: boolean }[]> {
  const settled = await tx
    .selectFrom('settlement')
    .select('month')
    .where('shop_id', '=', shopId)
    .execute();
  const frozen = new Set(settled.map((row) => row.month));
  const open = (await linesOf(tx, shopId, null)).map(({ atMs }) => monthAt(atMs));
  const all = new Set([monthAt(nowMs), ...open, ...frozen]);
  return [...all]
    .sort()
    .reverse()
    .map((month) => ({ month, frozen: frozen.has(month) }));
}

import { offlineState, type OfflineRight, type OfflineState } from '../../domain/terminal/right.ts';
import { OFFLINE_MS } from '../../domain/terminal/terms.ts';
import type { Tx } from '../database/store.ts';
import type { DeskRow, RightRow, TerminalRow } from '../database/tables.ts';
import { restoredAtOf } from '../epoch.ts';
import { note } from './desk.ts';

/** All rights to hand over without a signal that a shop's terminals ever had. */
export async function rightsOf(tx: Tx, shopId: string): Promise<OfflineRight[]> {
  const rows = await tx
    .selectFrom('offline_right')
    .selectAll()
    .where('shop_id', '=', shopId)
    .execute();
  return rows.map(rightOf);
}

function rightOf(row: RightRow): OfflineRight {
  const { confirmed_list: number, confirmed_as_of: asOfMs } = row;
  return {
    terminalId: row.terminal_id,
    firstList: row.first_list,
    lastContactMs: row.last_contact,
    ...(number !== null && asOfMs !== null && { confirmed: { number, asOfMs } }),
    ...(row.ended_at !== null && { endedAtMs: row.ended_at }),
    ...(row.lost_at !== null && { lostAtMs: row.lost_at }),
  };
}

/** How it stands with a terminal's right at this moment; the desk need not be locked to be told. */
export async function stateOfRight(
  tx: Tx,
  terminal: TerminalRow,
  nowMs: number,
): Promise<OfflineState> {
  const rights = await rightsOf(tx, terminal.shop_id);
  if (terminal.ended_at !== null) return { is: 'ended' };
  const { others } = await tx
    .selectFrom('terminal')
    .select((e) => e.fn.countAll<number>().as('others'))
    .where('shop_id', '=', terminal.shop_id)
    .where('id', '!=', terminal.id)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  const restoredAtMs = await restoredAtOf(tx);
  return offlineState({
    terminalId: terminal.id,
    wanted: terminal.wants_offline === 1,
    others: Number(others),
    rights,
    ...(restoredAtMs !== undefined && { restoredAtMs }),
    nowMs,
  });
}

/**
 * The same, for a terminal that is not given a list now: what it was granted with its last one. It goes by the answer
 * of its last contact all the same.
 */
export async function stateShown(
  tx: Tx,
  terminal: TerminalRow,
  nowMs: number,
): Promise<OfflineState> {
  const state = await stateOfRight(tx, terminal, nowMs);
  if (state.is !== 'granted') return state;
  const own = await ownRight(tx, terminal);
  const untilMs = own && own.ended_at === null ? own.last_contact + OFFLINE_MS : nowMs;
  return { is: 'granted', untilMs };
}

export function ownRight(
  tx: Tx,
  { shop_id, id }: Pick<TerminalRow, 'shop_id' | 'id'>,
): Promise<RightRow | undefined> {
  return tx
    .selectFrom('offline_right')
    .selectAll()
    .where('shop_id', '=', shop_id)
    .where('terminal_id', '=', id)
    .executeTakeFirst();
}

/** What the terminal says of the list that it holds and of what it has queued. */
export interface Confirming {
  /** The number of its list, of this epoch. */
  holds: number | undefined;
  nothingQueued: boolean;
  gaveUp: boolean;
}

/**
 * The terminal holds a list that it was given and has nothing queued: what that list denies it has not handed over and
 * will not. Where it gives up its right with nothing queued, the right has ended.
 */
export async function confirm(
  tx: Tx,
  desk: DeskRow,
  terminal: TerminalRow,
  { holds, nothingQueued, gaveUp }: Confirming,
  nowMs: number,
): Promise<void> {
  if (!nothingQueued) return;
  if (gaveUp && terminal.ended_at !== null) await forget(tx, terminal);
  const own = await ownRight(tx, terminal);
  if (own?.ended_at !== null) return;
  const heard = holds !== undefined && heardWith(own, holds);
  if (!heard && !gaveUp) return;
  await tx
    .updateTable('offline_right')
    .set({ ...heard, ...(gaveUp && { ended_at: nowMs }) })
    .where('shop_id', '=', own.shop_id)
    .where('terminal_id', '=', own.terminal_id)
    .execute();
  if (!gaveUp) return;
  await tx
    .updateTable('terminal')
    .set({ wants_offline: 0 })
    .where('shop_id', '=', own.shop_id)
    .where('id', '=', own.terminal_id)
    .execute();
  await note(tx, desk, 'offline-ended', { terminal: terminal.id }, nowMs);
}

/** What is known by a list that the terminal was given since it has the right, if it is news. */
function heardWith(own: RightRow, holds: number) {
  const { first_list, last_list, last_as_of, confirmed_list, confirmed_as_of, granted_at } = own;
  if (holds < first_list || holds > last_list || holds <= (confirmed_list ?? 0)) return undefined;
  // Of which moment an earlier one was is not kept.
  const asOf = holds === last_list ? last_as_of : (confirmed_as_of ?? granted_at);
  return { confirmed_list: holds, confirmed_as_of: asOf };
}

/** One that the operator has ended has nothing left to say: its cookie opens nothing any more. */
async function forget(tx: Tx, { shop_id, id }: TerminalRow): Promise<void> {
  await tx
    .updateTable('terminal')
    .set({ token_hash: '' })
    .where('shop_id', '=', shop_id)
    .where('id', '=', id)
    .execute();
}

/** The next deny-list of the shop is given to the terminal, and with it its right until 72 hours from now. */
export async function grant(
  tx: Tx,
  desk: DeskRow,
  { shop_id, id }: TerminalRow,
  nowMs: number,
): Promise<number> {
  const number = ++desk.list_number;
  await tx
    .updateTable('desk')
    .set({ list_number: number })
    .where('shop_id', '=', shop_id)
    .execute();
  const given = { last_contact: nowMs, last_list: number, last_as_of: nowMs };
  const own = await ownRight(tx, { shop_id, id });
  if (own?.ended_at === null) {
    await tx
      .updateTable('offline_right')
      .set(given)
      .where('shop_id', '=', shop_id)
      .where('terminal_id', '=', id)
      .execute();
    return number;
  }
  const anew = {
    ...given,
    granted_at: nowMs,
    first_list: number,
    confirmed_list: null,
    confirmed_as_of: null,
    ended_at: null,
    lost_at: null,
  };
  await tx
    .insertInto('offline_right')
    .values({ shop_id, terminal_id: id, ...anew })
    .onConflict((c) => c.columns(['shop_id', 'terminal_id']).doUpdateSet(anew))
    .execute();
  await note(tx, desk, 'offline-granted', { terminal: id }, nowMs);
  return number;
}

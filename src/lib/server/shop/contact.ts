import * as v from 'valibot';
import {
  TerminalEvent,
  type ContactAnswer,
  type ReadContact,
  type RowVerdict,
} from '../../domain/terminal/messages.ts';
import type { DenyNews } from '../../domain/terminal/deny-list.ts';
import type { Tx } from '../database/store.ts';
import type { DeskRow, TerminalRow } from '../database/tables.ts';
import { epochOf } from '../epoch.ts';
import type { Park } from '../park.ts';
import { releaseHeard } from '../voucher/release.ts';
import { identifyTerminal, terminalView, type TerminalSession } from '../voucher/terminal.ts';
import { clerksOf, pinsOf, standsAt } from './clerks.ts';
import { lockDesk, note } from './desk.ts';
import { denyNews, goodsOfTokens } from './list.ts';
import { confirm, grant, stateOfRight } from './rights.ts';
import { bookRow } from './upload.ts';

/**
 * One contact of a terminal: its queue goes up, row by row; then what is new comes down, and with it the right to hand
 * over without a signal for another 72 hours. The terminal's list of before is confirmed only with nothing queued.
 * @throws Refused `terminal-unknown`, `proof-missing`, `proof-stale`
 */
export async function contact(
  park: Park,
  session: TerminalSession | undefined,
  request: ReadContact,
): Promise<ContactAnswer> {
  const asking = { alsoRevoked: true };
  const terminal = await identifyTerminal(park.store.read, park, session, asking);
  await park.keys.fresh();
  // A terminal that does not know yet that the server was put back sends everything again, in order: what it took back
  // before comes before what it handed over since. Judged alone, a later row would be a repeat.
  const restored =
    request.epoch !== undefined && request.epoch !== (await epochOf(park.store.read));
  const verdicts: RowVerdict[] = [];
  for (const raw of restored ? [] : request.rows) {
    const verdict = await bookRow(park, terminal, raw);
    if (verdict) verdicts.push(verdict);
  }
  const { list, ...told } = await park.store.write(async (tx) => {
    const desk = await lockDesk(tx, park.store, terminal.shop_id);
    const current = await identifyTerminal(tx, park, session, asking);
    return tell(tx, park, desk, current, request);
  });
  const waiting = await releaseHeard(park, terminal.shop_id);
  // What waits for this terminal alone is in the list that was just given: once that is confirmed, it goes back.
  const forThis = waiting.some((unheard) => unheard.every((id) => id === terminal.id));
  return {
    ...told,
    ...(list && { list }),
    verdicts,
    keys: park.keys.published(),
    again: restored || request.left > 0 || (list !== undefined && forThis),
  };
}

async function tell(
  tx: Tx,
  park: Park,
  desk: DeskRow,
  terminal: TerminalRow,
  request: ReadContact,
) {
  const nowMs = park.clock();
  const epoch = await epochOf(tx);
  const events = await noteEvents(tx, desk, terminal, request.events, nowMs);
  const holds = request.holds?.epoch === epoch ? request.holds.number : undefined;
  const nothingQueued = request.rows.length === 0 && request.left === 0;
  const gaveUp = request.gaveUp && request.epoch === epoch;
  await confirm(tx, desk, terminal, { holds, nothingQueued, gaveUp }, nowMs);
  const now = gaveUp && nothingQueued ? { ...terminal, wants_offline: 0 } : terminal;
  const state = await stateOfRight(tx, now, nowMs);
  let list: DenyNews | undefined;
  if (state.is === 'granted') {
    const number = await grant(tx, desk, now, nowMs);
    list = await denyNews(tx, desk, number, holds, nowMs);
  }
  const clerk_id = await whoStands(tx, now);
  return {
    nowMs,
    epoch,
    terminal: await terminalView(tx, { ...now, clerk_id }, nowMs, state),
    events,
    list,
    goods: await goodsOfTokens(tx),
    pins: list ? await pinsOf(tx, terminal.shop_id) : [],
  };
}

/** @returns the ids that need not be sent again */
async function noteEvents(
  tx: Tx,
  desk: DeskRow,
  terminal: TerminalRow,
  rows: readonly unknown[],
  nowMs: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (const raw of rows) {
    const parsed = v.safeParse(TerminalEvent, raw);
    const id = (raw as { id?: unknown } | null)?.id;
    if (typeof id === 'string') ids.push(id.slice(0, 64));
    if (!parsed.success) continue;
    const { id: eventId, kind, clerkId, ...what } = parsed.output;
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('terminal_event')
      .values({ shop_id: desk.shop_id, id: eventId })
      .onConflict((c) => c.columns(['shop_id', 'id']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) continue;
    await note(tx, desk, kind, { terminal: terminal.id, clerk: clerkId ?? null, ...what }, nowMs);
    if (terminal.ended_at !== null) continue;
    if (kind === 'sign-in' && clerkId !== undefined && (await isClerk(tx, desk, clerkId)))
      await standsAt(tx, terminal, clerkId);
    if (kind === 'sign-out') await standsAt(tx, terminal, null);
  }
  return ids;
}

const isClerk = async (tx: Tx, { shop_id }: DeskRow, clerkId: string) =>
  (await clerksOf(tx, shop_id)).some(({ id }) => id === clerkId);

async function whoStands(tx: Tx, { shop_id, id }: TerminalRow): Promise<string | null> {
  const row = await tx
    .selectFrom('terminal')
    .select('clerk_id')
    .where('shop_id', '=', shop_id)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.clerk_id ?? null;
}

import type { Tx } from '../database/store.ts';
import type { DeskRow, TerminalRow } from '../database/tables.ts';
import type { Park } from '../park.ts';
import { lockDesk, note } from './desk.ts';
import { ownRight } from './rights.ts';

const NOTED = { left: 'left', revoked: 'revoked', replaced: 'revoked', lost: 'lost' } as const;

/**
 * A terminal's enrolment ends. One that leaves by itself has nothing queued, and its right ends with it; of any other
 * the right stands until it has been heard or can hand over no more.
 */
export async function endTerminal(
  tx: Tx,
  desk: DeskRow,
  { shop_id, id, name, ended_at }: TerminalRow,
  by: NonNullable<TerminalRow['ended_by']>,
  atMs: number,
): Promise<void> {
  await tx
    .updateTable('terminal')
    .set({ ended_at: ended_at ?? atMs, ended_by: by, clerk_id: null })
    .where('shop_id', '=', shop_id)
    .where('id', '=', id)
    .execute();
  const right = await ownRight(tx, { shop_id, id });
  if (right?.ended_at === null && (by === 'left' || by === 'lost')) {
    await tx
      .updateTable('offline_right')
      .set(by === 'left' ? { ended_at: atMs } : { lost_at: atMs })
      .where('shop_id', '=', shop_id)
      .where('terminal_id', '=', id)
      .execute();
  }
  await note(tx, desk, NOTED[by], { terminal: id, name, by }, atMs);
}

type Desk = Pick<Park, 'store' | 'clock'>;

/**
 * The operator ends a terminal: it hands over no more as soon as it hears of it, at the latest 72 hours after its last
 * contact. What it has queued is still taken in. `lost`: nobody waits for that.
 * @returns false where the shop has no such terminal, or it has ended by itself
 */
export async function revoke(
  { store, clock }: Desk,
  shopId: string,
  terminalId: string,
  by: 'revoked' | 'lost',
): Promise<boolean> {
  return store.write(async (tx) => {
    const desk = await lockDesk(tx, store, shopId);
    const terminal = await terminalRow(tx, shopId, terminalId);
    if (!terminal || terminal.ended_by === 'left') return false;
    await endTerminal(tx, desk, terminal, by, clock());
    return true;
  });
}

/**
 * The operator gives the wish for the right, or takes it back: then the terminal stays as an online-only one.
 * @returns what stands in the way
 */
export async function setOffline(
  { store }: Desk,
  shopId: string,
  terminalId: string,
  on: boolean,
): Promise<'no-terminal' | 'no-key' | 'others' | undefined> {
  return store.write(async (tx) => {
    await lockDesk(tx, store, shopId);
    const terminal = await terminalRow(tx, shopId, terminalId);
    if (terminal?.ended_at !== null) return 'no-terminal';
    if (on && terminal.public_key === null) return 'no-key';
    if (on && (await standsBeside(tx, terminal))) return 'others';
    await tx
      .updateTable('terminal')
      .set({ wants_offline: on ? 1 : 0 })
      .where('shop_id', '=', shopId)
      .where('id', '=', terminalId)
      .execute();
    return undefined;
  });
}

/** A right is not given beside other tills: they must have ended first. */
async function standsBeside(tx: Tx, { shop_id, id }: TerminalRow): Promise<boolean> {
  const other = await tx
    .selectFrom('terminal')
    .select('id')
    .where('shop_id', '=', shop_id)
    .where('id', '!=', id)
    .where('ended_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

function terminalRow(tx: Tx, shopId: string, id: string): Promise<TerminalRow | undefined> {
  return tx
    .selectFrom('terminal')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('id', '=', id)
    .executeTakeFirst();
}

import { timingSafeEqual } from 'node:crypto';
import { Refused } from '../../domain/refusal.ts';
import { afterWrongPin, NO_TRIES, pinWaitMs, type PinTries } from '../../domain/terminal/pin.ts';
import type { TerminalView } from '../../domain/voucher/messages.ts';
import type { Store, Tx } from '../database/store.ts';
import type { ClerkRow } from '../database/tables.ts';
import type { Park } from '../park.ts';
import { identifyTerminal, terminalView, type TerminalSession } from '../voucher/terminal.ts';
import { pinHash, standsAt } from './clerks.ts';
import { lockDesk, note } from './desk.ts';

/**
 * This clerk stands at this terminal from now on. A try is counted before the PIN is looked at, in a unit of work of
 * its own, so that many at once cannot slip by.
 * @throws Refused `clerk-unknown`, `pin-locked`, `pin-wrong`, and those of `identifyTerminal`
 */
export async function signIn(
  park: Park,
  session: TerminalSession | undefined,
  { clerkId, pin }: { clerkId: string; pin: string },
): Promise<TerminalView> {
  const { shop_id } = await identifyTerminal(park.store.read, park, session);
  const clerk = await countTry(park, shop_id, clerkId);
  const hash = await pinHash(pin, clerk.pin_salt);
  const right = timingSafeEqual(hash, Buffer.from(clerk.pin_hash, 'base64url'));
  const view = await park.store.write(async (tx) => {
    const terminal = await identifyTerminal(tx, park, session);
    const desk = await lockDesk(tx, park.store, shop_id);
    const atMs = park.clock();
    const what = { terminal: terminal.id, clerk: clerkId };
    await note(tx, desk, right ? 'sign-in' : 'wrong-pin', what, atMs);
    if (!right) return undefined;
    await setTries(tx, clerk, NO_TRIES);
    await standsAt(tx, terminal, clerkId);
    return terminalView(tx, { ...terminal, clerk_id: clerkId }, atMs);
  });
  if (!view) throw new Refused('pin-wrong');
  return view;
}

/** Nobody stands at this terminal any more. @throws those of `identifyTerminal` */
export async function signOutClerk(
  park: Park,
  session: TerminalSession | undefined,
): Promise<TerminalView> {
  return park.store.write(async (tx) => {
    const terminal = await identifyTerminal(tx, park, session);
    const desk = await lockDesk(tx, park.store, terminal.shop_id);
    const atMs = park.clock();
    if (terminal.clerk_id !== null) {
      await standsAt(tx, terminal, null);
      const what = { terminal: terminal.id, clerk: terminal.clerk_id };
      await note(tx, desk, 'sign-out', what, atMs);
    }
    return terminalView(tx, { ...terminal, clerk_id: null }, atMs);
  });
}

async function countTry(park: Park, shopId: string, clerkId: string): Promise<ClerkRow> {
  return park.store.write(async (tx) => {
    const clerk = await lockClerk(tx, park.store, shopId, clerkId);
    if (clerk?.ended_at !== null) throw new Refused('clerk-unknown');
    const nowMs = park.clock();
    const tries = { wrong: clerk.wrong, lockedUntilMs: clerk.locked_until };
    const waitMs = pinWaitMs(tries, nowMs);
    if (waitMs > 0) throw new Refused('pin-locked', { retryAfterMs: waitMs });
    await setTries(tx, clerk, afterWrongPin(tries, nowMs));
    return clerk;
  });
}

function lockClerk(
  tx: Tx,
  { engine }: Pick<Store, 'engine'>,
  shopId: string,
  clerkId: string,
): Promise<ClerkRow | undefined> {
  return tx
    .selectFrom('clerk')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('id', '=', clerkId)
    .$if(engine === 'postgres', (q) => q.forUpdate())
    .executeTakeFirst();
}

async function setTries(
  tx: Tx,
  { shop_id, id }: ClerkRow,
  { wrong, lockedUntilMs }: PinTries,
): Promise<void> {
  await tx
    .updateTable('clerk')
    .set({ wrong, locked_until: lockedUntilMs })
    .where('shop_id', '=', shop_id)
    .where('id', '=', id)
    .execute();
}

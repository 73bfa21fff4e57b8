import { afterWrongPin, NO_TRIES, pinWaitMs } from '../../domain/terminal/pin.ts';
import { Refused } from '../../domain/refusal.ts';
import type { ClerkView, TerminalView } from '../../domain/voucher/messages.ts';
import { newId } from '../ids.ts';
import { canSign, isPin } from './crypto.ts';
import type { ShopDatabase } from './database.ts';
import type { TerminalApi } from './signed.ts';
import { changing, keep, kept, reading } from './settings.ts';
import { isNoAnswer, troubleOf } from './trouble.ts';

/** Longer than this nobody waits who could be let in without the server. */
const PATIENCE_MS = 4_000;

/**
 * A clerk stands at this terminal from now on. Nobody answers: the PIN is checked here, where this terminal may.
 * @param ask false where it is known that nobody answers
 * @throws Refused `pin-wrong`, `pin-locked`, `clerk-unknown`; what `post` throws
 */
export async function signIn(
  db: ShopDatabase,
  api: TerminalApi,
  clerk: ClerkView,
  pin: string,
  { atMs, ask }: { atMs: number; ask: boolean },
): Promise<void> {
  const pins = canSign() ? await kept(reading(db), 'pins') : undefined;
  const verifier = pins?.find(({ clerkId }) => clerkId === clerk.id);
  if (ask || !verifier) {
    try {
      const limitMs = verifier && PATIENCE_MS;
      await api.post<TerminalView>('/api/shop/clerk', { clerkId: clerk.id, pin }, limitMs);
      const tx = changing(db);
      await keep(tx, 'clerk', clerk);
      await tx.done;
      return;
    } catch (error) {
      if (!verifier || !isNoAnswer(troubleOf(error))) throw error;
    }
  }
  await countTry(db, clerk.id, atMs);
  const right = await isPin(pin, verifier);
  const tx = changing(db);
  const kind = right ? ('sign-in' as const) : ('wrong-pin' as const);
  const event = { id: newId(), atMs: Math.round(atMs), kind, clerkId: clerk.id };
  await tx.objectStore('events').put(event);
  if (right) {
    await keep(tx, 'clerk', clerk);
    const { [clerk.id]: _, ...others } = (await kept(tx, 'tries')) ?? {};
    await keep(tx, 'tries', others);
  }
  await tx.done;
  if (!right) throw new Refused('pin-wrong');
}

/** Counted before the PIN is looked at. @throws Refused `pin-locked` */
async function countTry(db: ShopDatabase, clerkId: string, atMs: number): Promise<void> {
  const tx = changing(db);
  const all = (await kept(tx, 'tries')) ?? {};
  const tries = all[clerkId] ?? NO_TRIES;
  const waitMs = pinWaitMs(tries, atMs);
  if (waitMs === 0) await keep(tx, 'tries', { ...all, [clerkId]: afterWrongPin(tries, atMs) });
  await tx.done;
  if (waitMs > 0) throw new Refused('pin-locked', { retryAfterMs: waitMs });
}

/** Nobody stands at it any more; the server hears of it when it can. */
export async function signOut(db: ShopDatabase, api: TerminalApi, atMs: number): Promise<void> {
  const tx = changing(db);
  const clerk = await kept(tx, 'clerk');
  await keep(tx, 'clerk', undefined);
  await tx.done;
  if (!clerk) return;
  try {
    await api.post('/api/shop/clerk/sign-out', {}, PATIENCE_MS);
  } catch {
    const event = { id: newId(), atMs: Math.round(atMs), clerkId: clerk.id };
    await db.put('events', { ...event, kind: 'sign-out' });
  }
}

import type { DenyList } from '../../domain/terminal/deny-list.ts';
import type { TerminalEvent } from '../../domain/terminal/messages.ts';
import type { TerminalMemory } from '../../domain/terminal/verify.ts';
import { newId } from '../ids.ts';
import type { KeptHandOver, ShopDatabase } from './database.ts';
import { usedFor } from './hand-over.ts';
import type { ServerTime } from './server-time.ts';
import { changing, kept, reading } from './settings.ts';

/**
 * What the terminal goes by for one voucher when nobody answers, as it is at one moment.
 * @param voucherId none: for the question whether it may hand over at all
 * @returns undefined on a device that is no terminal
 */
export async function memoryFor(
  db: ShopDatabase,
  time: ServerTime,
  voucherId?: string,
): Promise<TerminalMemory | undefined> {
  const tx = reading(db);
  const [view, keys, list, clock, denied, own] = await Promise.all([
    kept(tx, 'view'),
    kept(tx, 'keys'),
    kept(tx, 'list'),
    kept(tx, 'clock'),
    voucherId === undefined ? undefined : tx.objectStore('denied').get(voucherId),
    voucherId === undefined ? undefined : usedFor(tx, voucherId),
  ]);
  if (!view) return undefined;
  const anchor = time.anchor(clock);
  const entries: DenyList['entries'] = new Map(denied ? [[denied.voucherId, denied]] : []);
  const used = own && { atMs: own.atMs, ...(own.clerk && { clerk: own.clerk.name }) };
  return {
    shopId: view.shop.id,
    keys: keys ?? [],
    ...(list && { list: { ...list, entries } }),
    used: new Map(own && used ? [[own.voucherId, used]] : []),
    ...(view.offline.is === 'granted' && { offlineUntilMs: view.offline.untilMs }),
    ...(anchor && { clock: anchor }),
  };
}

/** Hand-overs that the server has not heard of, the oldest first. */
export async function queueOf(db: ShopDatabase): Promise<KeptHandOver[]> {
  const tx = reading(db);
  const [view, waiting] = await Promise.all([
    kept(tx, 'view'),
    tx.objectStore('handovers').index('waiting').getAll(),
  ]);
  return waiting.filter(({ shopId }) => shopId === view?.shop.id).sort((a, b) => a.atMs - b.atMs);
}

/** Hand-overs of this terminal since a moment, the newest first. */
export async function handOversSince(db: ShopDatabase, sinceMs: number): Promise<KeptHandOver[]> {
  const all = await db.getAllFromIndex('handovers', 'byTime', IDBKeyRange.lowerBound(sinceMs));
  return all.reverse();
}

/** What the shop's trail must know of and the server has not seen. */
export async function noteEvent(db: ShopDatabase, event: Omit<TerminalEvent, 'id'>): Promise<void> {
  const tx = changing(db);
  await tx.objectStore('events').put({ ...event, id: newId() });
  await tx.done;
}

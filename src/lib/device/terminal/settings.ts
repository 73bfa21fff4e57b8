import type { IDBPTransaction, StoreNames } from 'idb';
import type { Settings, ShopDatabase, ShopSchema } from './database.ts';

const ALL = [
  'settings',
  'handovers',
  'denied',
  'events',
] as const satisfies StoreNames<ShopSchema>[];

type Tx<Mode extends IDBTransactionMode> = IDBPTransaction<ShopSchema, typeof ALL, Mode>;
export type Reading = Tx<'readonly'> | Tx<'readwrite'>;
export type Changing = Tx<'readwrite'>;

/** One moment of everything that the terminal keeps. */
export const reading = (db: ShopDatabase): Tx<'readonly'> => db.transaction(ALL, 'readonly');

/** All of it or nothing, and on the disk before `done`. */
export function changing(db: ShopDatabase): Changing {
  const tx = db.transaction(ALL, 'readwrite', { durability: 'strict' });
  // An abort is told by the request that met it; nobody may be waiting here yet.
  tx.done.catch(() => undefined);
  return tx;
}

export async function kept<K extends keyof Settings>(
  tx: Reading,
  key: K,
): Promise<Settings[K] | undefined> {
  return (await tx.objectStore('settings').get(key)) as Settings[K] | undefined;
}

/** @param value undefined removes it */
export async function keep<K extends keyof Settings>(
  tx: Changing,
  key: K,
  value: Settings[K] | undefined,
): Promise<void> {
  const store = tx.objectStore('settings');
  if (value === undefined) await store.delete(key);
  else await store.put(value, key);
}

/** Several of one moment; what is not kept is absent. */
export async function keptOf<K extends keyof Settings>(
  db: ShopDatabase,
  ...keys: K[]
): Promise<Partial<Pick<Settings, K>>> {
  const tx = reading(db);
  const values = await Promise.all(keys.map(async (key) => [key, await kept(tx, key)] as const));
  return Object.fromEntries(values) as Partial<Pick<Settings, K>>;
}

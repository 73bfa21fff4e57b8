import type { Page } from '@playwright/test';

// What a page's origin keeps in IndexedDB, read behind the app's back. A database that the app has not made yet is
// left alone: opened here it would come into being empty, and the app would find it so.

type Database = 'civil-code-park' | 'civil-code-park-shop';

/** Every row of a store; none while there is no database. */
export async function rowsIn<Row>(page: Page, store: string, database?: Database): Promise<Row[]> {
  const stored = await storedOn(page, [store], { database });
  return (stored?.[store] ?? []) as Row[];
}

/** The value under a key; undefined while there is none. */
export async function valueIn<Value>(
  page: Page,
  store: string,
  key: string,
): Promise<Value | undefined> {
  const stored = await storedOn(page, [store], { key });
  return stored?.[store]?.[0] as Value | undefined;
}

/** Stores at one moment, all of their rows or those under a key; undefined while there is no database. */
export function storedOn(
  page: Page,
  stores: readonly string[],
  { database = 'civil-code-park', key }: { database?: Database | undefined; key?: string } = {},
): Promise<Record<string, unknown[]> | undefined> {
  return page.evaluate(
    async ({ database, stores, key }) => {
      const names = (await indexedDB.databases()).map(({ name }) => name);
      if (!names.includes(database)) return undefined;
      const settled = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error(String(request.error)));
        });
      const db = await settled(indexedDB.open(database));
      try {
        const tx = db.transaction(stores);
        const rows = stores.map((store) => settled<unknown[]>(tx.objectStore(store).getAll(key)));
        const all = await Promise.all(rows);
        return Object.fromEntries(stores.map((store, n) => [store, all[n] ?? []]));
      } finally {
        db.close();
      }
    },
    { database, stores: [...stores], key },
  );
}

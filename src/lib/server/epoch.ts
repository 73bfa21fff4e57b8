import { StoreBusy, type Store, type Tx } from './database/store.ts';

/** What a restore from a backup changes: phones that hear of another one send everything again. */
export async function epochOf(tx: Tx): Promise<string> {
  const row = await tx
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'epoch')
    .executeTakeFirstOrThrow();
  return row.value;
}

/** Under this key `meta` has when the database was put back. */
export const RESTORED_AT = 'restored-at';

/** When the database was put back from a backup, which may not know of what tills were told since; undefined for never. */
export async function restoredAtOf(tx: Tx): Promise<number | undefined> {
  const row = await tx
    .selectFrom('meta')
    .select('value')
    .where('key', '=', RESTORED_AT)
    .executeTakeFirst();
  return row && Number(row.value);
}

class Restored extends Error {
  override readonly name = 'Restored';
}

/**
 * A store for a process that keeps something of the database in memory (a slice of the budget, signing keys). A unit
 * of work that meets another epoch than the one it began with is undone, and the process begins again.
 *
 * The epoch is read last: by then the work has touched the tables that it needs, and a restore, which locks them all,
 * lies either wholly before or wholly after it.
 * @param epoch the one that what is in memory belongs to
 * @param beginAgain reads everything anew; meanwhile nothing is written
 */
export function heldToEpoch(store: Store, epoch: string, beginAgain: () => Promise<void>): Store {
  let known = epoch;
  let beginning: Promise<void> | undefined;

  async function begin(): Promise<void> {
    const next = await epochOf(store.read);
    await beginAgain();
    known = next;
  }

  return {
    engine: store.engine,
    read: store.read,
    isTrouble: (error) => store.isTrouble(error),
    close: () => store.close(),
    async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      const began = known;
      try {
        return await store.write(async (tx) => {
          const done = await work(tx);
          if ((await epochOf(tx)) !== began) throw new Restored();
          return done;
        });
      } catch (cause) {
        if (!(cause instanceof Restored)) throw cause;
        if (began === known) {
          beginning ??= begin().finally(() => (beginning = undefined));
          await beginning.catch(() => undefined);
        }
        throw new StoreBusy('the database was restored', { cause });
      }
    },
  };
}

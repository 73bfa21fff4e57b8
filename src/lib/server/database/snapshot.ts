import { sql } from 'kysely';
import { migrate } from './migrate.ts';
import {
  checkSnapshotFile,
  readSnapshotFile,
  SnapshotRefused,
  writeSnapshotFile,
  type Counts,
  type Entry,
  type Head,
  type Value,
} from './snapshot-file.ts';
import { RESTORED_AT } from '../epoch.ts';
import type { Store, Tx } from './store.ts';
import type { Tables } from './tables.ts';

/** Rows that are read or written by one statement. */
const PAGE = 500;

type Table = keyof Omit<Tables, 'migration'>;

/**
 * Every table with its key, in whose order it is read; a table that ever existed stays here. Wallets come first because
 * a restore locks the tables in this order: nearly every unit of work begins with its wallet and waits there holding
 * nothing. The epoch comes last, which every unit of work reads at its end.
 */
const keys: { readonly [T in Table]: readonly (keyof Tables[T] & string)[] } = {
  wallet: ['id'],
  device: ['wallet_id', 'id'],
  recovery: ['code_hash'],
  attempt: ['wallet_id', 'id'],
  wallet_day: ['wallet_id', 'day'],
  transfer: ['owner', 'id'],
  voucher: ['wallet_id', 'id'],
  report: ['wallet_id', 'id'],
  question_tally: ['day', 'question_id'],
  campaign_budget: ['campaign_id'],
  goods: ['id'],
  shop: ['id'],
  stock: ['shop_id', 'goods_id'],
  enrolment: ['code_hash'],
  terminal: ['shop_id', 'id'],
  handover: ['shop_id', 'nonce'],
  desk: ['shop_id'],
  offline_right: ['shop_id', 'terminal_id'],
  clerk: ['shop_id', 'id'],
  upload: ['shop_id', 'nonce'],
  loss: ['wallet_id', 'voucher_id'],
  trail: ['shop_id', 'number'],
  terminal_event: ['shop_id', 'id'],
  settlement: ['shop_id', 'month'],
  correction: ['shop_id', 'id'],
  signing_key: ['id'],
  print_run: ['id'],
  meta: ['key'],
};
const tables = Object.keys(keys) as Table[];

export interface Snapshot {
  head: Head;
  rows: Counts;
}

/** Reads all that `read` asks for as of one moment, however long it takes and whoever writes meanwhile. */
export function inOneMoment<T>(store: Store, read: (tx: Tx) => Promise<T>): Promise<T> {
  if (store.engine === 'sqlite') return store.read.transaction().execute(read);
  const transaction = store.read.transaction().setIsolationLevel('repeatable read');
  return transaction.setAccessMode('read only').execute(async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx);
    return read(tx);
  });
}

/** Writes all tables into a file that either engine can be restored from. */
export function writeSnapshot(store: Store, file: string, madeAtMs: number): Promise<Snapshot> {
  return inOneMoment(store, async (tx) => {
    const head = { migration: await migrationOf(tx), engine: store.engine, madeAtMs };
    return { head, rows: await writeSnapshotFile(file, head, entriesOf(tx)) };
  });
}

async function* entriesOf(tx: Tx): AsyncGenerator<Entry[]> {
  for (const table of tables) {
    const key = sql.join(keys[table].map((column) => sql.ref(column)));
    let last: Record<string, Value> | undefined;
    do {
      const place = keys[table].map((column) => last?.[column]);
      const after = last ? sql`where (${key}) > (${sql.join(place)})` : sql``;
      const { rows } = await sql<Record<string, Value>>`
        select * from ${sql.table(table)} ${after} order by ${key} limit ${sql.lit(PAGE)}
      `.execute(tx);
      const [first] = rows;
      if (first && !last) yield [{ table, columns: Object.keys(first) }];
      yield rows.map((row) => ({ row: Object.values(row) }));
      last = rows.length === PAGE ? rows.at(-1) : undefined;
    } while (last);
  }
}

async function migrationOf(tx: Tx): Promise<number> {
  const { applied } = await tx
    .selectFrom('migration')
    .select((e) => e.fn.coalesce(e.fn.max('number'), sql<number>`0`).as('applied'))
    .executeTakeFirstOrThrow();
  return applied;
}

interface Restoring {
  /** The database's new epoch: phones then send everything again, servers forget what they hold in memory. */
  epoch: string;
  nowMs: number;
  /** Also where wallets or tills would be lost. */
  replace: boolean;
}

/**
 * Puts a backup in the place of all that the database holds, in one transaction, under running servers too.
 * @throws SnapshotRefused where the file is damaged or newer than this program, or the database is in use
 */
export async function restoreSnapshot(
  store: Store,
  file: string,
  { epoch, nowMs, replace }: Restoring,
): Promise<Snapshot> {
  const snapshot = await checkSnapshotFile(file);
  const { migration } = snapshot.head;
  await store.write(async (tx) => {
    const there = await tablesIn(tx);
    await lock(store, tx, there);
    if (!replace) await mustBeUnused(tx, there);
    for (const table of [...there, 'migration'])
      await tx.schema.dropTable(table).ifExists().execute();
    const inside = { ...store, write: <T>(work: (tx: Tx) => Promise<T>) => work(tx) };
    await migrate(inside, nowMs, migration);
    if ((await migrationOf(tx)) !== migration)
      throw new SnapshotRefused(`${file} is of a newer program. Restore it with that one.`);
    await insertAll(tx, file);
    await migrate(inside, nowMs);
    const known = { epoch, [RESTORED_AT]: String(nowMs) };
    for (const [key, value] of Object.entries(known))
      await tx
        .insertInto('meta')
        .values({ key, value })
        .onConflict((c) => c.column('key').doUpdateSet({ value }))
        .execute();
  });
  return snapshot;
}

/** Those of ours that are there, in the order of `keys`. */
async function tablesIn(tx: Tx): Promise<Table[]> {
  const there = new Set((await tx.introspection.getTables()).map(({ name }) => name));
  return tables.filter((table) => there.has(table));
}

/** Nobody else is in the middle of anything: a unit of work ended before, or begins after and meets the new epoch. */
async function lock({ engine }: Store, tx: Tx, there: readonly Table[]): Promise<void> {
  if (engine === 'sqlite' || there.length === 0) return;
  await sql`set local statement_timeout = 0`.execute(tx);
  const names = sql.join(there.map((table) => sql.table(table)));
  await sql`lock table ${names} in access exclusive mode`.execute(tx);
}

async function mustBeUnused(tx: Tx, there: readonly Table[]): Promise<void> {
  for (const table of ['wallet', 'transfer', 'terminal'] as const) {
    if (!there.includes(table)) continue;
    const row = await tx.selectFrom(table).select('id').limit(1).executeTakeFirst();
    if (row)
      throw new SnapshotRefused(
        'The database is in use: it has wallets or tills. With --replace the backup takes its place.',
      );
  }
}

async function insertAll(tx: Tx, file: string): Promise<void> {
  let into: { table: Table; columns: string[] } | undefined;
  let waiting: Value[][] = [];
  const flush = async () => {
    if (into && waiting.length > 0) {
      const { table, columns } = into;
      const rows = waiting.map((row) => sql`(${sql.join(row)})`);
      await sql`
        insert into ${sql.table(table)} (${sql.join(columns.map((c) => sql.ref(c)))})
        values ${sql.join(rows)}
      `.execute(tx);
    }
    waiting = [];
  };
  for await (const entry of readSnapshotFile(file)) {
    if ('row' in entry) {
      if (waiting.push(entry.row) >= PAGE) await flush();
      continue;
    }
    await flush();
    const { table, columns } = entry;
    if (!(table in keys)) throw new SnapshotRefused(`${file} has an unknown table ${table}.`);
    into = { table: table as Table, columns };
  }
  await flush();
}

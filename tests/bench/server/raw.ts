import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import pg from 'pg';
import type { Store } from '../../../src/lib/server/database/store.ts';

/** The rows that one request has written. */
export interface Unit {
  attempt: Row[];
  transfer: Row[];
  voucher: Row[];
}
type Row = Record<string, string | number | null>;
const TABLES = ['attempt', 'transfer', 'voucher'] as const;

/**
 * What a run through HTTP has written since `seq`, in units of one request, so that the raw engine can be given the
 * very same rows with the same commits.
 */
export async function writtenAfter(
  store: Store,
  seq: number,
  perUnit: { attempts: number } | { vouchers: number },
): Promise<Unit[]> {
  const attempts = await store.read
    .selectFrom('attempt')
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('wallet_id')
    .orderBy('seq')
    .execute();
  const transfers = await store.read
    .selectFrom('transfer')
    .selectAll()
    .where('seq', '>', seq)
    .execute();
  const vouchers = await store.read
    .selectFrom('voucher')
    .selectAll()
    .where('seq', '>', seq)
    .execute();
  const cause = (t: (typeof transfers)[number]) => `${t.owner} ${t.attempt_id ?? t.voucher_id}`;
  const byCause = Map.groupBy(transfers, cause);
  const units: Unit[] = [];
  const [facts, size] =
    'attempts' in perUnit ? [attempts, perUnit.attempts] : [vouchers, perUnit.vouchers];
  for (let i = 0; i < facts.length; i += size) {
    const part = facts.slice(i, i + size);
    units.push({
      attempt: 'attempts' in perUnit ? part : [],
      voucher: 'vouchers' in perUnit ? part : [],
      transfer: part.flatMap((f) => byCause.get(`${f.wallet_id} ${f.id}`) ?? []),
    });
  }
  return units;
}

const insertInto = (table: string, row: Row, place: (i: number) => string) =>
  `insert into ${table} (${Object.keys(row)
    .map((c) => `"${c}"`)
    .join(', ')}) values (${Object.keys(row)
    .map((_, i) => place(i))
    .join(', ')})`;

/** Writes the units one after the other, a commit each, as fast as node:sqlite does. @returns seconds */
export function rawSqlite(path: string, units: readonly Unit[]): number {
  const db = new DatabaseSync(path);
  db.exec('pragma journal_mode = wal; pragma synchronous = full');
  const statements = new Map(
    TABLES.flatMap((table) => {
      const row = units.find((unit) => unit[table].length > 0)?.[table][0];
      return row ? [[table, db.prepare(insertInto(table, row, () => '?'))]] : [];
    }),
  );
  const began = performance.now();
  for (const unit of units) {
    db.exec('begin immediate');
    for (const table of TABLES)
      for (const row of unit[table])
        statements.get(table)?.run(...(Object.values(row) as SQLInputValue[]));
    db.exec('commit');
  }
  const seconds = (performance.now() - began) / 1000;
  db.close();
  return seconds;
}

/** The same on PostgreSQL: one multi-row insert for each table and commit, on as many connections as the server has. */
export async function rawPostgres(url: string, units: readonly Unit[]): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: 12 });
  const queue = [...units];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      const client = await pool.connect();
      for (let unit = queue.pop(); unit; unit = queue.pop()) {
        await client.query('begin');
        for (const table of TABLES) {
          const first = unit[table][0];
          if (!first) continue;
          const columns = Object.keys(first);
          const head = insertInto(table, first, () => '').split(' values ')[0];
          const rows = unit[table].map(
            (_, r) => `(${columns.map((__, i) => `$${r * columns.length + i + 1}`).join(', ')})`,
          );
          await client.query({
            name: `${table}${rows.length}`,
            text: `${head} values ${rows.join(', ')}`,
            values: unit[table].flatMap((row) => Object.values(row)),
          });
        }
        await client.query('commit');
      }
      client.release();
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  await pool.end();
  return seconds;
}

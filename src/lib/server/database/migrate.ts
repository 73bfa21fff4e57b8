import { sql } from 'kysely';
import { StartRefused } from '../http/start-refused.ts';
import * as ledger from './migrations/001-ledger.ts';
import * as trail from './migrations/002-trail.ts';
import * as shopDesk from './migrations/003-shop-desk.ts';
import * as neighbours from './migrations/004-neighbours.ts';
import type { Store, Tx } from './store.ts';

export interface Migration {
  up(tx: Tx, store: Pick<Store, 'engine'>): Promise<void>;
  /** Looks at the database after `up`, still inside its transaction. @throws when it is not as it should be */
  assert(tx: Tx): Promise<void>;
}

/** Forward only and never changed once released: number n leads from n - 1 to n. */
const migrations: readonly (readonly [name: string, migration: Migration])[] = [
  ['001-ledger', ledger],
  ['002-trail', trail],
  ['003-shop-desk', shopDesk],
  ['004-neighbours', neighbours],
];

/** The version that this code knows. */
export const LATEST = migrations.length;

/** Any number, the same in every instance. */
const LOCK = 7_301_948_205;

/**
 * Brings the database to this code's version in one transaction; two instances that start at once wait for each other.
 * @throws StartRefused when the database is newer than this code
 */
export async function migrate(store: Store, nowMs: number, upTo = LATEST): Promise<void> {
  await store.write(async (tx) => {
    if (store.engine === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    await tx.schema
      .createTable('migration')
      .ifNotExists()
      .addColumn('number', 'integer', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('applied_at', 'bigint', (c) => c.notNull())
      .execute();
    const { applied } = await tx
      .selectFrom('migration')
      .select((e) => e.fn.coalesce(e.fn.max('number'), sql<number>`0`).as('applied'))
      .executeTakeFirstOrThrow();
    if (applied > LATEST) {
      throw new StartRefused(
        `The database is of version ${applied}, this program knows up to ${LATEST}. Start a newer one.`,
      );
    }
    for (const [i, [name, migration]] of migrations.slice(0, upTo).entries()) {
      if (i < applied) continue;
      await migration.up(tx, store);
      await migration.assert(tx);
      await tx
        .insertInto('migration')
        .values({ number: i + 1, name, applied_at: nowMs })
        .execute();
    }
  });
}

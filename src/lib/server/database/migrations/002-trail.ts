import { sql } from 'kysely';
import type { Store, Tx } from '../store.ts';

/** The print runs of the boards along the trail. */
export async function up(tx: Tx, { engine }: Pick<Store, 'engine'>): Promise<void> {
  const int = engine === 'sqlite' ? ('integer' as const) : ('bigint' as const);
  const table = tx.schema
    .createTable('print_run')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('made_at', int, (c) => c.notNull())
    .addColumn('retired_from', 'text');
  await (engine === 'sqlite' ? table.modifyEnd(sql`strict, without rowid`) : table).execute();
}

export async function assert(tx: Tx): Promise<void> {
  const run = await tx.selectFrom('print_run').selectAll().executeTakeFirst();
  if (run) throw new Error('a new table print_run has rows');
}

import { sql } from 'kysely';
import type { Store, Tx } from '../store.ts';

/** How many wallets answered a question for the first time on a day, and how many of them right: sums, nobody's own. */
export async function up(tx: Tx, { engine }: Pick<Store, 'engine'>): Promise<void> {
  const int = engine === 'sqlite' ? ('integer' as const) : ('bigint' as const);
  const table = tx.schema
    .createTable('question_tally')
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('question_id', 'text', (c) => c.notNull())
    .addColumn('answers', int, (c) => c.notNull().check(sql`answers > 0`))
    .addColumn('right', int, (c) => c.notNull().check(sql`"right" between 0 and answers`))
    .addPrimaryKeyConstraint('question_tally_key', ['day', 'question_id']);
  await (engine === 'sqlite' ? table.modifyEnd(sql`strict, without rowid`) : table).execute();
  // Attempts in the order in which they came: counting goes on where it stopped, and never looks at all of them.
  await tx.schema.createIndex('attempt_received').on('attempt').columns(['received_at']).execute();
}

export async function assert(tx: Tx): Promise<void> {
  const row = await tx.selectFrom('question_tally').select('day').limit(1).executeTakeFirst();
  if (row) throw new Error('a new table question_tally has rows');
}

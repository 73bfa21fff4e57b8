import type { Day } from '../../domain/points/day.ts';
import type { Tx } from '../database/store.ts';
import type { Tables } from '../database/tables.ts';

export type PrintRun = Tables['print_run'];

/** Makes a run where there is none of that name. @returns as it stands now, and whether it is new */
export async function ensureRun(
  tx: Tx,
  id: string,
  nowMs: number,
): Promise<{ run: PrintRun; isNew: boolean }> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('print_run')
    .values({ id, made_at: nowMs, retired_from: null })
    .onConflict((c) => c.column('id').doNothing())
    .executeTakeFirst();
  const run = await tx
    .selectFrom('print_run')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { run, isNew: numInsertedOrUpdatedRows === 1n };
}

/**
 * Its boards are good for what was practised before that day, and no longer from then on. What was paid stays paid.
 * @returns false where there is no such run
 */
export async function retireRun(tx: Tx, id: string, from: Day): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('print_run')
    .set({ retired_from: from })
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function printRuns(tx: Tx): Promise<PrintRun[]> {
  return tx.selectFrom('print_run').selectAll().orderBy('made_at').orderBy('id').execute();
}

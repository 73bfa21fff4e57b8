import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { addDays, dayAt, type Day } from '../../domain/points/day.ts';
import { WINDOW_DAYS } from '../../domain/sync/neighbours.ts';
import type { Tx } from '../database/store.ts';
import type { Tables } from '../database/tables.ts';
import type { Park } from '../park.ts';

/** Attempts that are looked at in one go: nothing else is answered meanwhile, so it is a matter of milliseconds. */
const SLICE = 200;
const MOST_SLICES = 1000;
/** A unit of work that took its time before it was committed is not overtaken. */
const LAG_MS = 60_000;
/** In `meta`: up to when attempts are counted, by the time they were received. */
const CURSOR = 'tallied';

const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;

/** The first day that still counts. */
export const firstDay = (nowMs: number): Day => addDays(dayAt(nowMs), 1 - WINDOW_DAYS);

/**
 * Counts the first answers that have come in since the last time: a wallet's first attempt at a question, by the order
 * in which its attempts were booked. Runs beside everything else: booking an attempt writes no counter that wallets
 * share, and nobody waits for this. Several processes may do it at once; each slice is counted by one of them.
 * @returns how many first answers were counted
 */
export async function tally(park: Pick<Park, 'store' | 'clock'>): Promise<number> {
  let counted = 0;
  for (let slices = 0; slices < MOST_SLICES; slices++) {
    const done = await nextSlice(park);
    if (done === undefined) break;
    counted += done;
    await setImmediate();
  }
  return counted;
}

/** @returns undefined where there is nothing left */
async function nextSlice({ store, clock }: Pick<Park, 'store' | 'clock'>) {
  const nowMs = clock();
  const known = await cursorIn(store.read);
  // What is older than the window is not counted to begin with.
  const afterMs = known ?? Date.parse(`${firstDay(nowMs)}T00:00:00+08:00`) - 1;
  const upToMs = await endOfSlice(store.read, afterMs, nowMs - LAG_MS);
  if (upToMs === undefined) return undefined;
  const counts = await firstAnswers(store.read, afterMs, upToMs);
  return store.write(async (tx) => {
    if (!(await moveCursor(tx, known, upToMs))) return 0;
    await add(tx, counts);
    await tx.deleteFrom('question_tally').where('day', '<', firstDay(nowMs)).execute();
    return counts.reduce((sum, { answers }) => sum + answers, 0);
  });
}

async function cursorIn(tx: Tx): Promise<number | undefined> {
  const row = await tx
    .selectFrom('meta')
    .select('value')
    .where('key', '=', CURSOR)
    .executeTakeFirst();
  return row && Number(row.value);
}

/** @returns false where another process has counted the slice */
async function moveCursor(tx: Tx, from: number | undefined, to: number): Promise<boolean> {
  const value = String(to);
  const moved =
    from === undefined
      ? await tx
          .insertInto('meta')
          .values({ key: CURSOR, value })
          .onConflict((c) => c.column('key').doNothing())
          .executeTakeFirst()
      : await tx
          .updateTable('meta')
          .set({ value })
          .where('key', '=', CURSOR)
          .where('value', '=', String(from))
          .executeTakeFirst();
  const rows = 'numUpdatedRows' in moved ? moved.numUpdatedRows : moved.numInsertedOrUpdatedRows;
  return rows === 1n;
}

/** Where the next slice ends: all attempts of its last millisecond belong to it. */
async function endOfSlice(tx: Tx, afterMs: number, untilMs: number): Promise<number | undefined> {
  const { rows } = await sql<{ received_at: number }>`
    select received_at from (
      select received_at from attempt where received_at > ${afterMs} and received_at <= ${untilMs}
      order by received_at limit ${sql.lit(SLICE)}
    ) slice order by received_at desc limit 1`.execute(tx);
  return rows[0]?.received_at;
}

type Count = Tables['question_tally'];

async function firstAnswers(tx: Tx, afterMs: number, upToMs: number): Promise<Count[]> {
  const { rows } = await sql<Omit<Count, 'day'> & { day_number: number }>`
    select question_id, (received_at + ${sql.lit(SHANGHAI_MS)}) / ${sql.lit(DAY_MS)} as day_number,
      count(*) as answers, sum("right") as "right"
    from attempt a where received_at > ${afterMs} and received_at <= ${upToMs}
    and not exists (
      select 1 from attempt e
      where e.wallet_id = a.wallet_id and e.question_id = a.question_id and e.seq < a.seq
    ) group by question_id, day_number order by day_number, question_id`.execute(tx);
  return rows.map(({ question_id, day_number, answers, right }) => ({
    day: dayAt(day_number * DAY_MS),
    question_id,
    answers: Number(answers),
    right: Number(right),
  }));
}

async function add(tx: Tx, counts: readonly Count[]): Promise<void> {
  if (counts.length === 0) return;
  await tx
    .insertInto('question_tally')
    .values(counts)
    .onConflict((c) =>
      c.columns(['day', 'question_id']).doUpdateSet((e) => ({
        answers: e('question_tally.answers', '+', e.ref('excluded.answers')),
        right: e('question_tally.right', '+', e.ref('excluded.right')),
      })),
    )
    .execute();
}

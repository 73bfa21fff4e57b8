import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, type Page } from '@playwright/test';
import { valueIn } from './stored.ts';

/** The wallet of the phone that shows this page, once a sync has opened it. */
export async function walletIdOn(page: Page): Promise<string> {
  const read = async () =>
    (await valueIn<{ walletId: string }>(page, 'settings', 'wallet'))?.walletId;
  await expect.poll(read).toBeTruthy();
  return (await read()) ?? '';
}

/**
 * Books points that a test has no week to earn: an award beside the caps, as the ledger would have it. The wallet must
 * have an attempt.
 */
export function grant(dataDir: string, walletId: string, points: number): void {
  const db = new DatabaseSync(join(dataDir, 'park.db'), { timeout: 5000 });
  db.exec('begin immediate');
  db.prepare('update campaign_budget set leased = leased + ?').run(points);
  const { seq } = db
    .prepare(
      'update wallet set seq = seq + 1, available = available + ? where id = ? returning seq',
    )
    .get(points, walletId) as { seq: number };
  db.prepare(
    `insert into transfer (owner, id, seq, kind, from_account, to_account, points, at, award_key, day, attempt_id)
     select ?, ?, ?, 'award', 'issue', ?, ?, ?, ?, '2026-11-24', id from attempt where wallet_id = ? limit 1`,
  ).run(
    walletId,
    `granted-${seq}`,
    seq,
    `resident:${walletId}`,
    points,
    Date.now(),
    `station:granted:${seq}`,
    walletId,
  );
  db.exec('commit');
  db.close();
}

/** Rows of the server's database. */
export function rowsOf(dataDir: string, query: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(dataDir, 'park.db'), { timeout: 5000, readOnly: true });
  const rows = db.prepare(query).all();
  db.close();
  return rows;
}

/** Puts counts of first answers there as if the server had made them. */
export function tallied(
  dataDir: string,
  rows: readonly { day: string; question_id: string; answers: number; right: number }[],
): void {
  const db = new DatabaseSync(join(dataDir, 'park.db'), { timeout: 5000 });
  const put = db.prepare(
    'insert into question_tally (day, question_id, answers, "right") values (?, ?, ?, ?)',
  );
  for (const row of rows) put.run(row.day, row.question_id, row.answers, row.right);
  db.close();
}

import type { OtherAttempt, SyncAnswer } from '../../domain/sync/messages.ts';
import type { Tx } from '../database/store.ts';
import type { AttemptRow } from '../database/tables.ts';
import { transferOf, type Book } from '../ledger/book.ts';
import { voucherView } from '../voucher/view.ts';

/** Entries of a wallet's history in one answer. */
const PAGE = 500;

/**
 * What a phone that knows the wallet's history up to `cursor` does not know yet.
 * @param sent ids that the phone has just sent: it has them
 */
export async function changesAfter(
  tx: Tx,
  wallet: { id: string; seq: number },
  cursor: number,
  sent: ReadonlySet<string>,
): Promise<Pick<SyncAnswer, 'changes' | 'cursor' | 'more'>> {
  const none = { transfers: [], vouchers: [], attempts: [] };
  // A cursor from before a restore may be ahead.
  if (cursor >= wallet.seq) return { changes: none, cursor: wallet.seq, more: false };
  const transfers = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('owner', '=', wallet.id)
    .where('seq', '>', cursor)
    .orderBy('seq')
    .limit(PAGE)
    .execute();
  const vouchers = await tx
    .selectFrom('voucher')
    .selectAll()
    .where('wallet_id', '=', wallet.id)
    .where('seq', '>', cursor)
    .orderBy('seq')
    .limit(PAGE)
    .execute();
  const attempts = await tx
    .selectFrom('attempt')
    .selectAll()
    .where('wallet_id', '=', wallet.id)
    .where('seq', '>', cursor)
    .orderBy('seq')
    .limit(PAGE)
    .execute();
  // A stream that is cut off ends the page for all of them.
  const ends = [transfers, vouchers, attempts].map((rows) =>
    rows.length < PAGE ? wallet.seq : (rows.at(-1)?.seq ?? wallet.seq),
  );
  const upTo = Math.min(...ends);
  const within = (row: { seq: number }) => row.seq <= upTo;
  return {
    changes: {
      transfers: transfers.filter(within).map(transferOf),
      vouchers: await Promise.all(vouchers.filter(within).map((row) => voucherView(tx, row))),
      attempts: attempts.filter((row) => within(row) && !sent.has(row.id)).map(attemptOf),
    },
    cursor: upTo,
    more: upTo < wallet.seq,
  };
}

/** The changes for a phone that knew everything before this unit of work, which moved no voucher. */
export function justBooked({
  transfers,
  wallet,
}: Book): Pick<SyncAnswer, 'changes' | 'cursor' | 'more'> {
  return {
    changes: { transfers, vouchers: [], attempts: [] },
    cursor: wallet.seq,
    more: false,
  };
}

export function attemptOf(row: AttemptRow): OtherAttempt {
  return {
    id: row.id,
    questionId: row.question_id,
    right: row.right === 1,
    practisedAtMs: row.practised_at,
    packHash: row.pack_hash,
    round: JSON.parse(row.round) as OtherAttempt['round'],
    response: JSON.parse(row.response) as OtherAttempt['response'],
  };
}

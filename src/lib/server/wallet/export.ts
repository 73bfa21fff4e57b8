import type { Park } from '../park.ts';
import { transferOf } from '../ledger/book.ts';
import { voucherView } from '../voucher/view.ts';
import { attemptOf } from './changes.ts';
import { identify, type Session } from './session.ts';

/** Everything the server has of a wallet, to be read by its owner. @throws those of `identify` */
export async function exportWallet(park: Park, session: Session | undefined): Promise<object> {
  return park.store.write(async (tx) => {
    const { wallet } = await identify(tx, park.store, session);
    const transfers = await tx
      .selectFrom('transfer')
      .selectAll()
      .where('owner', '=', wallet.id)
      .orderBy('seq')
      .execute();
    const vouchers = await tx
      .selectFrom('voucher')
      .selectAll()
      .where('wallet_id', '=', wallet.id)
      .execute();
    const attempts = await tx
      .selectFrom('attempt')
      .selectAll()
      .where('wallet_id', '=', wallet.id)
      .orderBy('seq')
      .execute();
    const devices = await tx
      .selectFrom('device')
      .select(['id', 'name', 'added_at', 'last_sync_at', 'signed_out_at'])
      .where('wallet_id', '=', wallet.id)
      .execute();
    const reports = await tx
      .selectFrom('report')
      .selectAll()
      .where('wallet_id', '=', wallet.id)
      .execute();
    return {
      format: 1,
      wallet: {
        id: wallet.id,
        openedAtMs: wallet.opened_at,
        available: wallet.available,
        held: wallet.held,
      },
      devices: devices.map((d) => ({
        id: d.id,
        name: d.name,
        addedAtMs: d.added_at,
        lastSyncAtMs: d.last_sync_at,
        signedOutAtMs: d.signed_out_at,
      })),
      attempts: attempts.map((row) => ({
        ...attemptOf(row),
        day: row.day,
        verdict: JSON.parse(row.verdict) as unknown,
        receivedAtMs: row.received_at,
      })),
      transfers: transfers.map(transferOf),
      vouchers: await Promise.all(vouchers.map((row) => voucherView(tx, row))),
      reports: reports.map((r) => ({
        id: r.id,
        questionId: r.question_id,
        packHash: r.pack_hash,
        reason: r.reason,
        note: r.note,
        receivedAtMs: r.received_at,
      })),
    };
  });
}

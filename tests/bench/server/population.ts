import { randomBytes } from 'node:crypto';
import { uuidv7 } from '../../../src/lib/domain/ids/uuidv7.ts';
import { dayAt } from '../../../src/lib/domain/points/day.ts';
import type { Store } from '../../../src/lib/server/database/store.ts';
import { hashOf } from '../../../src/lib/server/wallet/session.ts';

/** Wallets put straight into the database, each with a device, an attempt and its award, as after a first evening. */
export interface Population {
  walletIds: string[];
  cookie(wallet: number): string;
}

const CHUNK = 1000;

/** Not secret here; one for each wallet, since limits count by it. */
const secretOf = (walletId: string) => walletId.replaceAll('-', '');

export const newId = (atMs: number) => uuidv7(atMs, randomBytes(10));

/**
 * @param points each wallet's balance
 */
export async function populate(
  store: Store,
  wallets: number,
  { points, packHash }: { points: number; packHash: string },
): Promise<Population> {
  const beganMs = Date.now() - 86_400_000;
  const walletIds = Array.from({ length: wallets }, (_, i) => newId(beganMs + i));
  const content = hashOf('seeded');
  const day = dayAt(beganMs);
  for (let i = 0; i < wallets; i += CHUNK) {
    const ids = walletIds.slice(i, i + CHUNK);
    const attempts = ids.map(() => newId(beganMs + i));
    await store.write(async (tx) => {
      const rows = ids.map((id) => ({
        id,
        opened_at: beganMs,
        available: points,
        held: 0,
        seq: 2,
        closed_at: null,
        joined_into: null,
      }));
      await tx.insertInto('wallet').values(rows).execute();
      const devices = ids.map((id) => ({
        wallet_id: id,
        id,
        name: '安卓手机',
        token_hash: hashOf(secretOf(id)),
        claim_hash: null,
        added_at: beganMs,
        last_sync_at: beganMs,
        signed_out_at: null,
      }));
      await tx.insertInto('device').values(devices).execute();
      const practised = ids.map((id, k) => ({
        wallet_id: id,
        id: attempts[k] ?? '',
        seq: 1,
        device_id: id,
        content_hash: content,
        question_id: 'seeded',
        pack_hash: packHash,
        response: '{"type":"judge","value":true}',
        right: 1,
        practised_at: beganMs,
        day,
        round: `{"id":"${id}","of":{"kind":"topic","topic":"seeded"},"day":"${day}"}`,
        verdict: '{"is":"credited","points":1,"right":true,"day":"","awards":[]}',
        received_at: beganMs,
      }));
      await tx.insertInto('attempt').values(practised).execute();
      const transfers = ids.map((id, k) => ({
        owner: id,
        id: newId(beganMs + i),
        seq: 2,
        kind: 'award' as const,
        from_account: 'issue',
        to_account: `resident:${id}`,
        points,
        at: beganMs,
        award_key: 'seeded',
        day,
        attempt_id: attempts[k] ?? '',
        voucher_id: null,
        shop_id: null,
        why: null,
        reverses: null,
      }));
      await tx.insertInto('transfer').values(transfers).execute();
    });
  }
  await store.write(async (tx) => {
    await tx
      .updateTable('campaign_budget')
      .set((e) => ({
        budget: e('budget', '+', wallets * points),
        leased: e('leased', '+', wallets * points),
      }))
      .execute();
  });
  return {
    walletIds,
    cookie: (wallet) => {
      const id = walletIds[wallet] ?? '';
      return `wallet=${id}.${id}.${secretOf(id)}`;
    },
  };
}

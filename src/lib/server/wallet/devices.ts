import { Refused } from '../../domain/refusal.ts';
import type { DevicesAnswer } from '../../domain/sync/messages.ts';
import type { Park } from '../park.ts';
import { identify, type Session } from './session.ts';

/** The wallet's devices, newest first. @throws those of `identify` */
export async function devices(park: Park, session: Session | undefined): Promise<DevicesAnswer> {
  return park.store.write(async (tx) => {
    const { wallet, device } = await identify(tx, park.store, session);
    const rows = await tx
      .selectFrom('device')
      .selectAll()
      .where('wallet_id', '=', wallet.id)
      .where('signed_out_at', 'is', null)
      .orderBy('added_at', 'desc')
      .execute();
    return {
      devices: rows.map((row) => ({
        id: row.id,
        name: row.name,
        addedAtMs: row.added_at,
        lastSyncAtMs: row.last_sync_at,
        thisOne: row.id === device.id,
      })),
    };
  });
}

/** Its cookie is worth nothing from now on. @throws Refused `device-unknown`, and those of `identify` */
export async function signOut(
  park: Park,
  session: Session | undefined,
  deviceId: string,
): Promise<void> {
  await park.store.write(async (tx) => {
    const { wallet } = await identify(tx, park.store, session);
    const { numUpdatedRows } = await tx
      .updateTable('device')
      .set({ signed_out_at: park.clock(), claim_hash: null })
      .where('wallet_id', '=', wallet.id)
      .where('id', '=', deviceId)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Refused('device-unknown');
  });
}

import { createHash } from 'node:crypto';
import { linked, type TrailKind } from '../../domain/shop/trail.ts';
import type { Store, Tx } from '../database/store.ts';
import type { DeskRow } from '../database/tables.ts';

export const trailHash = (text: string): string =>
  createHash('sha256').update(text).digest('base64url');

/**
 * A shop's desk, kept from others until the unit of work ends: its deny-list's number, its limit, its rights, its
 * statement and its trail change only under this lock. Whoever locks a wallet does so before, stock comes after.
 */
export async function lockDesk(
  tx: Tx,
  { engine }: Pick<Store, 'engine'>,
  shopId: string,
): Promise<DeskRow> {
  return tx
    .selectFrom('desk')
    .selectAll()
    .where('shop_id', '=', shopId)
    .$if(engine === 'postgres', (q) => q.forUpdate())
    .executeTakeFirstOrThrow();
}

/** Writes the next entry of the shop's trail. @param desk locked; it moves on with the trail */
export async function note(
  tx: Tx,
  desk: DeskRow,
  kind: TrailKind,
  what: object,
  atMs: number,
): Promise<void> {
  const last = { number: desk.trail_number, hash: desk.trail_hash };
  const entry = linked(last, { atMs, kind, what: JSON.stringify(what) }, trailHash);
  const { number, hash } = entry;
  await tx
    .insertInto('trail')
    .values({ shop_id: desk.shop_id, number, at: atMs, kind, what: entry.what, hash })
    .execute();
  desk.trail_number = number;
  desk.trail_hash = hash;
  await tx
    .updateTable('desk')
    .set({ trail_number: number, trail_hash: hash })
    .where('shop_id', '=', desk.shop_id)
    .execute();
}

import type { ReleaseReason } from '../../domain/ledger/transfer.ts';
import { latestReturnMs } from '../../domain/terminal/return.ts';
import type { LookAnswer, VoucherView } from '../../domain/voucher/messages.ts';
import type { Tx } from '../database/store.ts';
import type { VoucherRow } from '../database/tables.ts';

/** A voucher as its owner sees it. */
export async function voucherView(tx: Tx, row: VoucherRow): Promise<VoucherView> {
  const shop = await tx
    .selectFrom('shop')
    .select(['name', 'address'])
    .where('id', '=', row.shop_id)
    .executeTakeFirst();
  const goods = await goodsShown(tx, row.goods_id);
  return {
    id: row.id,
    shopId: row.shop_id,
    shopName: shop?.name ?? row.shop_id,
    shopAddress: shop?.address ?? '',
    goodsId: row.goods_id,
    goodsName: goods.name,
    goodsDetail: goods.detail,
    picture: goods.picture,
    points: row.points,
    issuedAtMs: row.issued_at,
    expiresAtMs: row.expires_at,
    token: row.token,
    code: row.code,
    state: stateShown(row),
  };
}

function stateShown(row: VoucherRow): VoucherView['state'] {
  const { state, state_at: atMs, why, ending, ending_at, expires_at: expiresAtMs } = row;
  if (state === 'held') {
    if (ending === null) return { is: 'held' };
    const latestMs = latestReturnMs({ expiresAtMs });
    return { is: 'returning', atMs: ending_at ?? atMs, why: ending, latestMs };
  }
  if (state === 'handed-over') return { is: 'handed-over', atMs };
  return { is: 'released', atMs, why: why as ReleaseReason };
}

/** When the goods of a voucher were handed over and by whom; undefined where they were not. */
export async function handedOverBy(tx: Tx, row: VoucherRow): Promise<LookAnswer['handedOver']> {
  if (row.state !== 'handed-over' || row.nonce === null) return undefined;
  const done = await tx
    .selectFrom('handover')
    .innerJoin('terminal', (j) =>
      j
        .onRef('terminal.shop_id', '=', 'handover.shop_id')
        .onRef('terminal.id', '=', 'handover.terminal_id'),
    )
    .leftJoin('clerk', (j) =>
      j.onRef('clerk.shop_id', '=', 'handover.shop_id').onRef('clerk.id', '=', 'handover.clerk_id'),
    )
    .select(['terminal.name as terminal', 'clerk.name as clerk'])
    .where('handover.shop_id', '=', row.shop_id)
    .where('handover.nonce', '=', row.nonce)
    .executeTakeFirst();
  if (!done) return undefined;
  const { terminal, clerk } = done;
  return { atMs: row.state_at, terminal, ...(clerk !== null && { clerk }) };
}

export async function goodsShown(
  tx: Tx,
  goodsId: string,
): Promise<{ id: string; name: string; detail: string; picture: string }> {
  const goods = await tx
    .selectFrom('goods')
    .select(['id', 'name', 'detail', 'picture'])
    .where('id', '=', goodsId)
    .executeTakeFirst();
  return goods ?? { id: goodsId, name: goodsId, detail: '', picture: '' };
}

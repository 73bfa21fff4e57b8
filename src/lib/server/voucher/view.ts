import type { ReleaseReason } from '../../domain/ledger/transfer.ts';
import type { VoucherView } from '../../domain/voucher/messages.ts';
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

function stateShown({ state, state_at: atMs, why }: VoucherRow): VoucherView['state'] {
  if (state === 'held') return { is: 'held' };
  if (state === 'handed-over') return { is: 'handed-over', atMs };
  return { is: 'released', atMs, why: why as ReleaseReason };
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

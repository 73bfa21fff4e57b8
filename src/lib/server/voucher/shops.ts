import type { ShopsAnswer } from '../../domain/voucher/messages.ts';
import type { Offer } from '../../domain/voucher/offer.ts';
import type { Store } from '../database/store.ts';
import type { Park } from '../park.ts';
import { rulesInForce } from '../wallet/rules.ts';

/**
 * Brings what `campaign.yaml` offers into the database: names and prices follow the file, stock is put in once, when a
 * shop first has the goods. What the file no longer has stays for its vouchers and is not offered.
 */
export async function seedOffer(store: Store, { goods, shops }: Offer): Promise<void> {
  await store.write(async (tx) => {
    await tx.updateTable('goods').set({ offered: 0 }).execute();
    for (const { id, name, detail, picture, points, settleFen, accountAgeDays } of goods) {
      const facts = {
        name,
        detail,
        picture,
        points,
        settle_fen: settleFen,
        account_age_days: accountAgeDays,
        offered: 1,
      };
      await tx
        .insertInto('goods')
        .values({ id, ...facts })
        .onConflict((c) => c.column('id').doUpdateSet(facts))
        .execute();
    }
    for (const { id, name, address, hours, sample, stock, lossLimit } of shops) {
      const facts = { name, address, hours, sample: sample ? 1 : 0, loss_limit: lossLimit };
      await tx
        .insertInto('shop')
        .values({ id, ...facts, open: 1 })
        .onConflict((c) => c.column('id').doUpdateSet(facts))
        .execute();
      await tx
        .insertInto('desk')
        .values({ shop_id: id, list_number: 0, trail_number: 0, trail_hash: '' })
        .onConflict((c) => c.column('shop_id').doNothing())
        .execute();
      for (const [goodsId, pieces] of Object.entries(stock)) {
        await tx
          .insertInto('stock')
          .values({
            shop_id: id,
            goods_id: goodsId,
            put_in: pieces,
            free: pieces,
            held: 0,
            handed_over: 0,
          })
          .onConflict((c) => c.columns(['shop_id', 'goods_id']).doNothing())
          .execute();
      }
    }
  });
}

/** What can be had where, in the order of the campaign's file. */
export async function shopsAndGoods(park: Park): Promise<ShopsAnswer> {
  const { read } = park.store;
  const { redeemUntil } = await rulesInForce(park);
  const shops = await read.selectFrom('shop').selectAll().execute();
  const pieces = await read
    .selectFrom('stock')
    .innerJoin('goods', 'goods.id', 'stock.goods_id')
    .select(['stock.shop_id', 'stock.free'])
    .select(['goods.id', 'goods.name', 'goods.detail', 'goods.picture', 'goods.points'])
    .select('goods.account_age_days')
    .where('goods.offered', '=', 1)
    .execute();
  const { offer } = park.bank;
  const place = (list: readonly { id: string }[], id: string) => {
    const at = list.findIndex((x) => x.id === id);
    return at < 0 ? list.length : at;
  };
  shops.sort((a, b) => place(offer.shops, a.id) - place(offer.shops, b.id));
  return {
    redeemUntil,
    shops: shops.map(({ id, name, address, hours, sample, open }) => ({
      id,
      name,
      address,
      hours,
      sample: sample === 1,
      open: open === 1,
      goods: pieces
        .filter((piece) => piece.shop_id === id)
        .sort((a, b) => place(offer.goods, a.id) - place(offer.goods, b.id))
        .map((piece) => ({
          id: piece.id,
          name: piece.name,
          detail: piece.detail,
          picture: piece.picture,
          points: piece.points,
          accountAgeDays: piece.account_age_days,
          left: piece.free,
        })),
    })),
  };
}

import { randomBytes } from 'node:crypto';
import { grouped } from '../src/lib/domain/voucher/code.ts';
import type { Store, Tx } from '../src/lib/server/database/store.ts';
import { lockStock } from '../src/lib/server/voucher/rows.ts';
import { makeEnrolment } from '../src/lib/server/voucher/terminal.ts';
import { No, onDatabase, Usage } from './on-database.ts';

// `npm run shop`: the shops of the campaign. Names and prices stand in questions/campaign.yaml; what changes from day
// to day is done here.

const USAGE = `usage: npm run shop -- list                     shops, their stock and their tills
       npm run shop -- enrol SHOP               prints a code that makes one device a till
       npm run shop -- open SHOP                exchanges goods
       npm run shop -- close SHOP               gives out no vouchers; those that are out stay good
       npm run shop -- stock SHOP GOODS FREE    sets how many pieces are free after a stock-take
SHOP and GOODS by id or by name.`;

const [command, shop, ...rest] = process.argv.slice(2);

await onDatabase(async (store) => {
  switch (command) {
    case 'list':
      return list(store);
    case 'enrol':
      return enrol(store, await theShop(store));
    case 'open':
    case 'close':
      return setOpen(store, await theShop(store), command === 'open');
    case 'stock':
      return setStock(store, await theShop(store, 2));
    default:
      throw new Usage(USAGE);
  }
});

interface Named {
  id: string;
  name: string;
}

async function theShop(store: Store, more = 0): Promise<Named> {
  if (!shop || rest.length !== more) throw new Usage(USAGE);
  return only(await store.read.selectFrom('shop').select(['id', 'name']).execute(), shop, 'shop');
}

function only<T extends Named>(list: readonly T[], asked: string, what: string): T {
  const byId = list.filter(({ id }) => id === asked);
  const [one, ...others] = byId.length > 0 ? byId : list.filter(({ name }) => name === asked);
  if (!one) {
    const known = list.map(({ id, name }) => `${id} (${name})`).join(', ');
    throw new No(`There is no ${what} ${asked}. There are: ${known || 'none'}`);
  }
  if (others.length > 0)
    throw new No(`More than one ${what} is called ${asked}: name it by its id.`);
  return one;
}

async function list(store: Store): Promise<number> {
  const { read } = store;
  const stock = await read
    .selectFrom('stock')
    .innerJoin('goods', 'goods.id', 'stock.goods_id')
    .selectAll('stock')
    .select(['goods.name', 'goods.points', 'goods.offered'])
    .orderBy('goods.points')
    .execute();
  const tills = await read.selectFrom('terminal').selectAll().orderBy('enrolled_at').execute();
  for (const { id, name, open, sample } of await read
    .selectFrom('shop')
    .selectAll()
    .orderBy('id')
    .execute()) {
    console.log(`${id}  ${name}  ${open ? 'open' : 'CLOSED'}${sample ? '  sample' : ''}`);
    for (const row of stock.filter(({ shop_id }) => shop_id === id)) {
      const { goods_id, free, held, handed_over, points, offered } = row;
      const counts = `${free} free, ${held} held, ${handed_over} handed over`;
      console.log(
        `  ${goods_id}  ${row.name}  ${points} points: ${counts}${offered ? '' : '  (no longer offered)'}`,
      );
    }
    for (const till of tills.filter(({ shop_id }) => shop_id === id)) {
      const ended = till.ended_at === null ? '' : `, ended ${at(till.ended_at)}`;
      console.log(`  till ${till.name}: enrolled ${at(till.enrolled_at)}${ended}`);
    }
  }
  return 0;
}

async function enrol(store: Store, { id, name }: Named): Promise<number> {
  const code = await makeEnrolment({ store, clock: Date.now, random: randomBytes }, id);
  console.log(`${name}: open /shop on the device that becomes the till and type\n`);
  console.log(`  ${grouped(code, 4)}\n`);
  console.log('Good for one device, for a day. It cannot be shown again.');
  return 0;
}

async function setOpen(store: Store, { id, name }: Named, open: boolean): Promise<number> {
  await store.write((tx) =>
    tx
      .updateTable('shop')
      .set({ open: open ? 1 : 0 })
      .where('id', '=', id)
      .execute(),
  );
  console.log(`${name} is ${open ? 'open' : 'closed: vouchers that are out stay good'}.`);
  return 0;
}

async function setStock(store: Store, { id, name }: Named): Promise<number> {
  const [goodsAsked = '', freeAsked = ''] = rest;
  const free = Number(freeAsked);
  if (!/^\d{1,6}$/.test(freeAsked)) throw new Usage(USAGE);
  const all = await store.read.selectFrom('goods').select(['id', 'name']).execute();
  const goods = only(all, goodsAsked, 'goods');
  const stock = await store.write(async (tx) => {
    await putIn(tx, id, goods.id);
    const row = await lockStock(tx, store, id, goods.id);
    if (!row) throw new Error(`no stock of ${goods.id} at ${id}`);
    const put_in = free + row.held + row.handed_over;
    await tx
      .updateTable('stock')
      .set({ free, put_in })
      .where('shop_id', '=', id)
      .where('goods_id', '=', goods.id)
      .execute();
    return { ...row, free };
  });
  const { held, handed_over } = stock;
  console.log(`${name}, ${goods.name}: ${free} free, ${held} held, ${handed_over} handed over.`);
  return 0;
}

/** The shop has had none of it so far. */
async function putIn(tx: Tx, shopId: string, goodsId: string): Promise<void> {
  await tx
    .insertInto('stock')
    .values({ shop_id: shopId, goods_id: goodsId, put_in: 0, free: 0, held: 0, handed_over: 0 })
    .onConflict((c) => c.columns(['shop_id', 'goods_id']).doNothing())
    .execute();
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

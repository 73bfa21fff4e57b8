import { randomBytes } from 'node:crypto';
import { grouped } from '../src/lib/domain/voucher/code.ts';
import type { Store, Tx } from '../src/lib/server/database/store.ts';
import { lockStock } from '../src/lib/server/voucher/rows.ts';
import { makeEnrolment } from '../src/lib/server/voucher/terminal.ts';
import { at, only, theShop, type Named } from './named.ts';
import { onDatabase, Usage } from './on-database.ts';
import * as desk from './shop-desk.ts';

// `npm run shop`: the shops of the campaign. Names and prices stand in questions/campaign.yaml; what changes from day
// to day is done here.

const USAGE = `usage: npm run shop -- list                          shops, their stock and their tills
       npm run shop -- enrol SHOP                    prints a code that makes one device a till
       npm run shop -- enrol SHOP replace            the same; it takes the place of the till that works offline
       npm run shop -- open SHOP                     exchanges goods
       npm run shop -- close SHOP                    gives out no vouchers; those that are out stay good
       npm run shop -- stock SHOP GOODS FREE         sets how many pieces are free after a stock-take
       npm run shop -- terminals SHOP                its tills, and which may hand over without a signal
       npm run shop -- revoke SHOP TILL              it hands over no more; what it has queued is taken in
       npm run shop -- lost SHOP TILL                the same, and nobody waits for its queue
       npm run shop -- offline SHOP TILL on|off      gives the right to hand over without a signal, or takes it
       npm run shop -- clerk add SHOP NAME           prints the PIN that a clerk signs in with
       npm run shop -- clerk end SHOP NAME           the clerk hands over no more
       npm run shop -- losses SHOP                   what no voucher pays and is above the month's limit
       npm run shop -- approve-loss SHOP NONCE|all   the campaign pays
       npm run shop -- decline-loss SHOP NONCE|all   nobody pays
       npm run shop -- correct SHOP FEN WHY          puts something right in the next statement; FEN may be negative
       npm run shop -- trail SHOP [COUNT]            the latest of all that was done in the shop's name
SHOP, GOODS, TILL and NAME by id or by name.`;

const [command = '', ...rest] = process.argv.slice(2);

type Command = (store: Store, shop: Named, args: string[]) => Promise<void>;

/** What a command takes beside the shop. */
const commands: Record<string, [least: number, most: number, run: Command]> = {
  enrol: [0, 1, (store, shop, [how]) => enrol(store, shop, how)],
  open: [0, 0, (store, shop) => setOpen(store, shop, true)],
  close: [0, 0, (store, shop) => setOpen(store, shop, false)],
  stock: [2, 2, setStock],
  terminals: [0, 0, desk.listTerminals],
  revoke: [1, 1, (store, shop, [till = '']) => desk.revokeTerminal(store, shop, till, 'revoked')],
  lost: [1, 1, (store, shop, [till = '']) => desk.revokeTerminal(store, shop, till, 'lost')],
  offline: [2, 2, offline],
  'clerk add': [1, 1, (store, shop, [name = '']) => desk.newClerk(store, shop, nameOf(name))],
  'clerk end': [1, 1, (store, shop, [name = '']) => desk.clerkEnds(store, shop, name)],
  losses: [0, 0, desk.listLosses],
  'approve-loss': [1, 1, (store, shop, [nonce = '']) => desk.decide(store, shop, nonce, true)],
  'decline-loss': [1, 1, (store, shop, [nonce = '']) => desk.decide(store, shop, nonce, false)],
  correct: [2, 2, correct],
  trail: [0, 1, trail],
};

await onDatabase(async (store) => {
  if (command === 'list' && rest.length === 0) return list(store);
  const words = command === 'clerk' ? `clerk ${rest.shift() ?? ''}` : command;
  const [least, most, run] = commands[words] ?? [];
  const [shop, ...args] = rest;
  if (!run || shop === undefined || args.length < (least ?? 0) || args.length > (most ?? 0))
    throw new Usage(USAGE);
  await run(store, await theShop(store, shop), args);
  return 0;
});

async function list({ read }: Store): Promise<number> {
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

async function enrol(store: Store, { id, name }: Named, how?: string): Promise<void> {
  if (how !== undefined && how !== 'replace') throw new Usage(USAGE);
  const park = { store, clock: Date.now, random: randomBytes };
  const code = await makeEnrolment(park, id, how === 'replace');
  console.log(`${name}: open /shop on the device that becomes the till and type\n`);
  console.log(`  ${grouped(code, 4)}\n`);
  console.log('Good for one device, for a day. It cannot be shown again.');
  if (how)
    console.log(
      'The till that works offline is revoked when the code is used. The new one has that right once the old one has confirmed its end, or 72 hours after its last contact.',
    );
}

async function setOpen(store: Store, { id, name }: Named, open: boolean): Promise<void> {
  await store.write((tx) =>
    tx
      .updateTable('shop')
      .set({ open: open ? 1 : 0 })
      .where('id', '=', id)
      .execute(),
  );
  console.log(`${name} is ${open ? 'open' : 'closed: vouchers that are out stay good'}.`);
}

async function setStock(store: Store, { id, name }: Named, args: string[]): Promise<void> {
  const [goodsAsked = '', freeAsked = ''] = args;
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
}

/** The shop has had none of it so far. */
async function putIn(tx: Tx, shopId: string, goodsId: string): Promise<void> {
  await tx
    .insertInto('stock')
    .values({ shop_id: shopId, goods_id: goodsId, put_in: 0, free: 0, held: 0, handed_over: 0 })
    .onConflict((c) => c.columns(['shop_id', 'goods_id']).doNothing())
    .execute();
}

async function offline(store: Store, shop: Named, args: string[]): Promise<void> {
  const [till = '', how] = args;
  if (how !== 'on' && how !== 'off') throw new Usage(USAGE);
  await desk.setOfflineWish(store, shop, till, how === 'on');
}

async function correct(store: Store, shop: Named, args: string[]): Promise<void> {
  const [fen = '', why = ''] = args;
  if (!/^-?[1-9]\d{0,8}$/.test(fen) || why.trim() === '') throw new Usage(USAGE);
  await desk.addCorrection(store, shop, Number(fen), why.trim());
}

async function trail(store: Store, shop: Named, args: string[]): Promise<void> {
  const [count = '50'] = args;
  if (!/^[1-9]\d{0,5}$/.test(count)) throw new Usage(USAGE);
  await desk.listTrail(store, shop, Number(count));
}

/** What a receipt has room for. */
function nameOf(asked: string): string {
  const name = asked.trim();
  if (name === '' || name.length > 20) throw new Usage(USAGE);
  return name;
}

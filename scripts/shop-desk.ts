import { randomBytes } from 'node:crypto';
import { endOfRight } from '../src/lib/domain/terminal/right.ts';
import { addClerk, clerksOf, endClerk } from '../src/lib/server/shop/clerks.ts';
import { decideLoss } from '../src/lib/server/shop/loss.ts';
import { rightsOf } from '../src/lib/server/shop/rights.ts';
import { correct } from '../src/lib/server/shop/settle.ts';
import { revoke, setOffline } from '../src/lib/server/shop/terminals.ts';
import type { Store } from '../src/lib/server/database/store.ts';
import { at, only, yuan, type Named } from './named.ts';
import { No } from './on-database.ts';

// The part of `npm run shop` that concerns a shop's terminals, its clerks and its money.

const desk = (store: Store) => ({ store, clock: Date.now, random: randomBytes });

/** All tills of a shop, how they ended, and how it stands with their right to hand over without a signal. */
export async function listTerminals(store: Store, { id }: Named): Promise<void> {
  const rights = await rightsOf(store.read, id);
  const rows = await store.read
    .selectFrom('terminal')
    .selectAll()
    .where('shop_id', '=', id)
    .orderBy('enrolled_at')
    .execute();
  for (const row of rows) {
    const right = rights.find(({ terminalId }) => terminalId === row.id);
    const ended = row.ended_at === null ? '' : `, ${row.ended_by ?? 'left'} ${at(row.ended_at)}`;
    const wish = row.wants_offline ? ', wishes to hand over without a signal' : '';
    console.log(`${row.id}  ${row.name}  enrolled ${at(row.enrolled_at)}${ended}${wish}`);
    if (!right) continue;
    const confirmed = right.confirmed ? at(right.confirmed.asOfMs) : 'never';
    const until =
      right.endedAtMs === undefined
        ? `may hand over without a signal until ${at(endOfRight(right))}`
        : `its right ended ${at(right.endedAtMs)}`;
    console.log(
      `  ${until}; last contact ${at(right.lastContactMs)}; nothing queued as of ${confirmed}`,
    );
  }
  if (rows.length === 0) console.log('No till was ever enrolled.');
}

async function theTerminal({ read }: Store, shop: Named, asked: string): Promise<Named> {
  const rows = await read
    .selectFrom('terminal')
    .select(['id', 'name', 'ended_at', 'ended_by'])
    .where('shop_id', '=', shop.id)
    .execute();
  const open = rows.filter(({ ended_at, ended_by }) => ended_at === null || ended_by !== 'left');
  return only(open, asked, 'till');
}

export async function revokeTerminal(
  store: Store,
  shop: Named,
  asked: string,
  by: 'revoked' | 'lost',
): Promise<void> {
  const { id, name } = await theTerminal(store, shop, asked);
  if (!(await revoke(desk(store), shop.id, id, by))) throw new No(`${name} has left by itself.`);
  const right = (await rightsOf(store.read, shop.id)).find(({ terminalId }) => terminalId === id);
  console.log(`${name} is ${by === 'lost' ? 'given up' : 'revoked'}.`);
  if (!right || right.endedAtMs !== undefined) return;
  console.log(
    `Without a signal it may go on until ${at(endOfRight(right))}; another till has that right from then on, or as soon as this one has confirmed its end.`,
  );
  if (by === 'revoked')
    console.log('What it has queued is taken in when it comes. If it never will: shop -- lost.');
  else console.log('Nobody waits for its queue: what waits for it goes back from then on.');
}

export async function setOfflineWish(
  store: Store,
  shop: Named,
  asked: string,
  on: boolean,
): Promise<void> {
  const { id, name } = await theTerminal(store, shop, asked);
  const no = await setOffline(desk(store), shop.id, id, on);
  if (no === 'no-terminal') throw new No(`${name} has ended.`);
  if (no === 'others')
    throw new No(
      `${shop.name} has other tills. One that works offline is its only one: end the others first.`,
    );
  if (no === 'no-key') throw new No(`${name} was enrolled without a key: enrol it anew.`);
  console.log(
    on
      ? `${name} has the right to hand over without a signal from its next contact on, if it is the shop's only till.`
      : `${name} hands over online only, as soon as it hears of it: at the latest 72 hours after its last contact.`,
  );
}

export async function newClerk(store: Store, shop: Named, name: string): Promise<void> {
  const there = await clerksOf(store.read, shop.id);
  if (there.some((clerk) => clerk.name === name))
    throw new No(`${shop.name} has a clerk ${name}. Add a second name to tell them apart.`);
  const first = there.length === 0;
  const pin = await addClerk(desk(store), shop.id, name);
  console.log(`${shop.name}, ${name}: the PIN to sign in with at the till is\n\n  ${pin}\n`);
  console.log('It cannot be shown again.');
  if (first)
    console.log('From now on every hand-over in this shop needs a clerk who is signed in.');
}

export async function clerkEnds(store: Store, shop: Named, asked: string): Promise<void> {
  const clerk = only(await clerksOf(store.read, shop.id), asked, 'clerk');
  await endClerk(desk(store), shop.id, clerk.id);
  console.log(
    `${clerk.name} hands over no more. A till without a signal hears of it with its next contact.`,
  );
}

/** What was handed over, no voucher pays, and is above the month's limit. */
export async function listLosses({ read }: Store, { id }: Named): Promise<void> {
  const rows = await read
    .selectFrom('loss')
    .innerJoin('handover', (j) =>
      j.onRef('handover.shop_id', '=', 'loss.shop_id').onRef('handover.nonce', '=', 'loss.nonce'),
    )
    .select(['loss.nonce', 'loss.points', 'loss.why'])
    .select(['handover.at', 'handover.goods_id', 'handover.settle_fen'])
    .where('loss.shop_id', '=', id)
    .where('loss.state', '=', 'waiting')
    .orderBy('handover.at')
    .execute();
  for (const row of rows)
    console.log(
      `${row.nonce}  ${at(row.at)}  ${row.goods_id}  ${row.points} points  ${yuan(row.settle_fen)}  ${row.why}`,
    );
  console.log(rows.length === 0 ? 'Nothing waits.' : '\nshop -- approve-loss SHOP NONCE | all');
}

export async function decide(
  store: Store,
  shop: Named,
  asked: string,
  approved: boolean,
): Promise<void> {
  const waiting = await store.read
    .selectFrom('loss')
    .select('nonce')
    .where('shop_id', '=', shop.id)
    .where('state', '=', 'waiting')
    .execute();
  const nonces = asked === 'all' ? waiting.map(({ nonce }) => nonce) : [asked];
  for (const nonce of nonces) {
    const done = await decideLoss(desk(store), shop.id, nonce, approved);
    if (!done) throw new No(`No loss of ${shop.name} waits under ${nonce}.`);
  }
  const said = approved
    ? 'the shop is owed for them in its next statement'
    : 'nobody pays for them';
  console.log(`${nonces.length} decided: ${said}.`);
}

export async function addCorrection(
  store: Store,
  shop: Named,
  fen: number,
  why: string,
): Promise<void> {
  await correct(desk(store), shop.id, { fen, why });
  console.log(`${shop.name}: ${yuan(fen)}, ${why}. It stands in the next statement.`);
}

/** The latest entries of a shop's trail. */
export async function listTrail({ read }: Store, { id }: Named, count: number): Promise<void> {
  const rows = await read
    .selectFrom('trail')
    .selectAll()
    .where('shop_id', '=', id)
    .orderBy('number', 'desc')
    .limit(count)
    .execute();
  for (const row of rows.reverse())
    console.log(`${row.number}  ${at(row.at)}  ${row.kind}  ${row.what}`);
}

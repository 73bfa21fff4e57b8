import { Refused } from '../../src/lib/domain/refusal.ts';
import { monthAt } from '../../src/lib/domain/shop/statement.ts';
import { StoreBusy } from '../../src/lib/server/database/store.ts';
import { decideLoss } from '../../src/lib/server/shop/loss.ts';
import { CannotSettle, settle } from '../../src/lib/server/shop/settle.ts';
import { revoke, setOffline } from '../../src/lib/server/shop/terminals.ts';
import { holdVoucher } from '../../src/lib/server/voucher/hold.ts';
import { cancelVoucher, sweep } from '../../src/lib/server/voucher/release.ts';
import { undoHandOver } from '../../src/lib/server/voucher/till.ts';
import { closeWallet } from '../../src/lib/server/wallet/close.ts';
import { SHOPS, type Counter, type DeskWorld, type ShopId } from './desk-world.ts';
import { DAY_MS } from './park.ts';
import type { Fate } from './terminal.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What people do all day. `rough`: also what operators, thieves and lightning do. */
const DAILY = {
  ...{ hold: 16, scan: 34, ask: 12, contact: 16, cancel: 6, undo: 5, pass: 12, sweep: 3 },
  ...{ together: 8, settle: 2 },
};
const ROUGH = {
  ...DAILY,
  ...{ replace: 3, revoke: 2, lost: 1, wipe: 2, offline: 1, clock: 3, close: 1, decide: 3 },
  ...{ backUp: 2, restore: 1, twice: 6 },
};
export type Kind = 'orderly' | 'rough';
type What = keyof typeof ROUGH;

/** What is told to try again tries again; what is refused changes nothing. @returns undefined where it was refused */
async function asked<T>(ask: () => Promise<T>, tries = 4): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refused || error instanceof CannotSettle) return undefined;
    if (error instanceof StoreBusy && tries > 1) return asked(ask, tries - 1);
    throw error;
  }
}

export async function step(world: DeskWorld, kind: Kind): Promise<void> {
  const what: What = world.dice.weighted<What>(
    kind === 'rough' ? ROUGH : { ...ROUGH, ...none, ...DAILY },
  );
  await doing(world, what, kind);
}
const none = Object.fromEntries(Object.keys(ROUGH).map((key) => [key, 0])) as Record<What, number>;

async function doing(world: DeskWorld, what: What, kind: Kind): Promise<void> {
  const { dice, park } = world;
  switch (what) {
    case 'hold':
      return hold(world);
    case 'scan':
      return scan(world);
    case 'ask':
      return askOnline(world);
    case 'twice':
      return twice(world);
    case 'contact':
      return contact(world, dice.pick(world.counters));
    case 'cancel':
      return cancel(world);
    case 'undo':
      return undo(world);
    case 'pass':
      return pass(world, kind);
    case 'sweep':
      world.note('sweep');
      return void (await sweep(park));
    case 'settle':
      return settleMonth(world);
    case 'together':
      return together(world, kind);
    case 'replace':
    case 'revoke':
    case 'lost':
    case 'wipe':
      return endSomehow(world, what);
    case 'offline':
      return switchOffline(world);
    case 'clock':
      return jump(world);
    case 'close':
      return close(world);
    case 'decide':
      return decide(world);
    case 'backUp':
      world.note('backup');
      return world.backUp();
    case 'restore':
      return restore(world);
  }
}

export async function hold(world: DeskWorld): Promise<void> {
  const { dice, park } = world;
  const phone = dice.pick(world.phones);
  if (!phone) return;
  const shopId = dice.one(['east', 'east', 'west']);
  const request = { id: phone.id(), shopId, goodsId: 'tissues', points: 20 };
  const view = await asked(() => holdVoucher(park, phone.session, request));
  world.note(`hold at ${shopId}: ${view ? view.id.slice(-4) : 'refused'}`);
  if (view) world.vouchers.push({ phone, view });
}

/** Somebody stands at a counter with a voucher, mostly at the right one; some come again, or to another clerk. */
function atCounter({ dice, vouchers, counters, given }: DeskWorld) {
  const before = dice.chance(0.3) ? dice.pick(given.slice(-5))?.voucherId : undefined;
  const again = vouchers.find(({ view }) => view.id === before);
  const fresh = vouchers.filter(({ view }) => !given.some((g) => g.voucherId === view.id));
  const voucher = again ?? dice.pick((dice.chance(0.8) ? fresh : vouchers).slice(-6));
  if (!voucher) return undefined;
  const right = counters.filter((c) => c.shopId === voucher.view.shopId && isThere(c));
  const counter = dice.chance(0.95) ? right.at(-1 - dice.below(2)) : dice.pick(counters);
  return counter && isThere(counter) ? { counter, ...voucher } : undefined;
}

const isThere = ({ wiped, now }: Counter) => !wiped && !now;

/** A resident goes to another till of the shop with what one without a signal has taken already. */
async function twice(world: DeskWorld): Promise<void> {
  const { dice, given, counters, vouchers } = world;
  const one = dice.pick(given.filter(({ by }) => by.terminal.queue.length > 0 && isThere(by)));
  const others = counters.filter((c) => c.shopId === one?.shopId && c !== one.by && isThere(c));
  const counter = dice.pick(others);
  const voucher = vouchers.find(({ view }) => view.id === one?.voucherId);
  if (!counter || !voucher) return;
  const there = { counter, ...voucher };
  return dice.chance(0.5) ? scan(world, there) : askOnline(world, there);
}

/** Nobody answers: the terminal decides by itself. A question that was asked keeps its number. */
function scan(world: DeskWorld, there = atCounter(world)): Promise<void> {
  return there ? atScreen(there.counter, () => scanned(world, there)) : Promise.resolve();
}

/** One thing after the other; contacts go on beside it. */
async function atScreen(counter: Counter, act: () => Promise<void>): Promise<void> {
  if (counter.busy) return;
  counter.busy = true;
  await act().finally(() => (counter.busy = false));
}

type There = NonNullable<ReturnType<typeof atCounter>>;

async function scanned(world: DeskWorld, there: There): Promise<void> {
  const { counter, view } = there;
  const { terminal, open } = counter;
  const nonce = open?.token === view.token ? open.nonce : terminal.newId();
  const verdict = await terminal.scan(view.token, nonce);
  world.note(`${counter.shopId} scans ${view.id.slice(-4)}: ${saidOf(verdict)}`);
  if (verdict.is !== 'can') return;
  if (open?.nonce === nonce) counter.open = undefined;
  world.give(counter, nonce, view.id);
}
const saidOf = (verdict: { is: string; why?: string }) => verdict.why ?? verdict.is;

function askOnline(world: DeskWorld, there = atCounter(world)): Promise<void> {
  return there ? atScreen(there.counter, () => askedFor(world, there)) : Promise.resolve();
}

async function askedFor(world: DeskWorld, there: There): Promise<void> {
  if (there.counter.open) return;
  const { counter, view } = there;
  if (counter.terminal.used.has(view.id)) return;
  const nonce = counter.terminal.newId();
  const fate = fateOf(world);
  counter.open = { nonce, token: view.token };
  world.asked.set(nonce, counter);
  await answered(world, counter, fate);
}

/** Asks the open question (again). The clerk gives the goods when the answer is there, and only then. */
async function answered(world: DeskWorld, counter: Counter, fate: Fate): Promise<void> {
  const { open, terminal } = counter;
  if (!open) return;
  const view = world.vouchers.find((v) => v.view.token === open.token)?.view;
  const receipt = await asked(() => terminal.handOver(open.token, fate, open.nonce));
  world.note(
    `${counter.shopId} asks for ${view?.id.slice(-4)} (${fate}): ${receipt?.did ?? 'nothing'}`,
  );
  if (!receipt && fate !== 'fine') return;
  counter.open = undefined;
  // Refused, and it may have been booked before: whoever is refused for the till's sake cannot know.
  if (!receipt) terminal.letGo(open.nonce, open.token);
  if (receipt?.did !== 'handed-over' || !view) return;
  terminal.used.set(view.id, { atMs: receipt.atMs });
  world.give(counter, open.nonce, view.id);
}

const fateOf = ({ dice }: DeskWorld): Fate =>
  dice.weighted({ fine: 70, 'answer lost': 18, 'never arrives': 12 });

async function contact(world: DeskWorld, counter: Counter | undefined): Promise<void> {
  if (!counter || !isThere(counter)) return;
  const fate = fateOf(world);
  const queued = counter.terminal.queue.length;
  const answer = await asked(() => counter.terminal.contact(fate));
  world.note(
    `${counter.shopId} ${counter.terminal.id.slice(-4)} contacts with ${queued} (${fate}): ` +
      (answer?.terminal.offline.is ?? 'nothing'),
  );
  // Before it gives up, what it does not know is let go of.
  if (answer?.terminal.offline.is === 'ended') letGoOpen(counter);
}

async function cancel(world: DeskWorld): Promise<void> {
  const voucher = world.dice.pick(world.vouchers.slice(-8));
  if (!voucher) return;
  const { phone, view } = voucher;
  const after = await asked(() => cancelVoucher(world.park, phone.session, view.id));
  world.note(`cancel ${view.id.slice(-4)}: ${after?.state.is ?? 'refused'}`);
}

/** The clerk takes goods back: at once, with or without a signal. */
async function undo(world: DeskWorld): Promise<void> {
  const { dice, park } = world;
  const one = dice.pick(world.given.filter(({ back, by }) => !back && isThere(by)).slice(-3));
  if (!one) return;
  const { terminal } = one.by;
  const row = terminal.journal.find(({ nonce }) => nonce === one.nonce);
  const tooLate = row && park.clock() - row.atMs > 9 * MINUTE_MS;
  if (!row || tooLate) return;
  const online = !terminal.queue.includes(row) && dice.chance(0.5);
  world.note(`undo ${one.nonce.slice(-4)} ${online ? 'online' : 'offline'}`);
  if (online) {
    const done = await asked(() => undoHandOver(park, terminal.signed(), one.nonce));
    if (done?.did !== 'undone') return;
    one.back = true;
  }
  // Without a signal the goods are back whatever the server says later; it is told within the ten minutes.
  else one.back = true;
  terminal.undo(one.nonce);
}

async function pass(world: DeskWorld, kind: Kind): Promise<void> {
  const { dice, park } = world;
  const steps = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 9 * HOUR_MS, DAY_MS, 2 * DAY_MS];
  const ms = dice.pick(kind === 'rough' ? [...steps, 4 * DAY_MS, 12 * DAY_MS] : steps) ?? 0;
  world.note(`${ms / MINUTE_MS} minutes pass`);
  park.pass(ms);
  // Clocks run a little fast or slow.
  for (const { terminal } of world.counters) terminal.aheadMs += (dice.below(21) - 10) * 1000;
  // An orderly shop has a signal now and then.
  if (kind === 'orderly')
    for (const { terminal } of world.counters) await asked(() => terminal.contact());
}

async function settleMonth(world: DeskWorld): Promise<void> {
  const shopId = world.dice.one(SHOPS);
  const month = monthAt(world.park.clock() - 20 * DAY_MS);
  const done = await asked(() => settle(world.park, shopId, month));
  world.note(`settle ${shopId} ${month}: ${done ? done.statement.settleFen : 'refused'}`);
}

/** Two or three things in the same moment. */
async function together(world: DeskWorld, kind: Kind): Promise<void> {
  const { dice } = world;
  const some = ['scan', 'ask', 'contact', 'contact', 'cancel', 'sweep', 'hold', 'settle'] as const;
  const chosen = Array.from({ length: 2 + dice.below(2) }, () => dice.one(some));
  world.note(`together: ${chosen.join(', ')}`);
  await Promise.all(chosen.map((what) => doing(world, what, kind)));
}

async function endSomehow(
  world: DeskWorld,
  how: 'replace' | 'revoke' | 'lost' | 'wipe',
): Promise<void> {
  const { dice, park, counters } = world;
  const counter = dice.pick(counters.filter(({ ended }) => !ended));
  if (!counter) return;
  const { terminal, shopId } = counter;
  world.note(`${how} ${shopId} ${terminal.id.slice(-4)}`);
  world.mark(shopId, how === 'wipe' ? 'wiped' : 'ended');
  counter.ended = true;
  if (how === 'wipe') counter.wiped = true;
  // Only one that works without a signal is replaced by the enrolment itself.
  if (how !== 'replace' || dice.chance(0.3))
    await revoke(park, shopId, terminal.id, how === 'lost' ? 'lost' : 'revoked');
  const same = how !== 'wipe' && dice.chance(0.5) ? counter : undefined;
  if (same) letGoOpen(counter);
  const options = { replaces: how === 'replace', ...(same && { same }) };
  const next = await asked(() => world.newCounter(shopId as ShopId, dice.chance(0.7), options));
  if (next && dice.chance(0.8)) await asked(() => next.terminal.contact());
  if (how === 'replace' && next) await revoke(park, shopId, terminal.id, 'revoked');
}

function letGoOpen(counter: Counter): void {
  const { open, terminal } = counter;
  if (open) terminal.letGo(open.nonce, open.token);
  counter.open = undefined;
}

async function switchOffline(world: DeskWorld): Promise<void> {
  const counter = world.dice.pick(world.counters.filter(({ ended }) => !ended));
  if (!counter) return;
  const on = world.dice.chance(0.5);
  world.note(`offline ${on ? 'on' : 'off'} ${counter.shopId}`);
  world.mark(counter.shopId, 'ended');
  await setOffline(world.park, counter.shopId, counter.terminal.id, on);
}

function jump(world: DeskWorld): void {
  const { dice } = world;
  const counter = dice.pick(world.counters);
  const days = dice.one([-400, -2, -1, 1, 2, 400]);
  world.note(`a clock jumps by ${days} days`);
  if (counter) counter.terminal.aheadMs += days * DAY_MS;
}

async function close(world: DeskWorld): Promise<void> {
  const { dice, park, phones } = world;
  const phone = phones.length > 1 ? dice.pick(phones) : undefined;
  if (!phone) return;
  world.note('a wallet is closed');
  await asked(() => closeWallet(park, phone.session));
  phones.splice(phones.indexOf(phone), 1);
  for (const shop of SHOPS) world.mark(shop, 'closed');
}

async function decide(world: DeskWorld): Promise<void> {
  const { dice, park } = world;
  const waiting = await park.store.read
    .selectFrom('loss')
    .select(['shop_id', 'nonce'])
    .where('state', '=', 'waiting')
    .execute();
  const one = dice.pick(waiting);
  if (!one) return;
  world.note(`decide ${one.nonce.slice(-4)}`);
  await decideLoss(park, one.shop_id, one.nonce, dice.chance(0.7));
}

async function restore(world: DeskWorld): Promise<void> {
  if (!(await world.restore())) return;
  world.note('restore');
  await world.check();
  for (const phone of world.phones) await asked(() => phone.sync());
  // Tills that the backup does not know are enrolled anew, with what they still have.
  for (const counter of world.counters.filter(isThere)) {
    const known = await world.park.store.read
      .selectFrom('terminal')
      .select('id')
      .where('id', '=', counter.terminal.id)
      .executeTakeFirst();
    if (known) continue;
    counter.ended = true;
    letGoOpen(counter);
    const instead = { same: counter, replaces: true };
    await asked(() => world.newCounter(counter.shopId as ShopId, true, instead));
  }
}

/** Everybody comes back: questions are asked again, queues go up, until nothing is left to say. */
export async function end(world: DeskWorld): Promise<void> {
  for (const counter of world.counters.filter(isThere)) {
    if (counter.open) await answered(world, counter, 'fine');
    for (let times = 0; times < 3; times++) await asked(() => counter.terminal.contact());
  }
  await sweep(world.park);
  await world.check();
}

import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import { retireRun } from '../../src/lib/server/trail/print-runs.ts';
import { PUBLISHED_BEFORE_MS, retire, rotate } from '../../src/lib/server/voucher/keys.ts';
import { tally } from '../../src/lib/server/neighbours/tally.ts';
import { StoreBusy } from '../../src/lib/server/database/store.ts';
import type { Stores } from './engines.ts';
import type { HistoryPhone } from './histories-phone.ts';
import { anyPlan, syncPlan, type Plan } from './histories-plans.ts';
import { World } from './histories-world.ts';
import { DAY_MS } from './park.ts';

/**
 * `everything`: also several requests at once, crashes, backups. `in-turn`: nothing that depends on timing, so that both
 * engines must come to the same. `poor`: a budget that runs out.
 */
export type Kind = 'everything' | 'in-turn' | 'poor';

const RICH = 1_000_000_000;
const STEPS = {
  ...{ practise: 20, ask: 45, together: 12, pass: 12, restart: 1, crash: 3 },
  ...{ backup: 4, restore: 3, rotate: 1, retire: 1, guess: 1, print: 2, takeDown: 4 },
};
const OF_KIND: Record<Kind, typeof STEPS> = {
  everything: STEPS,
  'in-turn': { ...STEPS, together: 0, crash: 0 },
  poor: { ...STEPS, together: 0, crash: 0, restore: 0 },
};
const TIMES_MS = [1000, 5 * 60_000, 20 * 60_000, 3 * 3_600_000, DAY_MS, 3 * DAY_MS, 8 * DAY_MS];
/** A process reads its keys again after half a minute. */
const KEYS_READ_AGAIN_MS = 31_000;

/** Lives through a history; `look` sees the world in its end. @throws with the seed and what led there */
export async function runHistory(
  stores: Stores,
  seed: number,
  kind: Kind = 'everything',
  look: (world: World) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const budget = kind === 'poor' ? 20 + (seed % 150) : RICH;
  const world = await World.begin(stores, seed, budget);
  try {
    await earn(world);
    // Most are short, so that there can be many.
    const steps = seed % 5 === 0 ? 15 + world.dice.below(40) : 4 + world.dice.below(14);
    for (let n = 0; n < steps; n++) await step(world, kind);
    await world.end();
    await look(world);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const told = world.trace.map((line, n) => `${n + 1}. ${line}`).join('\n');
    throw new Error(
      `history ${seed} (${kind}, ${stores.engine}): ${why}\n${told}\n` +
        `Replay: SEED=${seed} KIND=${kind} ENGINE=${stores.engine} vitest run tests/contract/histories.spec.ts`,
      { cause },
    );
  } finally {
    await world.leave();
  }
}

/** Points to spend, so that the history need not begin with days of practice. */
async function earn(world: World): Promise<void> {
  const { dice, phones } = world;
  for (let days = dice.chance(0.3) ? 2 : 1; days > 0; days--) {
    for (const phone of phones) {
      for (let rounds = 3; rounds > 0; rounds--) phone.practise(dice, world.nowMs, world.boards);
      await world.one(syncPlan(world, phone));
    }
    world.park.pass(DAY_MS);
  }
}

async function step(world: World, kind: Kind): Promise<void> {
  const { dice } = world;
  switch (dice.weighted(OF_KIND[kind])) {
    case 'practise':
      return practise(world);
    case 'ask': {
      const plan = anyPlan(world);
      return plan && world.one(plan);
    }
    case 'together':
      return world.together(plansOf(world, 2 + dice.below(3)));
    case 'crash':
      return world.crash(plansOf(world, 1 + dice.below(3)));
    case 'pass': {
      const ms = dice.pick(TIMES_MS) ?? 0;
      world.trace.push(`${ms} ms pass`);
      world.park.pass(ms);
      // What the server does by itself every minute; the audit after the next request holds it to account.
      return void (await patiently(() => tally(world.park)));
    }
    case 'restart':
      return world.restart();
    case 'backup':
      return world.makeBackup();
    case 'restore':
      return world.backup && putBack(world);
    case 'guess':
      return guess(world);
    case 'rotate':
      return rotateKey(world);
    case 'retire':
      return retireKey(world);
    case 'print':
      return printBoards(world);
    case 'takeDown':
      return retireBoards(world);
  }
}

function practise({ dice, phones, nowMs, boards, trace }: World): void {
  const phone = dice.pick(phones);
  phone?.practise(dice, nowMs, boards);
  trace.push(`${phone?.name} practises`);
}

/** Requests for the same moment; sometimes the same one twice. */
function plansOf(world: World, count: number): Plan[] {
  const plans = Array.from({ length: count }, () => anyPlan(world))
    .filter((plan) => plan !== undefined)
    .filter(({ alone }) => !alone);
  const again = world.dice.chance(0.3) ? world.dice.pick(plans) : undefined;
  return again ? [...plans.slice(1), again] : plans;
}

/** Somebody types code after code at a till. */
async function guess(world: World): Promise<void> {
  const { dice, tills } = world;
  const till = dice.pick(tills);
  for (let n = 1 + dice.below(6); till && n > 0; n--) {
    const ask = { do: 'look' as const, till, reading: { code: 'ABCDEFGHJK' } };
    await world.one({ by: 'a guesser', ask, take: () => undefined });
  }
}

/** A backup takes the place of the database; tills may be faster than phones, then all phones send everything again. */
async function putBack(world: World): Promise<void> {
  const { dice } = world;
  const promised = world.phones.flatMap((phone) => promiseTo(world, phone));
  await world.restore();
  for (let n = dice.below(3); n > 0; n--) {
    const plan = anyPlan(world);
    if (plan && 'till' in plan.ask) await world.one(plan);
  }
  for (const phone of world.phones) await world.drain(phone);
  for (const promise of promised) keepPromise(world, promise);
}

interface Promised {
  phone: HistoryPhone;
  walletId: string;
  points: number;
  /** Vouchers whose goods it knows to be with the resident. */
  fetched: Set<string>;
}

/** What a phone shows of a wallet that nobody else uses. */
function promiseTo(world: World, phone: HistoryPhone): Promised[] {
  const { shown, session } = phone;
  const wallet = shown && world.model.wallets.get(shown.walletId);
  const device = wallet?.devices.get(session?.deviceId ?? '');
  if (!wallet || !device || device.signedOut || wallet.devices.size > 1) return [];
  if (phone.irregular) return [];
  const own = new Set(phone.made.map(({ sent }) => sent.id));
  if (![...wallet.attempts.keys()].every((id) => own.has(id))) return [];
  const fetched = [...phone.vouchers.values()].filter(({ state }) => state.is === 'handed-over');
  return [
    {
      ...{ phone, walletId: shown.walletId, points: shown.available + shown.held },
      fetched: new Set(fetched.map(({ id }) => id)),
    },
  ];
}

/**
 * Not one of the points is gone, but for goods that are handed over now: a moment ago, before the phone had heard of it,
 * or by a hand-over whose undo is not in the backup (nobody sends that again).
 * @throws where one is
 */
function keepPromise(world: World, { phone, walletId, points, fetched }: Promised): void {
  // One that never sent anything may have no wallet any more.
  const shown = phone.shown ?? { walletId: '', available: 0, held: 0 };
  // A wallet that is not in the backup begins anew, and a first sync is believed for seven days.
  const oldest = Math.min(...phone.made.map(({ atMs }) => atMs));
  if (shown.walletId !== walletId && world.nowMs - oldest > 6 * DAY_MS) return;
  const spent = [...world.model.vouchers.values()]
    .filter((v) => v.walletId === walletId && v.state.is === 'handed-over' && !fetched.has(v.id))
    .map(({ charged }) => charged);
  const left = shown.available + shown.held + spent.reduce((sum, n) => sum + n, 0);
  if (left < points) throw new Error(`${phone.name} had ${points} points, now ${left}`);
}

async function rotateKey(world: World): Promise<void> {
  world.trace.push('rotate the key');
  const id = await patiently(() => rotate(world.park.store, world.nowMs));
  const useFromMs = world.nowMs + PUBLISHED_BEFORE_MS;
  world.model.keys.set(id, { useFromMs, retired: false });
  // What a key signed that is in no backup cannot be told from a forgery.
  world.backup = undefined;
}

async function retireKey(world: World): Promise<void> {
  const good = [...world.model.keys].filter(([, key]) => !key.retired);
  const usable = good.filter(([, { useFromMs }]) => useFromMs <= world.nowMs);
  const oldest = good[0];
  if (!oldest || usable.length < 2) return;
  world.trace.push(`retire key ${oldest[0]}`);
  await patiently(() => retire(world.park.store, oldest[0], world.nowMs));
  oldest[1].retired = true;
  world.park.pass(KEYS_READ_AGAIN_MS);
}

/** Names of print runs after the first. */
const RUNS = ['B3', 'C4', 'D5', 'E67', 'F89A'];

async function printBoards(world: World): Promise<void> {
  const hung = new Set(world.boards.map(({ run }) => run));
  const next = RUNS.find((run) => !hung.has(run));
  if (next) await patiently(() => world.printBoards(next));
}

/** The boards of a print run are no longer good: from yesterday, today or tomorrow on. */
async function retireBoards(world: World): Promise<void> {
  const { dice, model, nowMs, park, trace } = world;
  const run = dice.pick([...model.runs.keys()]);
  if (!run) return;
  const from = addDays(dayAt(nowMs), dice.below(3) - 1);
  trace.push(`retire the boards of ${run} from ${from} on`);
  await patiently(() => park.store.write((tx) => retireRun(tx, run, from)));
  // What boards pay by a day that was put off is not paid again from a backup that has the earlier one.
  const before = model.runs.get(run);
  if (before && before < from) world.backup = undefined;
  model.runs.set(run, from);
}

/** The database may have been put back under the process. */
async function patiently<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof StoreBusy) return task();
    throw error;
  }
}

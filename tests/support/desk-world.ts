import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import type { VoucherView } from '../../src/lib/domain/voucher/messages.ts';
import { restoreSnapshot, writeSnapshot } from '../../src/lib/server/database/snapshot.ts';
import { audit } from '../../src/lib/server/ledger/audit.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import type { Place, Stores } from './engines.ts';
import { Dice } from './histories-random.ts';
import { EVENING, testPark, TestPhone, type TestPark } from './park.ts';
import { TestTerminal } from './terminal.ts';

/** Goods that a clerk has really put into a resident's hands. */
export interface Given {
  nonce: string;
  voucherId: string;
  shopId: string;
  by: Counter;
  /** Taken back: the goods are in the shop again. */
  back: boolean;
}

/** A question to the server that has no answer yet; the goods stay on the counter. */
interface Open {
  nonce: string;
  token: string;
}

/** A till with what its clerk knows. */
export interface Counter {
  terminal: TestTerminal;
  shopId: string;
  open: Open | undefined;
  /** A clerk is at it: one screen shows one thing. */
  busy: boolean;
  /** Its storage is gone, and with it what it had queued. */
  wiped: boolean;
  /** Its enrolment was ended by somebody. */
  ended: boolean;
  /** The same device, enrolled anew. */
  now: Counter | undefined;
}

/** Points are not what this is about: an evening is worth a dozen vouchers. */
const RICH = {
  ...sampleCampaign,
  dailyCap: 1000,
  awards: { ...sampleCampaign.awards, firstRight: 20 },
};

export const SHOPS = ['east', 'west'] as const;
export type ShopId = (typeof SHOPS)[number];

/** Whether the device that this counter was has lost its storage, under whatever name. */
export const isWiped = ({ wiped, now }: Counter): boolean =>
  wiped || (now !== undefined && isWiped(now));

/** Why goods may have been paid from loss at a shop; without one of these nothing may. */
export type Trouble = 'ended' | 'wiped' | 'closed' | 'restored' | 'late';

/** A park with two shops, their tills and some phones, and what really happened between them. */
export class DeskWorld {
  readonly dice: Dice;
  readonly phones: TestPhone[] = [];
  readonly counters: Counter[] = [];
  readonly vouchers: { phone: TestPhone; view: VoucherView }[] = [];
  readonly given: Given[] = [];
  /** Who asked the server for a hand-over, by nonce. */
  readonly asked = new Map<string, Counter>();
  readonly trouble = new Map<string, Set<Trouble>>(SHOPS.map((shop) => [shop, new Set()]));
  readonly trace: string[] = [];
  park!: TestPark;
  readonly #stores: Stores;
  readonly #seed: number;
  #place: Place = '';
  #starts = 0;
  #backup: string | undefined;

  private constructor(stores: Stores, seed: number) {
    this.dice = new Dice(seed);
    this.#stores = stores;
    this.#seed = seed;
  }

  /** Three tills: one that hands over without a signal, and in the other shop one or two that ask. */
  static async begin(stores: Stores, seed: number): Promise<DeskWorld> {
    const world = new DeskWorld(stores, seed);
    world.#place = await stores.migratedPlace();
    await world.#open(EVENING);
    await world.#stock();
    for (let n = 0; n < 3; n++) world.phones.push(new TestPhone(world.park));
    for (const phone of world.phones) await phone.earn(200);
    await world.newCounter('east', true);
    await world.newCounter('west', world.dice.chance(0.5));
    if (world.dice.chance(0.5)) await world.newCounter('west', false).catch(() => undefined);
    return world;
  }

  async #open(nowMs: number): Promise<void> {
    const options = { seed: `desk ${this.#seed}/${this.#starts++}`, nowMs, rules: RICH };
    this.park = await testPark(this.#stores.open(this.#place), options);
    for (const phone of this.phones) phone.turnTo(this.park);
    for (const { terminal } of this.counters) terminal.turnTo(this.park);
  }

  /** Both shops have enough. */
  async #stock(): Promise<void> {
    await this.park.store.write((tx) =>
      tx
        .updateTable('stock')
        .set({ free: 500, put_in: 500 })
        .where('goods_id', '=', 'tissues')
        .execute(),
    );
  }

  note(line: string): void {
    this.trace.push(line);
  }

  /** A clock that is right, slow, or years off; what counts is how it goes. */
  async newCounter(
    shopId: ShopId,
    offline: boolean,
    { replaces = false, same }: { replaces?: boolean; same?: Counter } = {},
  ): Promise<Counter> {
    const year = 365 * 86_400_000;
    const terminal = await TestTerminal.enrol(this.park, {
      ...{ shopId, offline, replaces, name: `柜台${this.counters.length + 1}` },
      aheadMs: this.dice.one([0, 0, 300_000, -3 * year, 7 * year]),
      ...(same && { journal: same.terminal.journal, before: same.terminal.cookie }),
    });
    const as = { open: undefined, busy: false, wiped: false, ended: false, now: undefined };
    const counter: Counter = { terminal, shopId, ...as };
    if (same) {
      terminal.used = same.terminal.used;
      same.now = counter;
    }
    this.counters.push(counter);
    return counter;
  }

  /** Goods change hands. */
  give(by: Counter, nonce: string, voucherId: string): void {
    this.given.push({ nonce, voucherId, shopId: by.shopId, by, back: false });
  }

  mark(shopId: string, what: Trouble): void {
    this.trouble.get(shopId)?.add(what);
  }

  /** @throws with the first of what breaks an invariant */
  async check(): Promise<void> {
    const breaches = await audit(this.park.store.read, RICH);
    if (breaches.length > 0) throw new Error(JSON.stringify(breaches, undefined, 1));
  }

  async backUp(): Promise<void> {
    if (this.#backup) rmSync(this.#backup, { force: true });
    this.#backup = join(this.#stores.directory, `${randomUUID()}.backup`);
    await writeSnapshot(this.park.store, this.#backup, this.park.clock());
  }

  /** The server comes back from its backup. @returns false where there is none */
  async restore(): Promise<boolean> {
    if (!this.#backup) return false;
    const nowMs = this.park.clock();
    await closePark(this.park);
    const store = this.#stores.open(this.#place);
    const epoch = `epoch ${this.#starts}`;
    await restoreSnapshot(store, this.#backup, { epoch, nowMs, replace: true });
    await store.close();
    for (const phone of this.phones) phone.cursor = 0;
    await this.#open(nowMs);
    for (const shop of SHOPS) this.mark(shop, 'restored');
    return true;
  }

  /** Frees what the history has used, however it ended. */
  async leave(): Promise<void> {
    await closePark(this.park).catch(() => undefined);
    if (this.#backup) rmSync(this.#backup, { force: true });
    if (this.#stores.engine === 'sqlite')
      for (const part of ['', '-wal', '-shm']) rmSync(this.#place + part, { force: true });
  }
}

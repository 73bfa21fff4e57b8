import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'vitest';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { restoreSnapshot, writeSnapshot } from '../../src/lib/server/database/snapshot.ts';
import { epochOf } from '../../src/lib/server/epoch.ts';
import { audit } from '../../src/lib/server/ledger/audit.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { Boards } from '../../src/lib/server/trail/boards.ts';
import { ensureRun } from '../../src/lib/server/trail/print-runs.ts';
import type { TerminalSession } from '../../src/lib/server/voucher/terminal.ts';
import { hashOf } from '../../src/lib/server/wallet/session.ts';
import { breakConnections, type Place, type Stores } from './engines.ts';
import { perform, type Outcome } from './histories-asks.ts';
import { checkMirror, checkPhone, readState, stateOf } from './histories-check.ts';
import { explained, type Asked } from './histories-explain.ts';
import { copyOf, newModel, type Board, type Model } from './histories-model.ts';
import { HistoryPhone } from './histories-phone.ts';
import { syncPlan, type People, type Plan } from './histories-plans.ts';
import { Dice } from './histories-random.ts';
import { DAY_MS, enrolledTill, EVENING, randomFrom, STATIONS } from './park.ts';
import { testPark, type TestPark } from './park.ts';

const OFFSETS = [0, 0, 0, 5 * 3_600_000, 3 * 365 * DAY_MS, -10 * 365 * DAY_MS] as const;
/** Requests after which a phone has heard of everything. */
const SYNCS = 8;

/** A park with its phones and tills, and the model of what the server must hold. */
export class World implements People {
  readonly dice: Dice;
  readonly phones: HistoryPhone[] = [];
  readonly tills: TerminalSession[] = [];
  readonly readings: People['readings'] = [];
  readonly tillAsks: People['tillAsks'] = [];
  readonly codes: string[] = [];
  readonly trace: string[] = [];
  /** What hangs in the park, or hung there: nobody takes a board down when its print run is retired. */
  readonly boards: Board[] = [];
  model: Model;
  park!: TestPark;
  backup: { file: string; model: Model } | undefined;
  readonly #stores: Stores;
  readonly #seed: number;
  readonly #budget: number;
  readonly #random: (bytes: number) => Uint8Array;
  /** Recovery codes and secrets of sessions by their hash. */
  readonly #known = new Map<string, string>();
  #place: Place = '';
  #starts = 0;

  private constructor(stores: Stores, seed: number, budget: number) {
    this.dice = new Dice(seed);
    this.#stores = stores;
    this.#seed = seed;
    this.#budget = budget;
    this.#random = randomFrom(`history ${seed}`);
    this.model = newModel(budget);
  }

  static async begin(stores: Stores, seed: number, budget: number): Promise<World> {
    const world = new World(stores, seed, budget);
    world.#place = await stores.migratedPlace();
    await world.#open(EVENING);
    for (const shop of ['east', 'east', 'west'])
      world.tills.push(await enrolledTill(world.park, shop));
    for (let i = 0; i < 2; i++) world.newPhone();
    await world.printBoards('A2');
    return world;
  }

  async #open(nowMs: number): Promise<void> {
    const options = { seed: `${this.#seed}/${this.#starts++}`, budget: this.#budget, nowMs };
    this.park = await testPark(this.#stores.open(this.#place), options);
    this.model.epoch = await epochOf(this.park.store.read);
  }

  /** Hangs up the boards of a new print run. */
  async printBoards(run: string): Promise<void> {
    this.trace.push(`print run ${run}`);
    const codes = await this.park.store.write(async (tx) => {
      await ensureRun(tx, run, this.nowMs);
      return Boards.read(tx);
    });
    this.model.runs.set(run, null);
    for (const station of Object.keys(STATIONS)) {
      const board = { station, run, code: codes.codeAt(station, run) };
      this.boards.push(board);
      this.model.boards.set(board.code.replaceAll('-', ''), board);
    }
  }

  get nowMs(): number {
    return this.park.clock();
  }

  newPhone(): HistoryPhone {
    const name = `phone ${this.phones.length + 1}`;
    const phone = new HistoryPhone(name, this.dice.one(OFFSETS), this.#random);
    this.phones.push(phone);
    return phone;
  }

  heard(phone: HistoryPhone): void {
    checkPhone(phone);
  }

  /** Asks for one thing over a network that may lose or double it. */
  async one(plan: Plan): Promise<void> {
    const fates = { fine: 75, 'its answer lost': 12, 'never arrived': 4, doubled: 9 };
    const fate = this.dice.weighted(fates);
    this.#note([plan], fate);
    if (fate === 'never arrived') return;
    const outcome = await this.#ask(plan);
    const last = fate === 'doubled' ? await this.#ask(plan) : outcome;
    if (fate !== 'its answer lost') plan.take(last);
  }

  async #ask(plan: Plan): Promise<Outcome> {
    const outcome = await perform(this.park, plan.ask);
    await this.check([{ plan, outcome }]);
    return outcome;
  }

  async together(plans: readonly Plan[]): Promise<void> {
    this.#note(plans, 'together');
    const outcomes = await Promise.all(plans.map(({ ask }) => perform(this.park, ask)));
    const asked = plans.map((plan, i) => ({ plan, outcome: outcomes[i] }));
    await this.check(asked);
    for (const { plan, outcome } of this.dice.shuffled(asked)) if (outcome) plan.take(outcome);
  }

  /** Holds the database against the model and against all invariants. */
  async check(asked: readonly Asked[]): Promise<void> {
    this.model.nowMs = this.nowMs;
    for (const { outcome } of asked) {
      if (!outcome || 'refused' in outcome) continue;
      const { code, secret } = outcome.given;
      for (const drawn of [code, secret]) if (drawn) this.#known.set(hashOf(drawn), drawn);
    }
    const { state, codes } = await readState(this.park.store, this.#known);
    this.model = explained(this.model, asked, state);
    for (const [key, voucher] of this.model.vouchers) voucher.code = codes.get(key) ?? '';
    expect(await audit(this.park.store.read, sampleCampaign)).toEqual([]);
  }

  /** The process dies while it is asked; what was answered before must be there. */
  async crash(plans: readonly Plan[]): Promise<void> {
    this.#note(plans, 'crash');
    const old = this.park;
    const nowMs = this.nowMs;
    const outcomes: (Outcome | undefined)[] = plans.map(() => undefined);
    const begun = Promise.withResolvers<void>();
    const dying = { ...old, clock: () => (begun.resolve(), old.clock()) };
    const settled = plans.map(({ ask }, i) =>
      perform(dying, ask, 1).then(
        (outcome) => void (outcomes[i] = outcome),
        () => undefined,
      ),
    );
    await this.#aMoment(Promise.race([begun.promise, Promise.all(settled)]), plans.length);
    const sqlite = this.#stores.engine === 'sqlite';
    const answered = sqlite ? [...outcomes] : outcomes;
    const survivor = sqlite ? this.#copied() : this.#place;
    if (!sqlite) await breakConnections(this.#place);
    await Promise.all(settled);
    await old.store.close();
    if (sqlite) this.#remove();
    this.#place = survivor;
    await this.#open(nowMs);
    const asked = plans.map((plan, i) => ({ plan, outcome: answered[i] }));
    await this.check(asked);
    for (const { plan, outcome } of asked) if (outcome) plan.take(outcome);
  }

  /** SQLite works in one turn of the event loop; its moments are those between two statements. */
  async #aMoment(begun: Promise<unknown>, requests: number): Promise<void> {
    if (this.#stores.engine === 'postgres' || this.dice.chance(0.2)) {
      for (let n = this.dice.below(40); n > 0; n--) await setImmediate();
    } else {
      await begun;
      for (let n = this.dice.below(250 * requests); n > 0; n--) await Promise.resolve();
    }
  }

  /** What the disk holds at this moment. */
  #copied(): Place {
    const copy = join(this.#stores.directory, `${randomUUID()}.db`);
    for (const part of ['', '-wal'])
      if (existsSync(this.#place + part)) copyFileSync(this.#place + part, copy + part);
    return copy;
  }

  #remove(): void {
    if (this.#stores.engine !== 'sqlite') return;
    for (const part of ['', '-wal', '-shm']) rmSync(this.#place + part, { force: true });
  }

  async restart(): Promise<void> {
    this.trace.push('restart');
    const { nowMs } = this;
    await closePark(this.park);
    await this.#open(nowMs);
    await this.check([]);
  }

  async makeBackup(): Promise<void> {
    this.trace.push('backup');
    if (this.backup) rmSync(this.backup.file);
    const file = join(this.#stores.directory, `${randomUUID()}.backup`);
    await writeSnapshot(this.park.store, file, this.nowMs);
    this.backup = { file, model: copyOf(this.model) };
  }

  /** The database is put back, under the running process or a new one. */
  async restore(): Promise<void> {
    if (!this.backup) return;
    const under = this.dice.chance(0.5);
    this.trace.push(under ? 'restore under the process' : 'restore');
    const { nowMs } = this;
    if (!under) await closePark(this.park);
    const store = this.#stores.open(this.#place);
    const epoch = `epoch ${this.#starts++}`;
    await restoreSnapshot(store, this.backup.file, { epoch, nowMs, replace: true });
    await store.close();
    if (!under) await this.#open(nowMs);
    this.model = { ...copyOf(this.backup.model), epoch };
    await this.check([]);
  }

  /** A phone sends what waits and hears of everything. */
  async drain(phone: HistoryPhone): Promise<void> {
    if (!phone.session && phone.outbox.length === 0) return;
    for (let syncs = 0; syncs < SYNCS; syncs++) {
      const plan = syncPlan(this, phone);
      const { generation } = phone;
      this.#note([plan], 'all the rest');
      const outcome = await this.#ask(plan);
      plan.take(outcome);
      const idle = phone.outbox.length === 0 && phone.toShow.length === 0;
      const all = 'answer' in outcome && outcome.answer?.more === false;
      if (all && idle && generation === phone.generation) return checkMirror(phone, this.model);
      if (!phone.session && phone.outbox.length === 0) return;
    }
    throw new Error(`${phone.name} does not come to an end`);
  }

  async end(): Promise<void> {
    for (const phone of this.phones) await this.drain(phone);
    // What the others of a wallet have sent since is news to those that came first.
    const shared = this.phones.filter(({ shown }) => {
      const wallet = this.model.wallets.get(shown?.walletId ?? '');
      return wallet && wallet.devices.size > 1;
    });
    for (const phone of shared) await this.drain(phone);
    expect((await readState(this.park.store, this.#known)).state).toEqual(stateOf(this.model));
  }

  /** Frees what the history has used, however it ended. */
  async leave(): Promise<void> {
    await closePark(this.park).catch(() => undefined);
    if (this.backup) rmSync(this.backup.file, { force: true });
    this.#remove();
  }

  #note(plans: readonly Plan[], how: string): void {
    const asks = plans.map(({ by, ask }) => `${by}: ${ask.do}`).join(' | ');
    this.trace.push(`${asks} (${how})`);
  }
}

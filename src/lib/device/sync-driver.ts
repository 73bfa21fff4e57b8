import { Failure, type FailureCode } from '../domain/failure.ts';
import { Refused, type RefusalCode } from '../domain/refusal.ts';
import { post } from './api.ts';
import { askAgain, joinAgain, openAsks } from './asks.ts';
import { drainWhenOnline } from './background-sync.ts';
import { LONGEST_QUIET_MS, waitAfter } from './backoff.ts';
import { newClaim } from './claim.ts';
import { failureOf, type ParkDatabase } from './database.ts';
import { deviceNameOf } from './device-name.ts';
import { change, keep, stateIn, type SyncState, type WalletEnd } from './mirror.ts';
import { phone } from './phone.svelte.ts';
import { drain, type Means, type Wish } from './sync.ts';
import { alone } from './sync-lock.ts';
import { onWord, tell } from './tabs.ts';

/** After an answer the next one often follows soon; they go together. */
const SETTLE_MS = 1500;
/** Another tab is at it: look again then. */
const LOOK_AGAIN_MS = 5000;
const PATIENCE_MS = 4000;
const ASK_AGAIN_MS = 20_000;

/** What went wrong with a sync. */
export type Problem = RefusalCode | FailureCode;

/** When this phone syncs: at the start, with a signal, when it is looked at, and soon after each answer. */
export class SyncDriver {
  #running: Promise<void> = Promise.resolve();
  #queued: { wish: Wish; patient: boolean; done: Promise<void> } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #lockedOut = 0;
  readonly #watchers = new Set<() => void>();
  syncing = false;
  /** Of the last sync; gone with the next that succeeds. */
  problem: Problem | undefined;
  /** What a voucher was refused for that had been asked for again; until it is taken note of. */
  refused: RefusalCode | undefined;
  /** How the last wallet ended; until it is taken note of or there is another one. */
  ended: WalletEnd | undefined;

  readonly means: Means = {
    nowMs: () => Date.now(),
    newClaim,
    deviceName: typeof navigator === 'undefined' ? '' : deviceNameOf(navigator.userAgent),
  };

  /** After a failure it waits before it tries again. */
  get backingOff(): boolean {
    return this.#failures > 0;
  }

  /** Hears of every change of the fields above. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #show(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Begins to sync by itself, until the returned function is called. */
  start(): () => void {
    const online = () => this.inBackground('pull');
    const visibility = () => {
      if (document.visibilityState === 'visible') this.inBackground('pull');
      // The phone is put away: what waits for more goes now.
      else if (this.#soon !== undefined) this.inBackground('send');
    };
    addEventListener('online', online);
    document.addEventListener('visibilitychange', visibility);
    const stops = [onWord('changed', () => this.#changed())];
    this.inBackground('pull');
    return () => {
      for (const stop of stops) stop();
      removeEventListener('online', online);
      document.removeEventListener('visibilitychange', visibility);
      clearTimeout(this.#timer);
      clearTimeout(this.#soon);
    };
  }

  #changed(): void {
    // While it backs off, the next try takes the new rows along.
    if (this.#soon !== undefined || this.#failures > 0) return;
    this.#soon = setTimeout(() => this.inBackground('send'), SETTLE_MS);
  }

  /** Syncs when nothing speaks against it; what goes wrong is tried again by itself. */
  inBackground(wish: Wish): void {
    this.#enqueue(wish, false).catch(() => undefined);
  }

  /** Syncs now, because somebody waits for it. @throws Refused, Failure */
  sync(wish: Wish = 'pull'): Promise<void> {
    return this.#enqueue(wish, true);
  }

  /** One that has not begun yet serves everybody who comes before it does. */
  #enqueue(wish: Wish, patient: boolean): Promise<void> {
    if (this.#queued) {
      this.#queued.wish = stronger(this.#queued.wish, wish);
      this.#queued.patient ||= patient;
      return this.#queued.done;
    }
    const queued = { wish, patient, done: Promise.resolve() };
    queued.done = this.#running.then(() => {
      this.#queued = undefined;
      return this.#run(queued.wish, queued.patient);
    });
    this.#queued = queued;
    this.#running = queued.done.catch(() => undefined);
    return queued.done;
  }

  async #run(wish: Wish, patient: boolean): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    this.#soon = undefined;
    try {
      const db = await phone.open();
      await this.#keepQuiet(db);
      this.syncing = true;
      this.#show();
      const patience = patient || this.#lockedOut > 2 ? PATIENCE_MS : 0;
      const done = await alone((locked) => this.#ask(db, wish, locked), patience);
      this.#lockedOut = done ? 0 : this.#lockedOut + 1;
      if (!done) this.#again(LOOK_AGAIN_MS, wish);
      this.#failures = 0;
      this.problem = undefined;
    } catch (error) {
      await this.#failed(error, patient);
      throw error;
    } finally {
      this.syncing = false;
      this.ended = await endedIn();
      this.#show();
    }
  }

  async #ask(db: ParkDatabase, wish: Wish, locked: boolean): Promise<void> {
    let changed = false;
    const means = { ...this.means, locked, changed: () => (changed = true) };
    try {
      await joinAgain(db, post, { nowMs: means.nowMs(), deviceName: means.deviceName });
      await drain(db, post, means, wish);
      const asks = await openAsks(db);
      if (asks.length === 0) return;
      const refused = await askAgain(db, post, means.nowMs());
      this.refused = refused?.code ?? this.refused;
      const open = await openAsks(db);
      if (open.length > 0) this.#again(ASK_AGAIN_MS, 'send');
      if (open.length === asks.length) return;
      changed = true;
      await drain(db, post, means, 'pull');
    } finally {
      // Also where it broke off in the middle.
      if (changed) tell('changed');
    }
  }

  /** @throws Refused `slow-down` while the server has asked for quiet */
  async #keepQuiet(db: ParkDatabase): Promise<void> {
    const state = (await db.get('settings', 'sync')) as SyncState | undefined;
    const left = (state?.quietUntilMs ?? 0) - Date.now();
    // More than was ever asked for is a clock that was put back.
    if (left > 0 && left <= LONGEST_QUIET_MS)
      throw new Refused('slow-down', { retryAfterMs: left });
  }

  async #failed(error: unknown, patient: boolean): Promise<void> {
    this.#failures += 1;
    const problem = error instanceof Refused ? error.code : failureOf(error).code;
    // Nobody wants to read at every turn that there is no signal or that the server is busy.
    if (patient || problem === 'client-too-old') this.problem = problem;
    if (NOT_TRIED_AGAIN.has(problem)) {
      this.#failures = 0;
      return;
    }
    if (!(error instanceof Refused || error instanceof Failure || error instanceof DOMException))
      console.error(error);
    const asked = error instanceof Refused ? (error.details.retryAfterMs ?? 0) : 0;
    if (asked > 0) await keepQuietFor(asked).catch(() => undefined);
    if (error instanceof Failure && error.code === 'offline') void drainWhenOnline();
    const least = problem === 'client-too-old' ? LONGEST_QUIET_MS : asked;
    this.#again(waitAfter(this.#failures, Math.random(), least), 'pull');
  }

  #again(waitMs: number, wish: Wish): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.inBackground(wish), waitMs);
  }

  /** The resident has read what went wrong. */
  async takeNote(): Promise<void> {
    this.problem = this.refused = this.ended = undefined;
    this.#show();
    const tx = change(await phone.open());
    const state = await stateIn(tx);
    delete state.ended;
    await keep(tx, 'sync', state);
    await tx.done;
  }
}

/** Trying again by itself would change nothing. */
const NOT_TRIED_AGAIN = new Set<Problem>([
  'signed-out',
  'wallet-closed',
  'storage-denied',
  'storage-outdated',
]);

const ORDER: readonly Wish[] = ['send', 'pull', 'look', 'open'];
const stronger = (a: Wish, b: Wish): Wish => (ORDER.indexOf(a) < ORDER.indexOf(b) ? b : a);

async function endedIn(): Promise<WalletEnd | undefined> {
  try {
    const db = await phone.open();
    return ((await db.get('settings', 'sync')) as SyncState | undefined)?.ended;
  } catch {
    return undefined;
  }
}

async function keepQuietFor(ms: number): Promise<void> {
  const tx = change(await phone.open());
  const quietUntilMs = Date.now() + Math.min(ms, LONGEST_QUIET_MS);
  await keep(tx, 'sync', { ...(await stateIn(tx)), quietUntilMs });
  await tx.done;
}

export const driver = new SyncDriver();

import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { afterEach, beforeEach, vi } from 'vitest';
import { answer, DAY_MS, goods, NOW, tokenOf, view } from './sample-desk.ts';
import { Failure } from '../../src/lib/domain/failure.ts';
import { Refused, type RefusalCode } from '../../src/lib/domain/refusal.ts';
import type {
  ContactAnswer,
  ContactRequest,
  QueuedRow,
} from '../../src/lib/domain/terminal/messages.ts';
import type {
  LookAnswer,
  Receipt,
  TerminalView,
  TodayAnswer,
} from '../../src/lib/domain/voucher/messages.ts';
import {
  openShopDatabase,
  SHOP_DATABASE,
  type ShopDatabase,
} from '../../src/lib/device/terminal/database.ts';
import { ServerTime } from '../../src/lib/device/terminal/server-time.ts';
import { kept, reading } from '../../src/lib/device/terminal/settings.ts';
import type { TillState } from '../../src/lib/device/terminal/till-state.ts';
import { Till } from '../../src/lib/device/till.svelte.ts';

export const token = tokenOf(1);
export const found: LookAnswer = { goods, points: 20, expiresAtMs: NOW + 3 * DAY_MS };
const online: TerminalView = { ...view, offline: { is: 'no' } };
export const offline = () => Promise.reject(new Failure('offline'));
export const refuse = (code: RefusalCode, details = {}) =>
  Promise.reject(new Refused(code, details));

/** A server that remembers what it was asked, and books a nonce once. */
export class Shop {
  readonly asked: { path: string; nonce?: string }[] = [];
  readonly booked = new Map<string, Receipt>();
  readonly uploaded: QueuedRow[] = [];
  enrolled = true;
  /** Nobody answers. */
  gone = false;
  /** How far the device's clock is ahead of the server's. */
  aheadMs = 0;
  terminal = online;
  pin: RefusalCode | undefined;
  /** What the next question meets before, or after, the server has done what it asks. */
  before: (() => Promise<never>)[] = [];
  after: (() => Promise<never>)[] = [];
  look: LookAnswer | RefusalCode = found;

  post = async <T>(path: string, body: unknown): Promise<T> => {
    const { nonce } = body as { nonce?: string };
    if (this.gone) return offline();
    if (path === '/api/shop/contact') return this.#contact(body as ContactRequest) as T;
    this.asked.push({ path, ...(nonce && { nonce }) });
    if (path === '/api/shop/clerk' && this.pin) return refuse(this.pin);
    if (path === '/api/shop/look')
      return (typeof this.look === 'string' ? refuse(this.look) : this.look) as Promise<T>;
    await this.before.shift()?.();
    const done = nonce ? this.#book(path, nonce) : this.terminal;
    await this.after.shift()?.();
    return done as T;
  };

  get = async <T>(): Promise<T> => {
    if (this.gone) return offline();
    if (!this.enrolled) return refuse('terminal-unknown');
    await Promise.resolve();
    const today: TodayAnswer = {
      ...{ terminal: this.terminal, day: '2026-11-24', handedOver: 0, settleFen: 0 },
      receipts: [...this.booked.values()].map((receipt) => ({
        ...receipt,
        ...{ terminalName: view.name, thisTerminal: true },
      })),
    };
    return today as T;
  };

  #contact({ rows }: ContactRequest): ContactAnswer {
    if (!this.enrolled) throw new Refused('terminal-unknown');
    const { list, pins, ...rest } = answer;
    const sent = rows as QueuedRow[];
    this.uploaded.push(...sent);
    return {
      ...rest,
      nowMs: this.#nowMs(),
      terminal: this.terminal,
      verdicts: sent.map(({ nonce, undoneAtMs }) => ({
        ...{ nonce, is: undoneAtMs === undefined ? 'booked' : 'undone' },
      })),
      ...(this.terminal.offline.is === 'granted'
        ? { pins, ...(list && { list: { ...list, asOfMs: this.#nowMs() } }) }
        : { pins: [] }),
    };
  }

  #book(path: string, nonce: string): Receipt {
    const did = path.endsWith('undo')
      ? 'undone'
      : path.endsWith('sold-out')
        ? 'sold-out'
        : 'handed-over';
    const booked = this.booked.get(nonce);
    const receipt: Receipt = {
      ...(booked && did !== 'undone'
        ? booked
        : { nonce, did, goods, points: 20, settleFen: 150, atMs: this.#nowMs() }),
      ...(did === 'handed-over' && { undoUntilMs: this.#nowMs() + 600_000 }),
    };
    this.booked.set(nonce, receipt);
    return receipt;
  }

  #nowMs = () => Date.now() - this.aheadMs;

  get questions() {
    return this.asked.filter(({ nonce }) => nonce);
  }
}

const nothing = { blocked() {}, outdated() {}, deleted() {}, terminated() {} };
/** The real one: what is kept is kept in real time. */
const later = setTimeout;
export let shop: Shop;
export let db: ShopDatabase;
export let listeners: EventTarget;
let stops: (() => void)[];
let tills: Till[];

/** All that does not wait for a clock has happened. */
export async function settle(): Promise<void> {
  let [before, quiet] = ['', 0];
  for (let n = 0; n < 80 && quiet < 3; n++) {
    await new Promise<void>((resolve) => later(resolve, 5));
    const now = JSON.stringify(tills.map((till) => [till.state, till.line.standing, till.day]));
    const busy = /"is":"(starting|looking)"|"trying":true/.test(now);
    quiet = now === before && !busy ? quiet + 1 : 0;
    before = now;
  }
}
const STEP_MS = 2_500;
export async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STEP_MS) {
    vi.advanceTimersByTime(Math.min(left, STEP_MS));
    await settle();
  }
}

let full: boolean;
const open = () => (full ? Promise.reject(new Failure('storage-full')) : Promise.resolve(db));

/** The page is opened, or opened again: what was only in memory is gone. */
export async function openPage(): Promise<Till> {
  const till = new Till({ open, api: shop, time: new ServerTime() });
  tills.push(till);
  stops.push(till.start());
  await settle();
  return till;
}
export async function ready(): Promise<Till> {
  const till = await openPage();
  till.read(token);
  await settle();
  return till;
}
export const is = (till: Till): TillState['is'] => till.state.is;
export const keptQuestion = () => kept(reading(db), 'question');

/** The phone has no room left, or has some again. */
export const setFull = (value: boolean) => (full = value);

/** A shop of its own for each test of the file. */
export function freshTill(): void {
  beforeEach(async () => {
    vi.useFakeTimers({
      now: NOW,
      toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'],
    });
    shop = new Shop();
    stops = [];
    tills = [];
    full = false;
    listeners = new EventTarget();
    for (const name of ['addEventListener', 'removeEventListener'] as const)
      vi.stubGlobal(name, listeners[name].bind(listeners));
    vi.stubGlobal('document', new EventTarget());
    db = await openShopDatabase(nothing);
  });
  afterEach(async () => {
    for (const stop of stops) stop();
    await settle();
    db.close();
    await deleteDB(SHOP_DATABASE);
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
}

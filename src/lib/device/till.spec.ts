import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  answer,
  clerk,
  DAY_MS,
  goods,
  NOW,
  PIN,
  tokenOf,
  view,
} from '../../../tests/support/sample-desk.ts';
import { Failure } from '../domain/failure.ts';
import { Refused, type RefusalCode } from '../domain/refusal.ts';
import type { ContactAnswer, ContactRequest, QueuedRow } from '../domain/terminal/messages.ts';
import type { LookAnswer, Receipt, TerminalView, TodayAnswer } from '../domain/voucher/messages.ts';
import { openShopDatabase, SHOP_DATABASE, type ShopDatabase } from './terminal/database.ts';
import { ServerTime } from './terminal/server-time.ts';
import { kept, reading } from './terminal/settings.ts';
import type { TillState } from './terminal/till-state.ts';
import { Till } from './till.svelte.ts';

const token = tokenOf(1);
const found: LookAnswer = { goods, points: 20, expiresAtMs: NOW + 3 * DAY_MS };
const online: TerminalView = { ...view, offline: { is: 'no' } };
const offline = () => Promise.reject(new Failure('offline'));
const refuse = (code: RefusalCode, details = {}) => Promise.reject(new Refused(code, details));

/** A server that remembers what it was asked, and books a nonce once. */
class Shop {
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
let shop: Shop;
let db: ShopDatabase;
let listeners: EventTarget;
let stops: (() => void)[];
let tills: Till[];

/** All that does not wait for a clock has happened. */
async function settle(): Promise<void> {
  let [before, quiet] = ['', 0];
  for (let n = 0; n < 80 && quiet < 3; n++) {
    await new Promise<void>((resolve) => later(resolve, 5));
    const now = JSON.stringify(tills.map((till) => [till.state, till.line.standing, till.day]));
    const busy = /"is":"(starting|looking)"/.test(now);
    quiet = now === before && !busy ? quiet + 1 : 0;
    before = now;
  }
}
const STEP_MS = 2_500;
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STEP_MS) {
    vi.advanceTimersByTime(Math.min(left, STEP_MS));
    await settle();
  }
}

let full: boolean;
const open = () => (full ? Promise.reject(new Failure('storage-full')) : Promise.resolve(db));

/** The page is opened, or opened again: what was only in memory is gone. */
async function openPage(): Promise<Till> {
  const till = new Till({ open, api: shop, time: new ServerTime() });
  tills.push(till);
  stops.push(till.start());
  await settle();
  return till;
}
async function ready(): Promise<Till> {
  const till = await openPage();
  till.read(token);
  await settle();
  return till;
}
const is = (till: Till): TillState['is'] => till.state.is;
const keptQuestion = () => kept(reading(db), 'question');

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

describe('a till', () => {
  it('is enrolled by a code as people type it', async () => {
    shop.enrolled = false;
    const till = await openPage();
    expect(till.state).toEqual({ is: 'not-enrolled', busy: false });
    await till.enrol('abcd', '柜台', false);
    expect(till.state).toMatchObject({ trouble: 'malformed-code' });
    shop.enrolled = true;
    await till.enrol(' ａbcd-efgh jkmn', '柜台', false);
    expect(is(till)).toBe('waiting');
  });

  it('says so when the server cannot be reached, and goes on when it can', async () => {
    const get = vi.spyOn(shop, 'get').mockImplementation(offline);
    const till = await openPage();
    expect(till.state).toEqual({ is: 'unreachable', trouble: 'no-answer' });
    get.mockRestore();
    listeners.dispatchEvent(new Event('online'));
    await settle();
    expect(is(till)).toBe('waiting');
  });

  it('sends no foreign QR code anywhere: it may be somebody’s payment code', async () => {
    const till = await openPage();
    till.read('https://pay.example/000');
    await settle();
    expect(till.state).toEqual({ is: 'waiting', trouble: 'other-qr' });
    expect(shop.asked).toEqual([]);
  });

  it('looks a voucher up once, however often the camera reads it', async () => {
    const till = await openPage();
    for (let i = 0; i < 5; i++) till.read(token);
    await settle();
    expect(till.state).toMatchObject({ is: 'can', found });
    expect(shop.asked).toHaveLength(1);
  });

  it('says why goods are not handed over', async () => {
    shop.look = { ...found, refusal: 'voucher-handed-over' };
    expect((await ready()).state).toMatchObject({ is: 'cannot', code: 'voucher-handed-over' });
    shop.look = 'voucher-forged';
    expect((await ready()).state).toEqual({ is: 'cannot', code: 'voucher-forged' });
  });

  it('lets a mistyped code be corrected', async () => {
    shop.look = 'voucher-unknown';
    const till = await openPage();
    await till.readCode('ABCDE FGHJK');
    expect(till.state).toEqual({ is: 'waiting', trouble: 'voucher-unknown' });
  });

  it('asks no more after its enrolment was ended', async () => {
    const till = await openPage();
    shop.look = 'terminal-unknown';
    till.read(token);
    await settle();
    expect(till.state).toMatchObject({ is: 'not-enrolled', trouble: 'terminal-unknown' });
  });
});

describe('a hand-over', () => {
  it('is kept before it is sent, and forgotten with its answer', async () => {
    const till = await ready();
    let asked: unknown;
    shop.before = [async () => (asked = await keptQuestion()) as never];
    await till.handOver();
    expect(asked).toMatchObject({ ask: 'hand-over', nonce: shop.questions[0]?.nonce });
    expect(till.state).toMatchObject({ is: 'answered', late: false });
    expect(await keptQuestion()).toBeUndefined();
  });

  it('is not sent where it cannot be kept', async () => {
    const till = await ready();
    full = true;
    await till.handOver();
    expect(shop.questions).toEqual([]);
    expect(till.state).toEqual({ is: 'waiting', trouble: 'not-kept' });
  });

  it('pressed twice is asked once', async () => {
    const till = await ready();
    await Promise.all([till.handOver(), till.handOver()]);
    expect(shop.questions).toHaveLength(1);
  });

  it.each([
    ['lost before the server', 'before'],
    ['booked, and its answer lost', 'after'],
  ] as const)('%s is unconfirmed, and asked again with its nonce', async (_, where) => {
    const till = await ready();
    shop[where] = [offline, offline];
    await till.handOver();
    expect(till.state).toMatchObject({ is: 'unconfirmed', trouble: 'no-answer' });
    await pass(60_000);
    expect(till.state).toMatchObject({ is: 'answered', late: true });
    expect(new Set(shop.questions.map(({ nonce }) => nonce)).size).toBe(1);
    expect(shop.booked.size).toBe(1);
  });

  it('is asked again at once when the signal is back, or by hand', async () => {
    const till = await ready();
    shop.before = [offline, offline];
    await till.handOver();
    till.askAgain();
    await settle();
    expect(is(till)).toBe('unconfirmed');
    listeners.dispatchEvent(new Event('online'));
    await settle();
    expect(is(till)).toBe('answered');
  });

  it('survives the page: asked again when it is opened', async () => {
    const till = await ready();
    shop.after = [offline];
    await till.handOver();
    const again = await openPage();
    expect(again.state).toMatchObject({ is: 'answered', late: true });
    expect(shop.booked.size).toBe(1);
  });

  it('without an answer for long is shown as unconfirmed while the answer may still come', async () => {
    const till = await ready();
    let answer = (): void => undefined;
    shop.after = [() => new Promise<never>((resolve) => (answer = () => resolve(0 as never)))];
    const done = till.handOver();
    await pass(5_000);
    expect(is(till)).toBe('asking');
    await pass(5_000);
    expect(till.state).toMatchObject({ is: 'unconfirmed', trying: true });
    answer();
    await done;
    expect(till.state).toMatchObject({ is: 'answered', late: true });
    expect(shop.questions).toHaveLength(1);
  });

  it('refused at once has had no effect', async () => {
    const till = await ready();
    shop.before = [() => refuse('voucher-cancelled')];
    await till.handOver();
    expect(till.state).toMatchObject({ is: 'cannot', code: 'voucher-cancelled' });
    expect(await keptQuestion()).toBeUndefined();
  });

  it('refused after a lost answer may still have been booked: only some refusals say that it was not', async () => {
    const till = await ready();
    shop.after = [offline];
    shop.before = [
      () => Promise.resolve() as Promise<never>,
      () => refuse('terminal-unknown'),
      () => refuse('voucher-expired'),
    ];
    await till.handOver();
    till.askAgain();
    await settle();
    expect(till.state).toMatchObject({ is: 'unconfirmed', trouble: 'terminal-unknown' });
    till.askAgain();
    await settle();
    expect(till.state).toMatchObject({ is: 'cannot', code: 'voucher-expired' });
  });

  it('waits as long as a busy server asks', async () => {
    const till = await ready();
    shop.before = [() => refuse('slow-down', { retryAfterMs: 20_000 })];
    await till.handOver();
    await pass(19_000);
    expect(is(till)).toBe('unconfirmed');
    await pass(2_000);
    expect(is(till)).toBe('answered');
  });

  it('keeps every other booking waiting while it is unconfirmed, also from another tab', async () => {
    const till = await ready();
    const other = await ready();
    shop.before = [offline, offline];
    await till.handOver();
    await other.handOver();
    expect(other.state).toMatchObject({ is: 'unconfirmed', question: { ask: 'hand-over' } });
    expect(new Set(shop.questions.map(({ nonce }) => nonce)).size).toBe(1);
    await pass(60_000);
    expect(shop.booked.size).toBe(1);
  });

  it('can be let go of when the server does not settle it', async () => {
    const till = await ready();
    shop.before = [() => refuse('server-failed')];
    await till.handOver();
    await till.setAside();
    await settle();
    expect(is(till)).toBe('waiting');
    expect(await keptQuestion()).toBeUndefined();
    await pass(60_000);
    expect(shop.questions).toHaveLength(1);
  });
});

describe('undo', () => {
  it('takes back what was handed over, with the same nonce', async () => {
    const till = await ready();
    await till.handOver();
    const [receipt] = shop.booked.values();
    await till.undo(receipt as Receipt);
    expect(till.state).toMatchObject({ is: 'answered', receipt: { did: 'undone' } });
    expect(shop.questions.map(({ path }) => path)).toEqual([
      '/api/shop/hand-over',
      '/api/shop/undo',
    ]);
  });

  it('is possible for ten minutes of the server’s clock, however wrong the till’s is', async () => {
    const till = await ready();
    await till.handOver();
    const receipt = { ...[...shop.booked.values()][0] } as Receipt;
    expect(till.canUndo(receipt, NOW + 599_000)).toBe(true);
    expect(till.canUndo(receipt, NOW + 600_000)).toBe(false);
    vi.setSystemTime(NOW + 3_600_000);
    shop.aheadMs = 3_600_000;
    const ahead = await openPage();
    expect(ahead.canUndo(receipt, Date.now() + 599_000)).toBe(true);
    expect(ahead.canUndo(receipt, Date.now() + 601_000)).toBe(false);
  });

  it('that comes too late says so, and the goods stay handed over', async () => {
    const till = await ready();
    await till.handOver();
    const [receipt] = shop.booked.values();
    shop.before = [() => refuse('too-late-to-undo')];
    await till.undo(receipt as Receipt);
    expect(till.state).toMatchObject({
      is: 'answered',
      receipt: { did: 'handed-over' },
      trouble: 'too-late-to-undo',
    });
  });
});

it('sold out: the points go back, there is nothing to undo', async () => {
  const till = await ready();
  await till.soldOut();
  expect(till.state).toMatchObject({ is: 'answered', receipt: { did: 'sold-out' } });
  const [receipt] = shop.booked.values();
  expect(till.canUndo(receipt as Receipt, NOW)).toBe(false);
});

it('leaving ends the enrolment, also where the server has ended it already', async () => {
  const till = await openPage();
  shop.before = [offline];
  expect(await till.leave()).toBe('no-answer');
  shop.before = [() => refuse('terminal-unknown')];
  expect(await till.leave()).toBeUndefined();
  expect(till.state).toEqual({ is: 'not-enrolled', busy: false });
});

describe('a terminal that may hand over without a signal', () => {
  beforeEach(() => {
    shop.terminal = view;
  });
  const queue = () => db.getAllFromIndex('handovers', 'waiting');
  /** It has had its contact; then the signal goes. */
  async function alone(): Promise<Till> {
    const till = await openPage();
    shop.gone = true;
    return till;
  }
  async function handedOver(): Promise<Till> {
    const till = await alone();
    till.read(token);
    await settle();
    await till.handOver();
    return till;
  }

  it('judges by itself, hands over, and refuses the same voucher from then on', async () => {
    const till = await alone();
    till.read(token);
    await settle();
    expect(till.state).toMatchObject({ is: 'can', alone: true, found: { points: 20 } });
    await till.handOver();
    expect(till.state).toMatchObject({ is: 'answered', alone: true, late: false });
    expect(till.line.standing).toMatchObject({ waiting: 1 });
    expect(till.day).toMatchObject({ handedOver: 1, waiting: 1 });
    till.next();
    till.read(token);
    await settle();
    expect(till.state).toMatchObject({
      ...{ is: 'cannot', code: 'voucher-handed-over' },
      found: { handedOver: { terminal: view.name } },
    });
  });

  it('uploads by itself when the signal is back, and says so', async () => {
    const till = await handedOver();
    shop.gone = false;
    listeners.dispatchEvent(new Event('online'));
    await settle();
    expect([till.line.reach, till.line.uploaded]).toEqual(['there', 1]);
    expect(till.line.standing?.waiting).toBe(0);
    expect(shop.uploaded).toMatchObject([{ token }]);
  });

  it('also without that event: it tries again every few seconds', async () => {
    const till = await handedOver();
    shop.gone = false;
    await pass(16_000);
    expect(till.line.standing?.waiting).toBe(0);
  });

  it('was killed and opened again without a signal: what was handed over is there', async () => {
    await handedOver();
    const again = await openPage();
    expect(again.day).toMatchObject({ handedOver: 1, waiting: 1 });
    again.read(token);
    await settle();
    expect(is(again)).toBe('cannot');
    shop.gone = false;
    listeners.dispatchEvent(new Event('online'));
    await settle();
    expect(shop.uploaded).toHaveLength(1);
  });

  it('asks online first; the answer is lost: the same nonce goes up later', async () => {
    const till = await ready();
    shop.after = [offline];
    await till.handOver();
    expect(till.state).toMatchObject({ is: 'answered', alone: true });
    const [asked] = shop.questions;
    await pass(16_000);
    expect(shop.uploaded.map(({ nonce }) => nonce)).toEqual([asked?.nonce]);
    expect(shop.booked.size).toBe(1);
  });

  it('killed while it asked, opened without a signal: the question ends with the nonce it began with', async () => {
    const till = await ready();
    shop.after = [() => new Promise<never>(() => undefined)];
    void till.handOver();
    await settle();
    shop.gone = true;
    const again = await openPage();
    expect(again.state).toMatchObject({ is: 'answered', alone: true, late: true });
    expect((await queue()).map(({ nonce }) => nonce)).toEqual([shop.questions[0]?.nonce]);
  });

  it('two tabs that have both said 可以给货 hand over once', async () => {
    const [one, other] = [await openPage(), await openPage()];
    shop.gone = true;
    for (const till of [one, other]) till.read(token);
    await settle();
    expect([is(one), is(other)]).toEqual(['can', 'can']);
    await one.handOver();
    await other.handOver();
    expect([is(one), is(other)]).toEqual(['answered', 'cannot']);
    expect(await queue()).toHaveLength(1);
  });

  it('takes back without a signal, and the voucher is good again', async () => {
    const till = await handedOver();
    if (till.state.is !== 'answered') throw new Error(till.state.is);
    await till.undo(till.state.receipt);
    expect(till.state).toMatchObject({ is: 'answered', receipt: { did: 'undone' } });
    till.next();
    till.read(token);
    await settle();
    expect(is(till)).toBe('can');
    expect(await queue()).toMatchObject([{ undoneAtMs: expect.any(Number) as number }]);
  });

  it('does not hand over what it cannot keep', async () => {
    const till = await alone();
    till.read(token);
    await settle();
    full = true;
    await till.handOver();
    expect(till.state).toEqual({ is: 'waiting', trouble: 'not-kept' });
    full = false;
    expect(await queue()).toEqual([]);
  });

  it('whose list is older than 72 hours asks for the signal', async () => {
    await alone();
    vi.setSystemTime(NOW + 73 * 3_600_000);
    const till = await openPage();
    till.read(token);
    await settle();
    expect(till.state).toMatchObject({ is: 'ask-online', why: 'list-old', found: { points: 20 } });
    expect(till.line.standing?.alone).toEqual({ is: 'may-not', why: 'list-old' });
  });

  it('says of a typed code that it needs the signal', async () => {
    const till = await alone();
    await till.readCode('ABCDE FGHJK');
    expect(till.state).toEqual({ is: 'waiting', trouble: 'no-answer' });
  });

  it('does not leave with a queue', async () => {
    const till = await handedOver();
    expect(await till.leave()).toBe('queue-first');
  });

  it('keeps its queue when its enrolment ends, for the next one', async () => {
    const till = await handedOver();
    shop.gone = false;
    shop.enrolled = false;
    listeners.dispatchEvent(new Event('online'));
    await settle();
    expect(till.state).toMatchObject({ is: 'not-enrolled', trouble: 'terminal-unknown', left: 1 });
    shop.enrolled = true;
    await till.enrol('ABCDEFGHJKMN', '柜台', true);
    await settle();
    expect(shop.uploaded).toHaveLength(1);
    expect(till.line.standing?.waiting).toBe(0);
  });
});

describe('a shop with clerks', () => {
  beforeEach(() => {
    shop.terminal = { ...view, clerks: [clerk] };
  });

  it('scans for nobody before a clerk has signed in, and names the clerk', async () => {
    const till = await openPage();
    expect(till.needsClerk).toBe(true);
    till.read(token);
    await settle();
    expect(is(till)).toBe('waiting');
    expect(await till.signIn(clerk, PIN)).toBeUndefined();
    till.read(token);
    await settle();
    await till.handOver();
    const [done] = await db.getAll('handovers');
    expect(done?.clerk).toEqual(clerk);
  });

  it('checks the PIN by itself without a signal, and locks after five wrong ones', async () => {
    const till = await openPage();
    shop.gone = true;
    for (let n = 0; n < 5; n++) expect(await till.signIn(clerk, '000000')).toBe('pin-wrong');
    expect(await till.signIn(clerk, PIN)).toBe('pin-locked');
    vi.setSystemTime(NOW + 301_000);
    expect(await till.signIn(clerk, PIN)).toBeUndefined();
    expect(till.clerk).toEqual(clerk);
    const events = (await db.getAll('events')).map(({ kind }) => kind);
    expect(events).toEqual([...Array<string>(5).fill('wrong-pin'), 'sign-in']);
  });

  it('a wrong PIN that the server has refused is not tried again here', async () => {
    const till = await openPage();
    shop.pin = 'pin-wrong';
    expect(await till.signIn(clerk, PIN)).toBe('pin-wrong');
    expect(till.clerk).toBeUndefined();
  });

  it('the shift changes at once, also without a signal', async () => {
    const till = await openPage();
    await till.signIn(clerk, PIN);
    shop.gone = true;
    await till.changeClerk();
    expect(till.needsClerk).toBe(true);
    expect((await db.getAll('events')).map(({ kind }) => kind)).toEqual(['sign-out']);
  });
});

it('a device whose storage was cleared is no terminal any more, and says what to do', async () => {
  vi.spyOn(shop, 'get').mockImplementationOnce(() => refuse('proof-missing'));
  const till = await openPage();
  expect(till.state).toEqual({ is: 'not-enrolled', busy: false, trouble: 'proof-missing' });
  await till.enrol('ABCDEFGHJKMN', '柜台', true);
  expect(is(till)).toBe('waiting');
});

it('a server put back from a backup hears of all that is still here', async () => {
  shop.terminal = view;
  const till = await ready();
  await till.handOver();
  await settle();
  expect(shop.uploaded).toEqual([]);
  vi.spyOn(shop, 'post').mockImplementationOnce((path, body) =>
    shop.post<ContactAnswer>(path, body).then((said) => ({ ...said, epoch: 'e2' }) as never),
  );
  await till.line.contact();
  await settle();
  expect(shop.uploaded.map(({ nonce }) => nonce)).toEqual([shop.questions[0]?.nonce]);
});

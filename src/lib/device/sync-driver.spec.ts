import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../domain/failure.ts';
import { Refused } from '../domain/refusal.ts';
import { openAsk, openAsks } from './asks.ts';
import { newId } from './ids.ts';
import { attempt, expectInStep, start, type TestPhone } from './model-phone.ts';
import { SyncDriver } from './sync-driver.ts';
import { onWord, tell } from './tabs.ts';

// The phone and the line that the driver under test has.
const here = vi.hoisted(() => ({
  phone: undefined as TestPhone | undefined,
  line: undefined as (() => void) | undefined,
}));
vi.mock('./phone.svelte.ts', () => ({
  phone: { open: () => Promise.resolve(here.phone?.db) },
}));
vi.mock('./api.ts', () => ({
  post: async (path: string, body: unknown) => {
    here.line?.();
    return here.phone?.send(path, body);
  },
}));

let phone: TestPhone;
let server: TestPhone['server'];
let driver: SyncDriver;
let stop: () => void;

/** Lets everything happen that is due within this time. */
async function pass(ms: number): Promise<void> {
  const steps = Math.ceil(Math.min(100, ms / 500)) || 1;
  for (let step = 0; step < steps; step++) {
    await vi.advanceTimersByTimeAsync(ms / steps);
    // The database answers in turns of the event loop, which stand still in faked time.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  ({ phone, server } = await start());
  here.phone = phone;
  here.line = undefined;
  driver = new SyncDriver();
  stop = driver.start();
  await pass(0);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const offline = () => {
  throw new Failure('offline');
};
async function answered(): Promise<void> {
  await phone.practise(attempt(newId(), true));
  tell('changed');
}

describe('the driver', () => {
  it('asks nothing on a phone where nothing was answered', async () => {
    await pass(3_600_000);
    expect(server.requests).toHaveLength(0);
  });

  it('sends soon after an answer, answers close together in one request, and is then still', async () => {
    const heard = vi.fn();
    const deaf = onWord('changed', heard);
    await answered();
    await pass(500);
    await answered();
    await pass(900);
    expect(server.requests).toHaveLength(0);
    await pass(200);
    expect(server.requests.map((r) => r.attempts.length)).toEqual([2]);
    await expectInStep(phone);
    await pass(3_600_000);
    expect(server.requests).toHaveLength(1);
    expect(heard, 'twice by the answers, once by the sync').toHaveBeenCalledTimes(3);
    deaf();
  });

  it('sends at once when the phone is put away', async () => {
    await answered();
    (document as { visibilityState: string }).visibilityState = 'hidden';
    document.dispatchEvent(new Event('visibilitychange'));
    await pass(0);
    expect(server.requests).toHaveLength(1);
  });

  it('without a signal tries less and less often, says nothing of it, and goes on with the signal', async () => {
    const tries = vi.fn(offline);
    here.line = tries;
    await answered();
    await pass(3_600_000);
    expect(tries.mock.calls.length).toBeGreaterThan(6);
    expect(tries.mock.calls.length).toBeLessThan(25);
    expect(driver.problem).toBeUndefined();
    here.line = undefined;
    document.dispatchEvent(new Event('online'));
    await pass(0);
    await expectInStep(phone);
  });

  it('tells who asked for a sync what went wrong, until one succeeds', async () => {
    await answered();
    here.line = offline;
    await expect(driver.sync()).rejects.toMatchObject({ code: 'offline' });
    expect(driver.problem).toBe('offline');
    here.line = undefined;
    await driver.sync();
    expect(driver.problem).toBeUndefined();
  });

  it('keeps quiet as long as the server asks, also in another tab', async () => {
    await answered();
    server.refuse = new Refused('slow-down', { retryAfterMs: 60_000 });
    await expect(driver.sync()).rejects.toMatchObject({ code: 'slow-down' });
    server.refuse = undefined;
    const other = new SyncDriver();
    await pass(50_000);
    await expect(other.sync()).rejects.toMatchObject({ code: 'slow-down' });
    document.dispatchEvent(new Event('online'));
    await pass(0);
    expect(server.requests).toHaveLength(0);
    await pass(60_000);
    await expectInStep(phone);
  });

  it('does not believe in a quiet of years after the clock was put back', async () => {
    await answered();
    server.refuse = new Refused('slow-down', { retryAfterMs: 60_000 });
    await driver.sync().catch(() => undefined);
    server.refuse = undefined;
    vi.setSystemTime(Date.now() - 3.15e11);
    await driver.sync();
    await expectInStep(phone);
  });

  it('remembers how a wallet ended, until that was read', async () => {
    await answered();
    await pass(2000);
    server.only.closed = true;
    await expect(driver.sync()).rejects.toMatchObject({ code: 'wallet-closed' });
    expect(new SyncDriver().ended).toBeUndefined();
    const later = new SyncDriver();
    await later.sync();
    expect(later.ended).toBe('wallet-closed');
    await later.takeNote();
    expect(later.ended).toBeUndefined();
    await driver.sync();
    expect(driver.ended).toBeUndefined();
  });

  it('asks again for a voucher whose answer was lost', async () => {
    await answered();
    await pass(2000);
    const wanted = { shopId: 's', goodsId: 'g', points: 2 };
    const ask = await openAsk(phone.db, wanted, { id: newId(), nowMs: Date.now() });
    here.line = offline;
    driver.inBackground('pull');
    await pass(10_000);
    here.line = undefined;
    await pass(60_000);
    expect(await openAsks(phone.db)).toEqual([]);
    expect([...server.only.vouchers.keys()]).toEqual([ask.id]);
    expect((await phone.mirror()).wallet).toMatchObject({ available: 0, held: 2 });
  });

  it('tells what a voucher asked for again was refused for', async () => {
    await answered();
    await pass(2000);
    const wanted = { shopId: 's', goodsId: 'g', points: 50 };
    await openAsk(phone.db, wanted, { id: newId(), nowMs: Date.now() });
    await pass(30_000);
    await driver.sync();
    expect(driver.refused).toBe('not-enough-points');
    expect(await openAsks(phone.db)).toEqual([]);
    await driver.takeNote();
    expect(driver.refused).toBeUndefined();
  });
});

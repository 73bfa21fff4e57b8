import { describe, expect, it, vi } from 'vitest';
import { NOW } from '../../../tests/support/sample-desk.ts';
import {
  found,
  freshTill,
  is,
  keptQuestion,
  listeners,
  offline,
  openPage,
  pass,
  ready,
  refuse,
  setFull,
  settle,
  shop,
  token,
} from '../../../tests/support/sample-till.ts';
import type { Receipt } from '../domain/voucher/messages.ts';

freshTill();

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

  it('whose answer is lost asks for the same enrolment, by hand or when the page is opened again', async () => {
    shop.enrolled = false;
    const till = await openPage();
    const post = vi.spyOn(shop, 'post');
    const bodies = () =>
      post.mock.calls.filter(([path]) => path === '/api/shop/enrol').map(([, body]) => body);
    shop.after.push(offline, offline);
    await till.enrol('ABCDEFGHJKMN', '柜台', true);
    expect(till.state).toMatchObject({ is: 'not-enrolled', trouble: 'no-answer' });
    await till.enrol('abcd efgh jkmn', '柜台', true);
    expect(till.state).toMatchObject({ is: 'not-enrolled', trouble: 'no-answer' });
    shop.gone = true;
    const left = await openPage();
    expect(left.state).toEqual({ is: 'unreachable', trouble: 'no-answer' });
    shop.gone = false;
    shop.enrolled = true;
    listeners.dispatchEvent(new Event('online'));
    await settle();
    expect(is(left)).toBe('waiting');
    expect(bodies()).toHaveLength(4);
    expect(new Set(bodies().map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies()[0]).toMatchObject({ code: 'ABCDEFGHJKMN', offline: true });
  });

  it('forgets a code that the server has refused', async () => {
    shop.enrolled = false;
    const till = await openPage();
    shop.before.push(() => refuse('enrolment-unknown'));
    await till.enrol('ABCDEFGHJKMN', '柜台', true);
    expect(till.state).toMatchObject({ is: 'not-enrolled', trouble: 'enrolment-unknown' });
    expect(is(await openPage())).toBe('not-enrolled');
    expect(shop.asked).toHaveLength(1);
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
    setFull(true);
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

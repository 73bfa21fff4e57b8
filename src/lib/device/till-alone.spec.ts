import { beforeEach, describe, expect, it, vi } from 'vitest';
import { clerk, NOW, PIN, view } from '../../../tests/support/sample-desk.ts';
import {
  db,
  freshTill,
  is,
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
import type { ContactAnswer } from '../domain/terminal/messages.ts';
import type { Till } from './till.svelte.ts';

freshTill();

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
    setFull(true);
    await till.handOver();
    expect(till.state).toEqual({ is: 'waiting', trouble: 'not-kept' });
    setFull(false);
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

import 'fake-indexeddb/auto';
import { webcrypto } from 'node:crypto';
import { deleteDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContactAnswer, RowVerdict } from '../../domain/terminal/messages.ts';
import { OFFLINE_MS } from '../../domain/terminal/terms.ts';
import type { LookAnswer } from '../../domain/voucher/messages.ts';
import { openToken, type TokenContent } from '../../domain/voucher/token.ts';
import { DATABASE_NAME, openDatabase } from '../database.ts';
import { contactRequest, takeContact } from './contact.ts';
import { makeKeyPair, proofFor, publicKeyOf } from './crypto.ts';
import {
  openShopDatabase,
  SHOP_DATABASE,
  shopMigrations,
  type BookQuestion,
  type ShopDatabase,
} from './database.ts';
import {
  handOverHere,
  keepQuestion,
  keepReceipt,
  setQuestionAside,
  undoHere,
} from './hand-over.ts';
import { memoryFor, queueOf } from './memory.ts';
import {
  answer,
  DAY_MS,
  goods,
  NOW,
  tokenOf,
  uuid,
  view,
} from '../../../../tests/support/sample-desk.ts';
import { ServerTime } from './server-time.ts';
import { changing, keep, kept, reading } from './settings.ts';
import { ownVerdict } from './verdict.ts';

// The same code runs against the browser's own IndexedDB in tests/e2e.

const nothing = { blocked() {}, outdated() {}, deleted() {}, terminated() {} };
let db: ShopDatabase;
let wallMs: number;
let monotonicMs: number;
let time: ServerTime;

const clocks = { wallMs: () => wallMs, monotonicMs: () => monotonicMs };

beforeEach(async () => {
  [wallMs, monotonicMs] = [NOW, 0];
  time = new ServerTime(clocks);
  db = await openShopDatabase(nothing);
  const tx = changing(db);
  await keep(tx, 'view', view);
  await tx.done;
  await contact();
});
afterEach(async () => {
  db.close();
  await deleteDB(SHOP_DATABASE);
});

/** One contact that is answered so. */
async function contact(change: Partial<ContactAnswer> = {}) {
  const sent = await contactRequest(db);
  if (!sent) throw new Error('this device is no terminal');
  await takeContact(db, sent, { ...answer, nowMs: wallMs, ...change }, time);
  return sent.request;
}
function pass(ms: number) {
  wallMs += ms;
  monotonicMs += ms;
}
const found: LookAnswer = { goods, points: 20, expiresAtMs: NOW + DAY_MS };
const question = (voucher: number, nonce = 100 + voucher): BookQuestion => ({
  ...{ ask: 'hand-over', nonce: uuid(nonce), reading: { token: tokenOf(voucher) }, found },
});
const contentOf = (voucher: number) => openToken(tokenOf(voucher))?.content as TokenContent;
const handOver = (voucher: number, nonce?: number) =>
  handOverHere(db, question(voucher, nonce), contentOf(voucher), wallMs);
const judge = async (voucher: number) =>
  (await ownVerdict({ open: () => Promise.resolve(db), time }, { token: tokenOf(voucher) }))
    ?.verdict;
const verdict = (nonce: number, rest: object = { is: 'booked' }) =>
  ({ nonce: uuid(nonce), ...rest }) as RowVerdict;

describe('a hand-over without a signal', () => {
  it('is in the used-set and in the queue at once, and its question is closed', async () => {
    await keepQuestion(db, question(1));
    expect(await judge(1)).toMatchObject({ is: 'can' });
    expect(await handOver(1)).toMatchObject({ is: 'done' });
    expect(await judge(1)).toMatchObject({ is: 'cannot', why: 'voucher-handed-over' });
    expect(await queueOf(db)).toMatchObject([{ nonce: uuid(101), voucherId: uuid(1) }]);
    expect(await kept(reading(db), 'question')).toBeUndefined();
  });

  it('of one voucher in two tabs: one is made, the other is told', async () => {
    const both = await Promise.all([handOver(1, 101), handOver(1, 102)]);
    expect(both.map(({ is }) => is).toSorted()).toEqual(['done', 'used']);
    expect(await queueOf(db)).toHaveLength(1);
  });

  it('with the same nonce again, after the page was killed, is the same one', async () => {
    await handOver(1);
    expect(await handOver(1)).toMatchObject({ is: 'done', kept: { nonce: uuid(101) } });
    expect(await queueOf(db)).toHaveLength(1);
  });

  it('is not made once the right or the voucher is gone, whatever the screen says', async () => {
    const denied = { is: 'released' as const, voucherId: uuid(1), expiresAtMs: NOW + DAY_MS };
    const entries = [{ ...denied, atMs: NOW, why: 'cancelled' as const }];
    await contact({ list: { ...answer.list!, number: 2, entries } });
    expect(await handOver(1)).toEqual({ is: 'changed' });
    await contact({ terminal: { ...view, offline: { is: 'ended' } }, list: undefined as never });
    expect(await handOver(2)).toEqual({ is: 'changed' });
    expect(await queueOf(db)).toEqual([]);
  });

  it('can be taken back for ten minutes, and the voucher is good again', async () => {
    await handOver(1);
    pass(9 * 60_000);
    expect(await undoHere(db, uuid(101), wallMs)).toMatchObject({ undoneAtMs: wallMs });
    expect(await judge(1)).toMatchObject({ is: 'can' });
    expect(await queueOf(db)).toMatchObject([{ nonce: uuid(101), undoneAtMs: wallMs }]);
    await handOver(2);
    pass(10 * 60_000 + 1);
    expect(await undoHere(db, uuid(102), wallMs)).toBeUndefined();
  });
});

describe('a contact', () => {
  it('uploads the oldest first, and clears what has its verdict', async () => {
    await handOver(2);
    pass(1000);
    await handOver(1);
    const sent = await contact({ verdicts: [verdict(102)] });
    expect(sent.rows).toMatchObject([{ nonce: uuid(102) }, { nonce: uuid(101) }]);
    expect(await queueOf(db)).toMatchObject([{ nonce: uuid(101) }]);
    expect(await judge(2)).toMatchObject({ is: 'cannot', why: 'voucher-handed-over' });
  });

  it('whose answer is lost sends the same again', async () => {
    await handOver(1);
    const first = await contactRequest(db);
    expect(await contactRequest(db)).toEqual(first);
  });

  it('says what it holds only after it is stored, and nothing is queued', async () => {
    expect((await contactRequest(db))?.request.holds).toEqual({ epoch: 'e1', number: 1 });
    await contact({ list: { ...answer.list!, number: 5, asOfMs: wallMs } });
    expect((await contactRequest(db))?.request).toMatchObject({ holds: { number: 5 }, left: 0 });
  });

  it('a row that was taken back while it was on its way goes up once more', async () => {
    await handOver(1);
    const sent = await contactRequest(db);
    await undoHere(db, uuid(101), wallMs);
    if (sent) await takeContact(db, sent, { ...answer, verdicts: [verdict(101)] }, time);
    expect(await queueOf(db)).toMatchObject([{ nonce: uuid(101), undoneAtMs: NOW }]);
  });

  it('changes since a list that another tab has replaced meanwhile are not mixed into it', async () => {
    const sent = await contactRequest(db);
    const entry = { is: 'released' as const, voucherId: uuid(7), expiresAtMs: NOW + DAY_MS };
    const entries = [{ ...entry, atMs: NOW, why: 'cancelled' as const }];
    await contact({ list: { ...answer.list!, number: 3, entries } });
    const late = { ...answer.list!, number: 2, whole: false, open: [uuid(7)] };
    if (sent) await takeContact(db, sent, { ...answer, list: late }, time);
    expect((await kept(reading(db), 'list'))?.number).toBe(3);
    expect(await judge(7)).toMatchObject({ is: 'cannot', why: 'voucher-cancelled' });
  });

  it('with a server that was put back from a backup: all that is still here goes up again', async () => {
    await handOver(1);
    await contact({ verdicts: [verdict(101)] });
    await keepReceipt(
      db,
      question(2),
      { ...{ nonce: uuid(102), did: 'handed-over', goods, points: 20 }, settleFen: 1, atMs: NOW },
      'east',
    );
    expect(await queueOf(db)).toEqual([]);
    await contact({ epoch: 'e2', list: { ...answer.list!, epoch: 'e2' } });
    expect((await queueOf(db)).map(({ nonce }) => nonce)).toEqual([uuid(101), uuid(102)]);
    const sent = await contactRequest(db);
    expect(sent?.request).toMatchObject({ holds: { epoch: 'e2' }, left: 0 });
  });

  it('that refuses an undo leaves the goods handed over', async () => {
    await handOver(1);
    await contact({ verdicts: [verdict(101)] });
    await undoHere(db, uuid(101), wallMs);
    await contact({ verdicts: [verdict(101, { is: 'refused', why: 'not-undone' })] });
    expect(await judge(1)).toMatchObject({ is: 'cannot', why: 'voucher-handed-over' });
    const [done] = await db.getAll('handovers');
    expect(done).toMatchObject({ verdict: { why: 'not-undone' } });
    expect(done?.seen).toBeUndefined();
  });

  it('a right that was taken back is given up', async () => {
    await contact({ terminal: { ...view, offline: { is: 'ended' } }, list: undefined as never });
    expect((await contactRequest(db))?.request).toMatchObject({ gaveUp: true, epoch: 'e1' });
    expect(await judge(1)).toMatchObject({ is: 'ask-online', why: 'no-right' });
  });

  it('forgets hand-overs after 45 days, but none that waits', async () => {
    await handOver(1);
    await handOver(2);
    await contact({ verdicts: [verdict(101)] });
    pass(46 * DAY_MS);
    await contact();
    expect((await db.getAll('handovers')).map(({ nonce }) => nonce)).toEqual([uuid(102)]);
  });
});

describe('without a signal it refuses', () => {
  it('on a list that is older than 72 hours', async () => {
    pass(OFFLINE_MS - 60_000);
    expect(await judge(1)).toMatchObject({ is: 'can' });
    pass(120_000);
    expect(await judge(1)).toMatchObject({ is: 'ask-online', why: 'list-old' });
  });

  it('with a clock that has gone back, also after the page was opened anew', async () => {
    pass(3_600_000);
    await handOver(9);
    wallMs -= 3_000_000;
    expect(await judge(1)).toMatchObject({ is: 'ask-online', why: 'clock' });
    time = new ServerTime(clocks);
    expect(await judge(1)).toMatchObject({ is: 'ask-online', why: 'clock' });
  });

  it('after a typed code was handed over online, until the next list says which voucher that was', async () => {
    const typed: BookQuestion = { ...question(1), reading: { code: '2345678ABC' } };
    await keepQuestion(db, typed);
    const receipt = { nonce: typed.nonce, did: 'handed-over' as const, goods, points: 20 };
    await keepReceipt(db, typed, { ...receipt, settleFen: 1, atMs: NOW }, 'east');
    expect(await judge(1)).toMatchObject({ is: 'ask-online', why: 'list-old' });
    await contact({ list: { ...answer.list!, number: 2 } });
    expect(await judge(1)).toMatchObject({ is: 'can' });
    await keepQuestion(db, typed);
    await setQuestionAside(db, typed);
    expect(await judge(1)).toMatchObject({ is: 'ask-online', why: 'list-old' });
  });

  it('on a device that has forgotten everything', async () => {
    db.close();
    await deleteDB(SHOP_DATABASE);
    db = await openShopDatabase(nothing);
    expect(await memoryFor(db, time)).toBeUndefined();
    expect(await contactRequest(db)).toBeUndefined();
  });
});

it('one question is open at a time: another tab’s is asked first', async () => {
  expect(await keepQuestion(db, question(1))).toMatchObject({ nonce: uuid(101) });
  expect(await keepQuestion(db, question(2))).toMatchObject({ nonce: uuid(101) });
});

it('the key stays in the browser, is there after the page was closed, and proves requests', async () => {
  const pair = await makeKeyPair();
  const tx = changing(db);
  await keep(tx, 'keyPair', pair);
  await tx.done;
  db.close();
  db = await openShopDatabase(nothing);
  const again = (await kept(reading(db), 'keyPair')) as CryptoKeyPair;
  expect(again.privateKey.extractable).toBe(false);
  await expect(webcrypto.subtle.exportKey('pkcs8', again.privateKey)).rejects.toThrow();
  expect(await publicKeyOf(again)).toMatch(/^B[\w-]{86}$/);
  const about = { method: 'POST', path: '/api/shop/contact', terminalId: 't', sentAtMs: NOW };
  const proof = await proofFor(again, about, '{}');
  expect(proof['x-terminal-proof']).toMatch(/^1\.\d+\.[\w-]{86}$/);
});

it('clearing a resident’s data leaves the shop’s alone, and the other way round', async () => {
  await handOver(1);
  const resident = await openDatabase(nothing);
  await resident.put('settings', true, 'look');
  resident.close();
  await deleteDB(DATABASE_NAME);
  expect(await queueOf(db)).toHaveLength(1);
  const other = await openDatabase(nothing);
  await other.put('settings', true, 'look');
  db.close();
  await deleteDB(SHOP_DATABASE);
  expect(await other.get('settings', 'look')).toBe(true);
  other.close();
  await deleteDB(DATABASE_NAME);
  db = await openShopDatabase(nothing);
});

it('every earlier version of the database leads to this one', async () => {
  for (let from = 1; from < shopMigrations.length; from++) {
    db.close();
    await deleteDB(SHOP_DATABASE);
    (await openShopDatabase(nothing, from)).close();
    db = await openShopDatabase(nothing);
  }
  expect([...db.objectStoreNames].toSorted()).toEqual([
    ...['denied', 'events', 'handovers', 'settings'],
  ]);
});

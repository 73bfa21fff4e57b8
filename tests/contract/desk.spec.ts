import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OFFLINE_MS } from '../../src/lib/domain/terminal/terms.ts';
import { restoreSnapshot, writeSnapshot } from '../../src/lib/server/database/snapshot.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { revoke } from '../../src/lib/server/shop/terminals.ts';
import { today } from '../../src/lib/server/voucher/receipts.ts';
import { cancelVoucher, sweep } from '../../src/lib/server/voucher/release.ts';
import { leave } from '../../src/lib/server/voucher/terminal.ts';
import { handOverGoods, look, undoHandOver } from '../../src/lib/server/voucher/till.ts';
import { closeWallet } from '../../src/lib/server/wallet/close.ts';
import { DAY_MS, testPark } from '../support/park.ts';
import { TestTerminal } from '../support/terminal.ts';
import { desk } from './at-the-desk.ts';
import { holdTissues, phoneWith, refused, stories } from './stories.ts';

const HOUR_MS = 3_600_000;

stories((here) => {
  const { atTheDesk, stateOf, paidTo } = desk(here);

  it('a shop hands over on a day without a signal; the network comes back and all is booked', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    here.park.pass(5 * HOUR_MS);
    expect(await terminal.scan(token)).toMatchObject({ is: 'can' });
    const atMs = here.park.clock();
    expect(terminal.queue).toHaveLength(1);
    here.park.pass(20 * HOUR_MS);
    const [row] = terminal.queue;
    const answer = await terminal.contact();
    expect(answer?.terminal.offline).toEqual({
      is: 'granted',
      untilMs: here.park.clock() + OFFLINE_MS,
    });
    expect([...terminal.verdicts.values()]).toEqual([{ nonce: row?.nonce, is: 'booked' }]);
    expect(await stateOf(phone, voucher.id)).toEqual({
      ...{ state: { is: 'handed-over', atMs }, held: 0 },
    });
    expect(await paidTo()).toEqual(['consume 20']);
    const stock = here.park.store.read.selectFrom('stock').selectAll();
    expect(await stock.where('shop_id', '=', 'east').execute()).toContainEqual(
      expect.objectContaining({ goods_id: 'tissues', held: 0, handed_over: 1 }),
    );
  });

  it('a repeated scan is refused on the spot: when, and by whom', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const atMs = here.park.clock();
    here.park.pass(HOUR_MS);
    const again = await terminal.scan(token);
    expect(again).toMatchObject({ is: 'cannot', why: 'voucher-handed-over', atMs });
    await terminal.contact();
    // Also after the used-set is gone: the list has it, with the terminal's name.
    terminal.used = new Map();
    expect(await terminal.scan(token)).toMatchObject({
      ...{ why: 'voucher-handed-over', by: { terminal: '柜台手机' } },
    });
  });

  it('the same queue uploaded again and again is booked once', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const { queue } = terminal;
    for (let times = 0; times < 4; times++) {
      await terminal.contact(times < 2 ? 'answer lost' : 'fine');
      terminal.queue = queue;
    }
    // The same voucher under another nonce: nothing is booked either.
    terminal.queue = queue.map((row) => ({ ...row, nonce: terminal.newId() }));
    const [other] = terminal.queue;
    await terminal.contact();
    expect(terminal.verdicts.get(other?.nonce ?? '')).toMatchObject({ is: 'repeat' });
    expect(await paidTo()).toEqual(['consume 20']);
  });

  it.each(['never arrives', 'answer lost'] as const)(
    'asked online, %s: handed over without a signal with the same nonce, booked once',
    async (fate) => {
      const { terminal, token, phone, voucher } = await atTheDesk();
      const nonce = terminal.newId();
      await terminal.handOver(token, fate, nonce);
      here.park.pass(HOUR_MS);
      await terminal.scan(token, nonce);
      await terminal.contact();
      expect(terminal.verdicts.get(nonce)).toEqual({ nonce, is: 'booked' });
      expect(await paidTo()).toEqual(['consume 20']);
      expect((await stateOf(phone, voucher.id)).state).toMatchObject({ is: 'handed-over' });
      expect((await today(here.park, terminal.signed())).handedOver).toBe(1);
    },
  );

  it('cancelled meanwhile: the wallet shows 退回中 until the terminal has been heard', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    const before = (await phone.sync()).wallet;
    const cancelled = await cancelVoucher(here.park, phone.session, voucher.id);
    const latestMs = voucher.expiresAtMs + 14 * DAY_MS;
    const returning = { is: 'returning', why: 'cancelled', atMs: here.park.clock(), latestMs };
    expect(cancelled.state).toEqual(returning);
    expect(await cancelVoucher(here.park, phone.session, voucher.id)).toEqual(cancelled);
    expect(await stateOf(phone, voucher.id)).toEqual({ state: returning, held: 20 });
    await sweep(here.park);
    expect((await phone.sync()).wallet).toEqual(before);
    await refused(look(here.park, terminal.cookie, { token }), 'proof-missing');
    const seen = await look(here.park, terminal.signed(), { token });
    expect(seen.refusal).toBe('voucher-cancelled');
    await terminal.contact();
    expect(await terminal.scan(token)).toMatchObject({ why: 'voucher-cancelled' });
    expect(await stateOf(phone, voucher.id)).toMatchObject({
      ...{ state: { is: 'released', why: 'cancelled' }, held: 0 },
    });
  });

  it('cancelled after it was handed over without a signal: the voucher pays, the resident once', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    const { available } = (await phone.sync()).wallet;
    await terminal.scan(token);
    await cancelVoucher(here.park, phone.session, voucher.id);
    await terminal.contact();
    expect((await phone.sync()).wallet).toMatchObject({ available, held: 0 });
    expect((await stateOf(phone, voucher.id)).state).toMatchObject({ is: 'handed-over' });
    expect(await paidTo()).toEqual(['consume 20']);
  });

  it('a list whose answer was lost is not held: the points stay where they are', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    await cancelVoucher(here.park, phone.session, voucher.id);
    await terminal.contact('answer lost');
    await terminal.contact('answer lost');
    expect((await phone.sync()).wallet.held).toBe(20);
    // It still may hand over for it, and does.
    expect(await terminal.scan(token)).toMatchObject({ is: 'can' });
    await terminal.contact();
    expect(await paidTo()).toEqual(['consume 20']);
  });

  it('expired meanwhile: released once a contact from after the expiry has nothing queued', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    const second = await phoneWith(here.park, 20);
    const other = await holdTissues(here.park, second);
    here.park.pass(6 * DAY_MS);
    await terminal.contact();
    await terminal.scan(token);
    here.park.pass(2 * DAY_MS);
    await sweep(here.park);
    expect(await stateOf(second, other.id)).toMatchObject({
      ...{ state: { is: 'returning', why: 'expired' }, held: 20 },
    });
    expect(await terminal.scan(other.token)).toMatchObject({ why: 'voucher-expired' });
    await terminal.contact();
    expect((await stateOf(phone, voucher.id)).state).toMatchObject({ is: 'handed-over' });
    expect(await stateOf(second, other.id)).toMatchObject({
      ...{ state: { is: 'released', why: 'expired' }, held: 0 },
    });
  });

  it('a terminal that does not come back is waited for until 14 days after the expiry', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    await terminal.scan(token);
    await cancelVoucher(here.park, phone.session, voucher.id);
    here.park.pass(voucher.expiresAtMs + 14 * DAY_MS - here.park.clock() - 1);
    await sweep(here.park);
    expect((await phone.sync()).wallet.held).toBe(20);
    here.park.pass(1);
    await sweep(here.park);
    const { available, held } = (await phone.sync()).wallet;
    expect(held).toBe(0);
    // It comes all the same: what happened is recorded, and the campaign pays.
    await terminal.contact();
    expect([...terminal.verdicts.values()]).toMatchObject([{ is: 'loss', why: 'released' }]);
    expect(await paidTo()).toEqual(['loss 20']);
    expect((await phone.sync()).wallet).toMatchObject({ available, held });
  });

  it('a wallet that is closed does not wait; what was handed over is loss', async () => {
    const { phone, terminal, token } = await atTheDesk();
    await terminal.scan(token);
    await closeWallet(here.park, phone.session);
    await terminal.contact();
    expect([...terminal.verdicts.values()]).toMatchObject([{ is: 'loss', why: 'released' }]);
  });

  it('a wrong clock: refused on the spot, and what was uploaded is put where it can have been', async () => {
    const threeYears = 3 * 365 * DAY_MS;
    const { terminal, token, voucher } = await atTheDesk({ aheadMs: -threeYears });
    expect(await terminal.verdict(token)).toMatchObject({ is: 'can' });
    terminal.aheadMs -= DAY_MS;
    expect(await terminal.scan(token)).toMatchObject({ is: 'ask-online', why: 'clock' });
    terminal.aheadMs += 2 * OFFLINE_MS;
    expect(await terminal.scan(token)).toMatchObject({ is: 'ask-online', why: 'list-old' });
    await terminal.contact();
    await terminal.scan(token);
    const second = await phoneWith(here.park, 20);
    const other = await holdTissues(here.park, second);
    await terminal.scan(other.token);
    // A terminal that lies about the time is believed within what is possible.
    terminal.queue = terminal.queue.map((row, i) => ({ ...row, atMs: i === 0 ? 0 : 8.64e15 }));
    here.park.pass(HOUR_MS);
    await terminal.contact();
    const rows = await here.park.store.read.selectFrom('handover').select('at').execute();
    expect(rows.map(({ at }) => at).sort()).toEqual([voucher.issuedAtMs, here.park.clock()].sort());
  });

  it('storage cleared: the cookie alone is worth nothing; enrolled anew it knows what was handed over', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    await terminal.contact();
    await refused(today(here.park, terminal.cookie), 'proof-missing');
    const next = await TestTerminal.enrol(here.park, { replaces: true });
    here.park.pass(OFFLINE_MS);
    await next.contact();
    expect(await next.scan(token)).toMatchObject({
      ...{ is: 'cannot', why: 'voucher-handed-over', by: { terminal: '柜台手机' } },
    });
  });

  it('storage cleared with a queue in it: what was handed over is not known, and goes back in the end', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    await terminal.scan(token);
    await TestTerminal.enrol(here.park, { replaces: true });
    here.park.pass(22 * DAY_MS);
    await sweep(here.park);
    expect((await stateOf(phone, voucher.id)).state).toMatchObject({ is: 'released' });
    expect(await paidTo()).toEqual([]);
  });

  it('an undo before the upload books nothing; after it, the voucher is held again', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    await terminal.scan(token);
    terminal.undo(terminal.queue[0]?.nonce ?? '');
    expect(await terminal.verdict(token)).toMatchObject({ is: 'can' });
    await terminal.contact();
    expect([...terminal.verdicts.values()]).toMatchObject([{ is: 'undone' }]);
    expect(await paidTo()).toEqual([]);
    await terminal.scan(token);
    const nonce = terminal.queue[0]?.nonce ?? '';
    await terminal.contact();
    terminal.undo(nonce);
    await terminal.contact();
    expect(terminal.verdicts.get(nonce)).toMatchObject({ is: 'undone' });
    expect(await stateOf(phone, voucher.id)).toEqual({ state: { is: 'held' }, held: 20 });
    expect(await terminal.scan(token)).toMatchObject({ is: 'can' });
    await terminal.contact();
    expect(await paidTo()).toEqual(['consume 20', 'consume 20']);
  });

  it('a question that the network kept back until its undo was uploaded books nothing', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    await terminal.scan(token);
    const nonce = terminal.queue[0]?.nonce ?? '';
    terminal.undo(nonce);
    await terminal.contact();
    const late = { reading: { token }, nonce };
    await refused(handOverGoods(here.park, terminal.signed(), late), 'nonce-used');
    expect(await paidTo()).toEqual([]);
    expect(await stateOf(phone, voucher.id)).toEqual({ state: { is: 'held' }, held: 20 });
  });

  it('an undo later than ten minutes is too late once it is booked', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const nonce = terminal.queue[0]?.nonce ?? '';
    await terminal.contact();
    terminal.undo(nonce, 10 * 60_000 + 1);
    await terminal.contact();
    expect(terminal.verdicts.get(nonce)).toMatchObject({ is: 'refused', why: 'not-undone' });
    await refused(undoHandOver(here.park, terminal.cookie, nonce), 'proof-missing');
    expect(await undoHandOver(here.park, terminal.signed(), nonce)).toMatchObject({
      did: 'undone',
    });
  });

  it('rows that do not parse, or stand for something else, do not block the queue', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const [good] = terminal.queue;
    if (!good) throw new Error('nothing queued');
    const second = await holdTissues(here.park, await phoneWith(here.park, 20));
    const bad = { ...good, nonce: terminal.newId(), atMs: 'yesterday' } as unknown as typeof good;
    const other = { ...good, token: second.token };
    terminal.queue = [bad, null as unknown as typeof good, good, other];
    await terminal.contact();
    expect(terminal.verdicts.get(bad.nonce)).toMatchObject({ is: 'refused', why: 'malformed' });
    expect(terminal.last?.verdicts.map(({ is }) => is)).toEqual(['refused', 'booked', 'refused']);
    expect(terminal.verdicts.get(good.nonce)).toMatchObject({ is: 'refused', why: 'nonce-used' });
    expect(await paidTo()).toEqual(['consume 20']);
  });

  it('more rows than one contact takes go up one after the other', async () => {
    const { terminal } = await atTheDesk();
    const phones = await Promise.all(Array.from({ length: 4 }, () => phoneWith(here.park, 20)));
    for (const phone of phones) {
      await terminal.contact();
      await terminal.scan((await holdTissues(here.park, phone)).token);
    }
    const forged = Array.from({ length: 60 }, () => ({
      ...{ nonce: terminal.newId(), token: 'MFD1:AB', atMs: here.park.clock() },
    }));
    terminal.queue = [...forged, ...terminal.queue];
    await terminal.contact();
    expect(terminal.queue).toEqual([]);
    const said = [...terminal.verdicts.values()].map(({ is }) => is);
    expect(said.filter((is) => is === 'booked')).toHaveLength(4);
    expect(said.filter((is) => is === 'refused')).toHaveLength(60);
  });

  it('the server comes back from a backup: everything is uploaded again and booked once', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    const file = join(here.stores.directory, `${randomUUID()}.backup`);
    await writeSnapshot(here.park.store, file, here.park.clock());
    const second = await phoneWith(here.park, 20);
    await terminal.contact();
    const later = await holdTissues(here.park, second);
    await terminal.handOver(token);
    await terminal.scan(later.token);
    await terminal.contact();
    const nowMs = here.park.clock();
    await closePark(here.park);
    const store = here.stores.open(here.place);
    await restoreSnapshot(store, file, { epoch: 'restored', nowMs, replace: true });
    await store.close();
    here.park = await testPark(here.stores.open(here.place), { nowMs, seed: 'restored' });
    for (const one of [phone, second, terminal]) one.turnTo(here.park);
    await terminal.contact();
    await terminal.contact();
    expect(terminal.epoch).toBe('restored');
    // The voucher of the backup pays; the one that is not in it was made again, for a wallet that has nothing yet.
    expect((await paidTo()).sort()).toEqual(['consume 20', 'loss 20']);
    const said = [...terminal.verdicts.values()].map(({ is }) => is);
    expect(said.sort()).toEqual(['booked', 'loss']);
    phone.cursor = 0;
    expect((await stateOf(phone, voucher.id)).state).toMatchObject({ is: 'handed-over' });
  });

  it('a revoked till that has given up before the restore it does not know of is not forgotten', async () => {
    const { terminal, token } = await atTheDesk();
    const file = join(here.stores.directory, `${randomUUID()}.backup`);
    await writeSnapshot(here.park.store, file, here.park.clock());
    await terminal.scan(token);
    await revoke(here.park, 'east', terminal.id, 'revoked');
    await terminal.contact();
    expect(terminal.gaveUp).toBe(true);
    const nowMs = here.park.clock();
    await closePark(here.park);
    const store = here.stores.open(here.place);
    await restoreSnapshot(store, file, { epoch: 'restored', nowMs, replace: true });
    await store.close();
    here.park = await testPark(here.stores.open(here.place), { nowMs, seed: 'restored' });
    terminal.turnTo(here.park);
    await refused(leave(here.park, terminal.signed(), { queued: 0, epoch: 'old' }), 'queue-first');
    await terminal.contact();
    await terminal.contact();
    expect(await paidTo()).toEqual(['consume 20']);
  });

  it('after a restore nobody is given the right who is not known to have had it', async () => {
    const file = join(here.stores.directory, `${randomUUID()}.backup`);
    await writeSnapshot(here.park.store, file, here.park.clock());
    await atTheDesk();
    const nowMs = here.park.clock();
    await closePark(here.park);
    const store = here.stores.open(here.place);
    await restoreSnapshot(store, file, { epoch: 'restored', nowMs, replace: true });
    await store.close();
    here.park = await testPark(here.stores.open(here.place), { nowMs, seed: 'restored' });
    const next = await TestTerminal.enrol(here.park);
    expect((await next.contact())?.terminal.offline).toEqual({
      ...{ is: 'waiting', why: 'other-right', fromMs: nowMs + OFFLINE_MS },
    });
  });
});

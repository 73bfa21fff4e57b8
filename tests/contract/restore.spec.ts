import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { restoreSnapshot, writeSnapshot } from '../../src/lib/server/database/snapshot.ts';
import { StoreBusy } from '../../src/lib/server/database/store.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { cancelVoucher } from '../../src/lib/server/voucher/release.ts';
import { handOverGoods, look, soldOut } from '../../src/lib/server/voucher/till.ts';
import { undoHandOver } from '../../src/lib/server/voucher/till.ts';
import { DAY_MS, enrolledTill, testPark, TestPhone } from '../support/park.ts';
import { dailyFive, holdTissues, phoneWith, refused, stories } from './stories.ts';

stories((here) => {
  /** @returns the file */
  async function backup(): Promise<string> {
    const file = join(here.stores.directory, `${randomUUID()}.backup`);
    await writeSnapshot(here.park.store, file, here.park.clock());
    return file;
  }
  async function putBack(file: string): Promise<void> {
    const store = here.stores.open(here.place);
    const nowMs = here.park.clock();
    await restoreSnapshot(store, file, { epoch: 'restored', nowMs, replace: true });
    await store.close();
  }

  /** The server comes back from a backup; phones and tills keep what they have. */
  async function comeBack(file: string, ...phones: TestPhone[]): Promise<void> {
    const nowMs = here.park.clock();
    await closePark(here.park);
    await putBack(file);
    here.park = await testPark(here.stores.open(here.place), { nowMs, seed: 'restored' });
    for (const phone of phones) {
      phone.turnTo(here.park);
      phone.cursor = 0;
    }
  }

  it('answers with another epoch, and books again what phones send again', async () => {
    const phone = new TestPhone(here.park);
    const before = [phone.attempt('q1')];
    const { epoch } = await phone.sync(before);
    await phone.sync();
    const snapshot = await backup();
    const after = [phone.attempt('q2'), phone.attempt('q1')];
    const first = await phone.sync(after);
    await comeBack(snapshot, phone);
    const answer = await phone.sync([...before, ...after]);
    expect(answer.epoch).not.toBe(epoch);
    expect(answer.verdicts.slice(1)).toEqual(first.verdicts);
    expect(answer.wallet).toEqual(first.wallet);
    expect(answer.changes.transfers).toHaveLength(2);
  });

  it('books nothing of a phone that does not know of it, so that days and order stay what they were', async () => {
    const phone = new TestPhone(here.park);
    const { epoch } = await phone.sync();
    const snapshot = await backup();
    const sent = dailyFive(phone, here.park);
    await phone.sync(sent);
    here.park.pass(DAY_MS);
    const more = Array.from({ length: 20 }, (_, i) => phone.attempt(`q${i + 30}`));
    const first = await phone.sync(more);
    expect(first.wallet.available).toBe(13 + 30);
    await comeBack(snapshot, phone);
    here.park.pass(DAY_MS);
    // What was right then is answered wrong now; booked first, it would halve what the right one pays.
    const wrong = phone.attempt(sent[0]?.questionId ?? '', false);
    const told = await phone.sync([wrong], { epoch, cursor: first.cursor });
    expect(told).toMatchObject({ epoch: 'restored', verdicts: [], cursor: 0, more: true });
    const again = await phone.sync([...sent, ...more, wrong], { epoch: 'restored' });
    expect(again.wallet).toEqual(first.wallet);
  });

  it('a voucher from after the backup is made again when its phone shows it, and pays once', async () => {
    const phone = await phoneWith(here.park, 40);
    const { available } = (await phone.sync()).wallet;
    const till = await enrolledTill(here.park);
    const snapshot = await backup();
    const voucher = await holdTissues(here.park, phone);
    await comeBack(snapshot, phone);
    const { wallet, changes } = await phone.sync([], { vouchers: [voucher.token] });
    expect(wallet).toMatchObject({ available: available - 20, held: 20 });
    // Its code for typing is another one: the token does not hold it.
    const code = expect.any(String) as string;
    expect(changes.vouchers).toEqual([{ ...voucher, code }]);
    await phone.sync([], { vouchers: [voucher.token, voucher.token] });
    const asked = { reading: { token: voucher.token }, nonce: phone.id() };
    await handOverGoods(here.park, till, asked);
    expect((await phone.sync()).wallet).toMatchObject({ available: available - 20, held: 0 });
    const transfers = await here.park.store.read
      .selectFrom('transfer')
      .select('kind')
      .where('voucher_id', '=', voucher.id)
      .orderBy('seq')
      .execute();
    expect(transfers.map(({ kind }) => kind)).toEqual(['hold', 'consume']);
  });

  it('a voucher of the backup that its phone shows again stays what it is', async () => {
    const phone = await phoneWith(here.park, 40);
    const voucher = await holdTissues(here.park, phone);
    const gone = await holdTissues(here.park, phone);
    await cancelVoucher(here.park, phone.session, gone.id);
    const before = await phone.sync();
    await comeBack(await backup(), phone);
    const { wallet } = await phone.sync([], { vouchers: [voucher.token, gone.token] });
    expect(wallet).toEqual(before.wallet);
  });

  it('the till may be first: the voucher is charged as far as the balance goes, the rest is loss', async () => {
    const phone = await phoneWith(here.park, 20);
    const till = await enrolledTill(here.park);
    here.park.pass(DAY_MS);
    const snapshot = await backup();
    await phone.sync([phone.attempt('q50'), phone.attempt('q51')]);
    const spend = (await phone.sync()).wallet.available - 20;
    expect(spend).toBeGreaterThan(0);
    const { token } = await holdTissues(here.park, phone);
    const second = await phoneWith(here.park, 20);
    await comeBack(snapshot, phone, second);
    // Meanwhile what was left has gone for another voucher.
    await holdTissues(here.park, phone);
    const reading = { token };
    expect(await look(here.park, till, reading)).toMatchObject({ points: 20 });
    const asked = { reading, nonce: phone.id() };
    const receipt = await handOverGoods(here.park, till, asked);
    expect(receipt).toMatchObject({ did: 'handed-over', settleFen: 150 });
    expect(receipt).not.toHaveProperty('undoUntilMs');
    expect(await handOverGoods(here.park, till, asked)).toEqual(receipt);
    const other = { reading, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, other), 'voucher-handed-over');
    await refused(undoHandOver(here.park, till, asked.nonce), 'nothing-to-undo');
    const paid = await here.park.store.read
      .selectFrom('transfer')
      .select(['kind', 'points'])
      .where('to_account', '=', 'shop:east')
      .execute();
    expect(paid.reduce((sum, { points }) => sum + points, 0)).toBe(20);
    expect(paid.map(({ kind }) => kind)).toContain('loss');
    expect((await phone.sync()).wallet.available).toBe(0);
  });

  it('a voucher of a wallet that is not in the backup is paid from loss, once', async () => {
    const till = await enrolledTill(here.park);
    const snapshot = await backup();
    const phone = await phoneWith(here.park, 20);
    const { token } = await holdTissues(here.park, phone);
    await comeBack(snapshot, phone);
    const asked = { reading: { token }, nonce: phone.id() };
    await handOverGoods(here.park, till, asked);
    await refused(
      handOverGoods(here.park, till, { ...asked, nonce: phone.id() }),
      'voucher-handed-over',
    );
    const booked = await here.park.store.read.selectFrom('transfer').selectAll().execute();
    expect(booked).toMatchObject([{ kind: 'loss', points: 20, to_account: 'shop:east' }]);
    await refused(phone.sync(), 'wallet-unknown');
    const anew = new TestPhone(here.park);
    expect((await anew.sync([anew.attempt('q1')])).wallet.available).toBe(2);
  });

  it('looking at a voucher that is not in the backup does not cost anything', async () => {
    const phone = await phoneWith(here.park, 20);
    const till = await enrolledTill(here.park);
    const snapshot = await backup();
    const { token } = await holdTissues(here.park, phone);
    await comeBack(snapshot, phone);
    const before = (await phone.sync()).wallet;
    expect(await look(here.park, till, { token })).not.toHaveProperty('refusal');
    expect((await phone.sync()).wallet).toEqual(before);
    here.park.pass(8 * DAY_MS);
    expect(await look(here.park, till, { token })).toMatchObject({ refusal: 'voucher-expired' });
    const asked = { reading: { token }, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, asked), 'voucher-expired');
  });

  it('a voucher that came back charged in part gives back what it was charged', async () => {
    const phone = await phoneWith(here.park, 20);
    const till = await enrolledTill(here.park);
    const snapshot = await backup();
    const { token, id } = await holdTissues(here.park, phone);
    await comeBack(snapshot, phone);
    const { available } = (await phone.sync()).wallet;
    await holdTissues(here.park, phone);
    const rest = await phone.sync([], { vouchers: [token] });
    expect(rest.wallet).toMatchObject({ available: 0, held: available });
    await cancelVoucher(here.park, phone.session, id);
    expect((await phone.sync()).wallet).toMatchObject({ available: available - 20, held: 20 });
    await refused(
      soldOut(here.park, till, { reading: { token }, nonce: phone.id() }),
      'voucher-cancelled',
    );
  });

  it('a voucher shown after its time is made again and released at once', async () => {
    const phone = await phoneWith(here.park, 20);
    const snapshot = await backup();
    const { token } = await holdTissues(here.park, phone);
    const before = (await phone.sync()).wallet.available + 20;
    here.park.pass(8 * DAY_MS);
    await comeBack(snapshot, phone);
    const { wallet } = await phone.sync([], { vouchers: [token] });
    expect(wallet).toMatchObject({ available: before, held: 0 });
  });

  it('nobody can have another wallet’s voucher made again in its own', async () => {
    const owner = await phoneWith(here.park, 20);
    const thief = await phoneWith(here.park, 20);
    const snapshot = await backup();
    const { token } = await holdTissues(here.park, owner);
    await comeBack(snapshot, owner, thief);
    const { wallet, changes } = await thief.sync([], { vouchers: [token] });
    expect(wallet.held).toBe(0);
    expect(changes.vouchers).toEqual([]);
  });

  it('a process that was running when the database was put back books nothing on what it remembers', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync([phone.attempt('q1')]);
    const snapshot = await backup();
    await phone.sync([phone.attempt('q2')]);
    await putBack(snapshot);
    const attempt = phone.attempt('q3');
    await expect(phone.sync([attempt])).rejects.toBeInstanceOf(StoreBusy);
    const { epoch, verdicts, wallet } = await phone.sync([attempt]);
    expect(epoch).toBe('restored');
    expect(verdicts).toMatchObject([{ is: 'credited', points: 2 }]);
    expect(wallet.available).toBe(4);
  });
});

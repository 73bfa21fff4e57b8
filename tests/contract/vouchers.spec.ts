import { expect, it } from 'vitest';
import { cancelVoucher, sweep } from '../../src/lib/server/voucher/release.ts';
import { shopsAndGoods } from '../../src/lib/server/voucher/shops.ts';
import { handOverGoods } from '../../src/lib/server/voucher/till.ts';
import { DAY_MS, enrolledTill, TestPhone } from '../support/park.ts';
import { holdTissues, phoneWith, refused, stories } from './stories.ts';

const UMBRELLA = { goodsId: 'umbrella', points: 60 };

stories((here) => {
  const passUntil = (time: string) => here.park.pass(Date.parse(time) - here.park.clock());
  const left = async (shopId: string, goodsId = 'tissues') =>
    (await shopsAndGoods(here.park)).shops
      .find(({ id }) => id === shopId)
      ?.goods.find(({ id }) => id === goodsId)?.left;

  it('points are held, with a piece of stock, and the voucher says what it is', async () => {
    const phone = await phoneWith(here.park, 20);
    const before = await phone.sync();
    const id = phone.id();
    const voucher = await holdTissues(here.park, phone, { id });
    expect(voucher).toMatchObject({
      ...{ id, shopName: '湖东店', goodsName: '纸巾', points: 20, state: { is: 'held' } },
      ...{ issuedAtMs: here.park.clock(), expiresAtMs: here.park.clock() + 7 * DAY_MS },
    });
    expect(voucher.code).toMatch(/^[2-9A-HJKMNP-Z]{10}$/);
    expect(voucher.token).toMatch(/^MFD1:/);
    const { wallet, changes } = await phone.sync();
    expect(wallet).toMatchObject({ available: before.wallet.available - 20, held: 20 });
    expect(changes.vouchers).toEqual([voucher]);
    expect(changes.transfers).toMatchObject([{ kind: 'hold', points: 20, voucherId: id }]);
    expect(await left('east')).toBe(4);
  });

  it('asking again gives the same voucher and holds nothing more', async () => {
    const phone = await phoneWith(here.park, 40);
    const id = phone.id();
    const voucher = await holdTissues(here.park, phone, { id });
    here.park.pass(60_000);
    expect(await holdTissues(here.park, phone, { id })).toEqual(voucher);
    expect((await phone.sync()).wallet.held).toBe(20);
    await cancelVoucher(here.park, phone.session, id);
    const again = await holdTissues(here.park, phone, { id });
    expect(again.state).toMatchObject({ is: 'released', why: 'cancelled' });
  });

  it.each([{ shopId: 'west' }, { goodsId: 'umbrella' }, { points: 19 }])(
    'the same id for something else is refused: %o',
    async (other) => {
      const phone = await phoneWith(here.park, 40);
      const id = phone.id();
      await holdTissues(here.park, phone, { id });
      await refused(holdTissues(here.park, phone, { id, ...other }), 'id-used');
      expect((await phone.sync()).wallet.held).toBe(20);
    },
  );

  it('two wallets that use the same id have two vouchers', async () => {
    const first = await phoneWith(here.park, 20);
    const second = await phoneWith(here.park, 20);
    const till = await enrolledTill(here.park);
    const id = first.id();
    const vouchers = [
      await holdTissues(here.park, first, { id }),
      await holdTissues(here.park, second, { id }),
    ];
    expect(await here.audit()).toEqual([]);
    for (const { token } of vouchers)
      await handOverGoods(here.park, till, { reading: { token }, nonce: first.id() });
    for (const phone of [first, second]) expect((await phone.sync()).wallet.held).toBe(0);
  });

  it.each([19, 21])('a price of %i that is not the price is refused', async (points) => {
    const phone = await phoneWith(here.park, 40);
    await refused(holdTissues(here.park, phone, { points }), 'price-changed');
  });

  it('too few points are refused, and how many are missing is said', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync([phone.attempt('q1')]);
    await refused(holdTissues(here.park, phone), 'not-enough-points', { missing: 18 });
    const nobody = new TestPhone(here.park);
    await refused(holdTissues(here.park, nobody), 'wallet-unknown');
    expect(await left('east')).toBe(5);
  });

  it('unconfirmed points buy nothing: what a phone has not sent does not count', async () => {
    const phone = await phoneWith(here.park, 20);
    const { available } = (await phone.sync()).wallet;
    here.park.pass(DAY_MS);
    const unsent = Array.from({ length: 10 }, (_, i) => phone.attempt(`q${i + 40}`));
    await holdTissues(here.park, phone);
    const missing = 40 - available;
    await refused(holdTissues(here.park, phone), 'not-enough-points', { missing });
    await phone.sync(unsent);
    await holdTissues(here.park, phone);
  });

  it('the last piece goes once; a cancelled voucher gives points and piece back', async () => {
    const first = await phoneWith(here.park, 20);
    const second = await phoneWith(here.park, 20);
    const west = { shopId: 'west' };
    const { id } = await holdTissues(here.park, first, west);
    await refused(holdTissues(here.park, second, west), 'sold-out');
    const cancelled = await cancelVoucher(here.park, first.session, id);
    expect(cancelled.state).toEqual({
      ...{ is: 'released', why: 'cancelled', atMs: here.park.clock() },
    });
    expect(await cancelVoucher(here.park, first.session, id)).toEqual(cancelled);
    expect((await first.sync()).wallet.held).toBe(0);
    await holdTissues(here.park, second, west);
  });

  it('goods that the shop does not have, or that are offered no more, are unknown', async () => {
    const phone = await phoneWith(here.park, 80);
    await refused(holdTissues(here.park, phone, { shopId: 'west', ...UMBRELLA }), 'goods-unknown');
    await refused(holdTissues(here.park, phone, { shopId: 'north' }), 'goods-unknown');
    await here.park.store.write(async (tx) => {
      await tx.updateTable('goods').set({ offered: 0 }).where('id', '=', 'tissues').execute();
    });
    await refused(holdTissues(here.park, phone), 'goods-unknown');
  });

  it('a shop that does not redeem is refused; its vouchers are still good', async () => {
    const phone = await phoneWith(here.park, 40);
    const till = await enrolledTill(here.park);
    const { token } = await holdTissues(here.park, phone);
    await here.park.store.write(async (tx) => {
      await tx.updateTable('shop').set({ open: 0 }).where('id', '=', 'east').execute();
    });
    await refused(holdTissues(here.park, phone), 'shop-closed');
    await handOverGoods(here.park, till, { reading: { token }, nonce: phone.id() });
  });

  it('a wallet must be as old as the goods ask', async () => {
    const phone = await phoneWith(here.park, 60);
    const { openedAtMs } = (await phone.sync()).wallet;
    expect(here.park.clock() - openedAtMs).toBeLessThan(3 * DAY_MS);
    await refused(holdTissues(here.park, phone, UMBRELLA), 'account-too-new');
    here.park.pass(openedAtMs + 3 * DAY_MS - here.park.clock());
    await holdTissues(here.park, phone, UMBRELLA);
  });

  it('price and settlement are frozen when the price changes', async () => {
    const phone = await phoneWith(here.park, 40);
    const { token } = await holdTissues(here.park, phone);
    await here.park.store.write(async (tx) => {
      await tx.updateTable('goods').set({ points: 30, settle_fen: 999 }).execute();
    });
    const till = await enrolledTill(here.park);
    const asked = { reading: { token }, nonce: phone.id() };
    expect(await handOverGoods(here.park, till, asked)).toMatchObject({
      ...{ points: 20, settleFen: 150 },
    });
    await refused(holdTissues(here.park, phone), 'price-changed');
  });

  it('an expired voucher gives its points back at the next sync, and piece with them', async () => {
    const phone = await phoneWith(here.park, 20);
    const { available } = (await phone.sync()).wallet;
    const { id } = await holdTissues(here.park, phone);
    here.park.pass(7 * DAY_MS - 1);
    expect((await phone.sync()).wallet.held).toBe(20);
    here.park.pass(1);
    const { wallet, changes } = await phone.sync();
    expect(wallet).toMatchObject({ available, held: 0 });
    expect(changes.vouchers).toMatchObject([{ id, state: { is: 'released', why: 'expired' } }]);
    expect(await left('east')).toBe(5);
  });

  it('who cancels an expired voucher gets its points back all the same', async () => {
    const phone = await phoneWith(here.park, 20);
    const { id } = await holdTissues(here.park, phone);
    here.park.pass(8 * DAY_MS);
    expect(await cancelVoucher(here.park, phone.session, id)).toMatchObject({
      state: { is: 'released', why: 'expired' },
    });
  });

  it('the sweep releases what has expired in all wallets, and nothing else', async () => {
    const phones: TestPhone[] = [];
    for (let i = 0; i < 3; i++) {
      phones.push(await phoneWith(here.park, 20));
      await holdTissues(here.park, phones[i] as TestPhone);
      here.park.pass(DAY_MS);
    }
    here.park.pass(5 * DAY_MS);
    expect(await sweep(here.park)).toBe(2);
    expect(await sweep(here.park)).toBe(0);
    const wallets = here.park.store.read.selectFrom('wallet').select('held').orderBy('opened_at');
    expect((await wallets.execute()).map(({ held }) => held)).toEqual([0, 0, 20]);
    expect(await left('east')).toBe(4);
  });

  it('vouchers end with the campaign: none is made after it, none outlives it', async () => {
    const phone = await phoneWith(here.park, 80);
    passUntil('2027-12-31T23:00:00+08:00');
    const { token, expiresAtMs } = await holdTissues(here.park, phone);
    expect(expiresAtMs).toBe(Date.parse('2028-01-01T00:00:00+08:00'));
    passUntil('2028-01-01T00:00:00+08:00');
    await refused(holdTissues(here.park, phone), 'redeeming-ended');
    const till = await enrolledTill(here.park);
    const asked = { reading: { token }, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, asked), 'voucher-expired');
    expect((await phone.sync()).wallet.held).toBe(0);
  });

  it('a voucher of another wallet cannot be cancelled', async () => {
    const mine = await phoneWith(here.park, 20);
    const theirs = await phoneWith(here.park, 20);
    const { id } = await holdTissues(here.park, theirs);
    await refused(cancelVoucher(here.park, mine.session, id), 'voucher-unknown');
    expect((await theirs.sync()).wallet.held).toBe(20);
  });
});

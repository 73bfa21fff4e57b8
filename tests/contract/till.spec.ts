import { expect, it } from 'vitest';
import { UNDO_MS } from '../../src/lib/domain/voucher/terms.ts';
import { cancelVoucher } from '../../src/lib/server/voucher/release.ts';
import { enrol, leave, makeEnrolment } from '../../src/lib/server/voucher/terminal.ts';
import { today } from '../../src/lib/server/voucher/receipts.ts';
import { handOverGoods, look } from '../../src/lib/server/voucher/till.ts';
import { soldOut, undoHandOver } from '../../src/lib/server/voucher/till.ts';
import { DAY_MS, enrolledTill, TestPhone } from '../support/park.ts';
import { holdTissues, phoneWith, refused, stories } from './stories.ts';

const LOCKED_MS = 5 * 60_000;

stories((here) => {
  /** A phone with a voucher of the eastern shop, and that shop's till. */
  async function atTheTill() {
    const phone = await phoneWith(here.park, 20);
    const voucher = await holdTissues(here.park, phone);
    const till = await enrolledTill(here.park);
    return { phone, voucher, till, reading: { token: voucher.token } };
  }
  const stock = () =>
    here.park.store.read
      .selectFrom('stock')
      .select(['put_in', 'free', 'held', 'handed_over'])
      .where('shop_id', '=', 'east')
      .where('goods_id', '=', 'tissues')
      .executeTakeFirstOrThrow();

  it('looking shows what it is and changes nothing', async () => {
    const { phone, till, reading, voucher } = await atTheTill();
    const before = await stock();
    const seen = { goods: { name: '纸巾' }, points: 20, expiresAtMs: voucher.expiresAtMs };
    expect(await look(here.park, till, reading)).toMatchObject(seen);
    expect(await look(here.park, till, { code: voucher.code })).not.toHaveProperty('refusal');
    expect(await stock()).toEqual(before);
    await cancelVoucher(here.park, phone.session, voucher.id);
    expect(await look(here.park, till, reading)).toMatchObject({
      ...seen,
      refusal: 'voucher-cancelled',
    });
  });

  it('goods are handed over once; the nonce asked again gives the same receipt', async () => {
    const { phone, till, reading } = await atTheTill();
    const asked = { reading, nonce: phone.id() };
    const receipt = await handOverGoods(here.park, till, asked);
    expect(receipt).toMatchObject({ did: 'handed-over', points: 20, settleFen: 150 });
    here.park.pass(60_000);
    expect(await handOverGoods(here.park, till, asked)).toEqual(receipt);
    const other = { reading, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, other), 'voucher-handed-over');
    await refused(soldOut(here.park, till, other), 'voucher-handed-over');
    expect(await look(here.park, till, reading)).toMatchObject({ refusal: 'voucher-handed-over' });
    const { wallet, changes } = await phone.sync();
    expect(wallet.held).toBe(0);
    expect(changes.vouchers).toMatchObject([{ state: { is: 'handed-over', atMs: receipt.atMs } }]);
    expect(await stock()).toEqual({ put_in: 5, free: 4, held: 0, handed_over: 1 });
    await refused(
      cancelVoucher(here.park, phone.session, changes.vouchers[0]?.id ?? ''),
      'voucher-handed-over',
    );
  });

  it('a nonce that was used for another voucher or for 缺货 is refused', async () => {
    const { phone, till, reading } = await atTheTill();
    const second = await phoneWith(here.park, 20);
    const { token } = await holdTissues(here.park, second);
    const nonce = phone.id();
    await handOverGoods(here.park, till, { reading, nonce });
    await refused(handOverGoods(here.park, till, { reading: { token }, nonce }), 'nonce-used');
    await refused(soldOut(here.park, till, { reading, nonce }), 'nonce-used');
    expect((await second.sync()).wallet.held).toBe(20);
  });

  it('one nonce for two vouchers at the same time: one is handed over, the other refused', async () => {
    const { phone, till, reading } = await atTheTill();
    const second = await phoneWith(here.park, 20);
    const { token } = await holdTissues(here.park, second);
    const nonce = phone.id();
    const results = await Promise.allSettled(
      [reading, { token }].map((r) => handOverGoods(here.park, till, { reading: r, nonce })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((r) => r.status === 'rejected')).toMatchObject({
      reason: { code: 'nonce-used' },
    });
  });

  it('a voucher is taken at its own shop only', async () => {
    const { phone, reading, voucher } = await atTheTill();
    const west = await enrolledTill(here.park, 'west');
    const nonce = phone.id();
    await refused(look(here.park, west, reading), 'wrong-shop');
    await refused(handOverGoods(here.park, west, { reading, nonce }), 'wrong-shop');
    const code = { code: voucher.code };
    await refused(handOverGoods(here.park, west, { reading: code, nonce }), 'voucher-unknown');
  });

  it('an expired voucher is refused to the moment', async () => {
    const { phone, till, reading, voucher } = await atTheTill();
    here.park.pass(voucher.expiresAtMs - here.park.clock());
    expect(await look(here.park, till, reading)).toMatchObject({ refusal: 'voucher-expired' });
    const asked = { reading, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, asked), 'voucher-expired');
    await phone.sync();
    await refused(handOverGoods(here.park, till, asked), 'voucher-expired');
  });

  it('a hand-over is undone on its terminal within ten minutes, and made again', async () => {
    const { phone, till, reading } = await atTheTill();
    const nonce = phone.id();
    await handOverGoods(here.park, till, { reading, nonce });
    here.park.pass(UNDO_MS);
    const undone = await undoHandOver(here.park, till, nonce);
    expect(undone).toMatchObject({ did: 'undone', atMs: here.park.clock() });
    expect(undone).not.toHaveProperty('undoUntilMs');
    expect((await phone.sync()).wallet.held).toBe(20);
    expect(await stock()).toMatchObject({ held: 1, handed_over: 0 });
    here.park.pass(DAY_MS);
    expect(await undoHandOver(here.park, till, nonce)).toEqual(undone);
    // The hand-over asked again, its answer late: it stays undone.
    expect(await handOverGoods(here.park, till, { reading, nonce })).toEqual(undone);
    const again = { reading, nonce: phone.id() };
    expect(await handOverGoods(here.park, till, again)).toMatchObject({ did: 'handed-over' });
    await refused(undoHandOver(here.park, till, phone.id()), 'nothing-to-undo');
    expect(await undoHandOver(here.park, till, nonce)).toEqual(undone);
    expect((await phone.sync()).wallet.held).toBe(0);
  });

  it('an undo is too late after ten minutes, and wrong on another terminal', async () => {
    const { phone, till, reading } = await atTheTill();
    const nonce = phone.id();
    await handOverGoods(here.park, till, { reading, nonce });
    const other = await enrolledTill(here.park);
    await refused(undoHandOver(here.park, other, nonce), 'wrong-terminal');
    const west = await enrolledTill(here.park, 'west');
    await refused(undoHandOver(here.park, west, nonce), 'nothing-to-undo');
    here.park.pass(UNDO_MS + 1);
    await refused(undoHandOver(here.park, till, nonce), 'too-late-to-undo');
    expect((await phone.sync()).wallet.held).toBe(0);
  });

  it('a voucher that was undone can be cancelled, and then not handed over', async () => {
    const { phone, till, reading, voucher } = await atTheTill();
    const before = (await phone.sync()).wallet.available;
    const nonce = phone.id();
    await handOverGoods(here.park, till, { reading, nonce });
    await undoHandOver(here.park, till, nonce);
    await cancelVoucher(here.park, phone.session, voucher.id);
    expect((await phone.sync()).wallet).toMatchObject({ available: before + 20, held: 0 });
    const asked = { reading, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, asked), 'voucher-cancelled');
    await refused(undoHandOver(here.park, till, asked.nonce), 'nothing-to-undo');
  });

  it('缺货 gives the points back at once and ends the shop’s count of free pieces', async () => {
    const { phone, till, reading } = await atTheTill();
    const second = await phoneWith(here.park, 20);
    const other = await holdTissues(here.park, second);
    const asked = { reading, nonce: phone.id() };
    const receipt = await soldOut(here.park, till, asked);
    expect(receipt).toMatchObject({ did: 'sold-out' });
    expect(receipt).not.toHaveProperty('undoUntilMs');
    expect(await soldOut(here.park, till, asked)).toEqual(receipt);
    await refused(undoHandOver(here.park, till, asked.nonce), 'nothing-to-undo');
    const { wallet, changes } = await phone.sync();
    expect(wallet.held).toBe(0);
    expect(changes.vouchers).toMatchObject([{ state: { is: 'released', why: 'sold-out' } }]);
    expect(await stock()).toEqual({ put_in: 1, free: 0, held: 1, handed_over: 0 });
    await refused(holdTissues(here.park, phone), 'sold-out');
    const still = { reading: { token: other.token }, nonce: phone.id() };
    expect(await handOverGoods(here.park, till, still)).toMatchObject({ did: 'handed-over' });
  });

  it('today lists what all tills of the shop did, and what the shop is owed', async () => {
    const { phone, till, reading } = await atTheTill();
    const second = await phoneWith(here.park, 20);
    const { token } = await holdTissues(here.park, second);
    const other = await enrolledTill(here.park);
    const nonces = [phone.id(), phone.id()] as const;
    await handOverGoods(here.park, till, { reading, nonce: nonces[0] });
    here.park.pass(1000);
    await handOverGoods(here.park, other, { reading: { token }, nonce: nonces[1] });
    await undoHandOver(here.park, other, nonces[1]);
    const list = await today(here.park, till);
    expect(list).toMatchObject({
      receipts: [
        { nonce: nonces[1], did: 'undone', thisTerminal: false },
        { nonce: nonces[0], did: 'handed-over', thisTerminal: true },
      ],
      ...{ handedOver: 1, settleFen: 150 },
    });
    here.park.pass(DAY_MS);
    expect(await today(here.park, till)).toMatchObject({ receipts: [], handedOver: 0 });
    const west = await enrolledTill(here.park, 'west');
    expect((await today(here.park, west)).receipts).toEqual([]);
  });

  it('five wrong codes lock a terminal for typing, not for scanning, and no other one', async () => {
    const { phone, till, reading, voucher } = await atTheTill();
    const wrong = { code: 'ABCDEFGHJK' };
    for (let i = 0; i < 4; i++) await refused(look(here.park, till, wrong), 'voucher-unknown');
    await look(here.park, till, { code: voucher.code });
    for (let i = 0; i < 4; i++) await refused(look(here.park, till, wrong), 'voucher-unknown');
    const asked = { reading: wrong, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, asked), 'voucher-unknown');
    const right = { reading: { code: voucher.code }, nonce: phone.id() };
    const retryAfterMs = LOCKED_MS;
    await refused(handOverGoods(here.park, till, right), 'code-locked', { retryAfterMs });
    await refused(look(here.park, till, right.reading), 'code-locked', { retryAfterMs });
    const other = await enrolledTill(here.park);
    expect(await look(here.park, other, right.reading)).not.toHaveProperty('refusal');
    expect(await look(here.park, till, reading)).not.toHaveProperty('refusal');
    here.park.pass(LOCKED_MS);
    expect(await handOverGoods(here.park, till, right)).toMatchObject({ did: 'handed-over' });
  });

  it('many guesses at once do not slip by the lock', async () => {
    const { till } = await atTheTill();
    const guesses = Array.from(
      { length: 40 },
      (_, i) => `ABCDEFGH${'JKMNPQRS'[i % 8]}${(i % 8) + 2}`,
    );
    const results = await Promise.allSettled(
      guesses.map((code) => look(here.park, till, { code })),
    );
    const codes = results.map(
      (r) => r.status === 'rejected' && (r.reason as { code: string }).code,
    );
    expect(codes.filter((code) => code === 'voucher-unknown')).toHaveLength(5);
    expect(codes.filter((code) => code === 'code-locked')).toHaveLength(35);
  });

  it('a terminal is enrolled by its code, once, within a day', async () => {
    const phone = new TestPhone(here.park);
    const code = await makeEnrolment(here.park, 'east');
    const { session, view } = await enrol(here.park, { code, name: '柜台手机' });
    expect(view).toMatchObject({ name: '柜台手机', shop: { id: 'east', name: '湖东店' } });
    await refused(enrol(here.park, { code, name: '另一台' }), 'enrolment-unknown');
    const late = await makeEnrolment(here.park, 'east');
    here.park.pass(DAY_MS);
    await refused(enrol(here.park, { code: late, name: '另一台' }), 'enrolment-unknown');
    const forged = { ...session, secret: phone.id() };
    for (const none of [undefined, forged, { ...session, shopId: 'west' }])
      await refused(today(here.park, none), 'terminal-unknown');
  });

  it('a terminal that left can do nothing; what it did stays', async () => {
    const { phone, till, reading } = await atTheTill();
    const nonce = phone.id();
    await handOverGoods(here.park, till, { reading, nonce });
    await leave(here.park, till);
    await refused(undoHandOver(here.park, till, nonce), 'terminal-unknown');
    await refused(look(here.park, till, reading), 'terminal-unknown');
    await refused(handOverGoods(here.park, till, { reading, nonce }), 'terminal-unknown');
    const other = await enrolledTill(here.park);
    expect(await today(here.park, other)).toMatchObject({ handedOver: 1 });
  });
});

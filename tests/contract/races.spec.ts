import { expect, it } from 'vitest';
import { cancelVoucher, sweep } from '../../src/lib/server/voucher/release.ts';
import { enrol, makeEnrolment } from '../../src/lib/server/voucher/terminal.ts';
import { handOverGoods, soldOut } from '../../src/lib/server/voucher/till.ts';
import { closeWallet } from '../../src/lib/server/wallet/close.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import { DAY_MS, enrolledTill, TestPhone } from '../support/park.ts';
import { holdTissues, joinBy, phoneWith, stories } from './stories.ts';

const MANY = 64;

/** Results of requests that were all under way at once, by what became of them. */
async function atOnce(requests: readonly (() => Promise<unknown>)[]): Promise<string[]> {
  const results = await Promise.allSettled(requests.map((ask) => ask()));
  return results.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    const { code } = result.reason as { code?: unknown };
    if (typeof code !== 'string') throw result.reason;
    return code;
  });
}

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const count = (outcomes: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(outcomes, (o) => o)].map(([o, all]) => [o, all.length]));

stories((here) => {
  const wallets = (many: number) => Promise.all(times(many, () => phoneWith(here.park, 20)));
  const voucherState = async (id: string) =>
    (
      await here.park.store.read
        .selectFrom('voucher')
        .select('state')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).state;

  it('the last five pieces: of 64 wallets exactly five have one', async () => {
    const phones = await wallets(MANY);
    const outcomes = await atOnce(phones.map((phone) => () => holdTissues(here.park, phone)));
    expect(count(outcomes)).toEqual({ done: 5, 'sold-out': MANY - 5 });
    const { free, held } = await here.park.store.read
      .selectFrom('stock')
      .select(['free', 'held'])
      .where('shop_id', '=', 'east')
      .where('goods_id', '=', 'tissues')
      .executeTakeFirstOrThrow();
    expect({ free, held }).toEqual({ free: 0, held: 5 });
  });

  it('one voucher at many tills: of 64 hand-overs one wins', async () => {
    const phone = await phoneWith(here.park, 20);
    const { token, code } = await holdTissues(here.park, phone);
    const tills = await Promise.all(times(4, () => enrolledTill(here.park)));
    const outcomes = await atOnce(
      times(MANY, (i) => () => {
        const reading = i < 4 ? { code } : { token };
        return handOverGoods(here.park, tills[i % 4], { reading, nonce: phone.id() });
      }),
    );
    expect(count(outcomes)).toEqual({ done: 1, 'voucher-handed-over': MANY - 1 });
  });

  it('one nonce 64 times: one hand-over, one receipt for all', async () => {
    const phone = await phoneWith(here.park, 20);
    const { token } = await holdTissues(here.park, phone);
    const till = await enrolledTill(here.park);
    const asked = { reading: { token }, nonce: phone.id() };
    const receipts = await Promise.all(times(MANY, () => handOverGoods(here.park, till, asked)));
    expect(new Set(receipts.map((r) => JSON.stringify(r))).size).toBe(1);
    const handovers = here.park.store.read.selectFrom('handover').select('nonce');
    expect(await handovers.execute()).toHaveLength(1);
  });

  it('one nonce for many vouchers: one is handed over, the others are told', async () => {
    const phones = await wallets(5);
    const vouchers = await Promise.all(phones.map((phone) => holdTissues(here.park, phone)));
    const till = await enrolledTill(here.park);
    const nonce = phones[0]?.id() ?? '';
    const outcomes = await atOnce(
      vouchers.map(
        ({ token }) =>
          () =>
            handOverGoods(here.park, till, { reading: { token }, nonce }),
      ),
    );
    expect(count(outcomes)).toEqual({ done: 1, 'nonce-used': 4 });
  });

  it('cancelled, sold out and handed over at the same moment: one of them is true', async () => {
    const phone = await phoneWith(here.park, 20);
    const { id, token } = await holdTissues(here.park, phone);
    const till = await enrolledTill(here.park);
    const reading = { token };
    const outcomes = await atOnce(
      times(MANY, (i) => () => {
        if (i % 3 === 0) return cancelVoucher(here.park, phone.session, id);
        const asked = { reading, nonce: phone.id() };
        return (i % 3 === 1 ? handOverGoods : soldOut)(here.park, till, asked);
      }),
    );
    const [cancels, handOvers, empties] = [0, 1, 2].map(
      (kind) => outcomes.filter((o, i) => i % 3 === kind && o === 'done').length,
    );
    const state = await voucherState(id);
    // Who cancels what has been released already has what was wanted.
    expect(cancels).toBe(state === 'handed-over' ? 0 : Math.ceil(MANY / 3));
    expect(handOvers).toBe(state === 'handed-over' ? 1 : 0);
    expect(empties).toBeLessThanOrEqual(state === 'handed-over' ? 0 : 1);
    expect((await phone.sync()).wallet.held).toBe(0);
  });

  it('points for one voucher, asked for 64 times: one is made, by however many ids', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync(times(10, (i) => phone.attempt(`q${i}`)));
    const outcomes = await atOnce(times(MANY, () => () => holdTissues(here.park, phone)));
    expect(count(outcomes)).toEqual({ done: 1, 'not-enough-points': MANY - 1 });
    expect((await phone.sync()).wallet).toMatchObject({ available: 0, held: 20 });
  });

  it('one id asked for 64 times: one voucher, the same for all', async () => {
    const phone = await phoneWith(here.park, 40);
    const id = phone.id();
    const all = await Promise.all(times(MANY, () => holdTissues(here.park, phone, { id })));
    expect(new Set(all.map((voucher) => JSON.stringify(voucher))).size).toBe(1);
    expect((await phone.sync()).wallet.held).toBe(20);
  });

  it('a wallet that joins another while it asks for a voucher does one or the other', async () => {
    const target = new TestPhone(here.park);
    await target.sync();
    const code = await makeRecoveryCode(here.park, target.session);
    const phones = await wallets(12);
    await Promise.all(
      phones.map(async (phone, i) => {
        const join = () => joinBy(here.park, phone, code);
        const hold = () => holdTissues(here.park, phone, { shopId: i % 6 ? 'east' : 'west' });
        const outcomes = await atOnce(i % 2 ? [join, hold] : [hold, join]);
        expect(outcomes.filter((o) => o === 'done').length).toBeLessThanOrEqual(1);
        expect(['done', 'wallet-has-vouchers', 'wallet-unknown', 'sold-out']).toEqual(
          expect.arrayContaining(outcomes),
        );
      }),
    );
    expect((await target.sync()).wallet.held).toBe(0);
  });

  it('two wallets that join each other at once become one, and no point is lost', async () => {
    for (let i = 0; i < 8; i++) {
      const [a, b] = [new TestPhone(here.park), new TestPhone(here.park)];
      await a.sync([a.attempt('q1')]);
      await b.sync([b.attempt('q2')]);
      const codeA = await makeRecoveryCode(here.park, a.session);
      const codeB = await makeRecoveryCode(here.park, b.session);
      const outcomes = await atOnce([
        () => joinBy(here.park, a, codeB),
        () => joinBy(here.park, b, codeA),
      ]);
      expect(outcomes).toContain('done');
      const [first, second] = [await a.sync(), await b.sync()];
      expect(first.wallet.id).toBe(second.wallet.id);
      expect(first.wallet.available).toBe(4);
    }
  });

  it('a wallet that is closed while its phone sends is closed and empty', async () => {
    const phones = await Promise.all(
      times(MANY / 4, async () => {
        const phone = new TestPhone(here.park);
        await phone.sync([phone.attempt('q1')]);
        return phone;
      }),
    );
    const outcomes = await atOnce(
      phones.flatMap((phone) => [
        () => phone.sync([phone.attempt('q2')]),
        () => closeWallet(here.park, phone.session),
        () => phone.sync([phone.attempt('q3')]),
        () => closeWallet(here.park, phone.session),
      ]),
    );
    for (const [i, outcome] of outcomes.entries())
      expect(i % 2 ? ['done', 'wallet-closed'] : ['done', 'wallet-closed']).toContain(outcome);
    expect(outcomes.filter((o, i) => i % 2 && o === 'done')).toHaveLength(phones.length);
    const { read } = here.park.store;
    expect(await read.selectFrom('attempt').selectAll().execute()).toEqual([]);
    const left = await read.selectFrom('wallet').select(['available', 'closed_at']).execute();
    expect(left.every((w) => w.available === 0 && w.closed_at !== null)).toBe(true);
  });

  it('the same attempts sent 64 times at once, also to open the wallet, count once', async () => {
    const phone = new TestPhone(here.park);
    const attempts = times(12, (i) => phone.attempt(`q${i % 10}`, i % 3 > 0));
    const request = () => phone.sync(attempts, { claim: phone.claim, cursor: 0 });
    const opening = await Promise.all(times(MANY / 2, request));
    // The cookie of one of them is the last that was given.
    phone.session = undefined;
    await phone.sync();
    const going = await Promise.all(times(MANY / 2, () => phone.sync(attempts)));
    const verdicts = new Set([...opening, ...going].map((a) => JSON.stringify(a.verdicts)));
    expect(verdicts.size).toBe(1);
    const balances = new Set([...opening, ...going].map(({ wallet }) => wallet.available));
    expect(balances.size).toBe(1);
    const { read } = here.park.store;
    expect(await read.selectFrom('attempt').select('id').execute()).toHaveLength(12);
    expect(await read.selectFrom('wallet').select('id').execute()).toHaveLength(1);
  });

  it('expired vouchers that sweeps, syncs and cancels release at once come back once', async () => {
    const phones = await wallets(5);
    const held = await Promise.all(phones.map((phone) => holdTissues(here.park, phone)));
    here.park.pass(8 * DAY_MS);
    await atOnce([
      ...times(8, () => () => sweep(here.park)),
      ...phones.map((phone) => () => phone.sync()),
      ...phones.map((phone, i) => () => cancelVoucher(here.park, phone.session, held[i]?.id ?? '')),
    ]);
    const kinds = await here.park.store.read
      .selectFrom('transfer')
      .select('kind')
      .where('kind', '=', 'release')
      .execute();
    expect(kinds).toHaveLength(5);
  });

  it('an enrolment code that 64 devices use at once enrols one', async () => {
    const code = await makeEnrolment(here.park, 'east');
    const outcomes = await atOnce(
      times(MANY, (i) => () => enrol(here.park, { code, name: `柜台${i}` })),
    );
    expect(count(outcomes)).toEqual({ done: 1, 'enrolment-unknown': MANY - 1 });
  });
});

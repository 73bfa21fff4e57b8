import { expect, it } from 'vitest';
import { cancelVoucher } from '../../src/lib/server/voucher/release.ts';
import { handOverGoods } from '../../src/lib/server/voucher/till.ts';
import { devices } from '../../src/lib/server/wallet/devices.ts';
import { exportWallet } from '../../src/lib/server/wallet/export.ts';
import { join } from '../../src/lib/server/wallet/join.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import { sync } from '../../src/lib/server/wallet/sync.ts';
import { enrolledTill, DAY_MS, TestPhone } from '../support/park.ts';
import { dailyFive, holdTissues, joinBy, joinRequest, phoneWith } from './stories.ts';
import { refused, secondPhone, stories } from './stories.ts';

stories((here) => {
  const codeOf = (phone: TestPhone) => makeRecoveryCode(here.park, phone.session);

  it('attempts are applied under the other wallet’s keys and caps, own awards reversed', async () => {
    const target = new TestPhone(here.park);
    await target.sync(Array.from({ length: 10 }, (_, i) => target.attempt(`q${i}`)));
    const joining = new TestPhone(here.park);
    const attempts = Array.from({ length: 12 }, (_, i) => joining.attempt(`q${i + 5}`));
    const before = await joining.sync(attempts);
    expect(before.wallet.available).toBe(24);
    await joinBy(here.park, joining, await codeOf(target));
    // Its attempts are known there: sent again they get the verdicts that count now.
    const { verdicts, wallet } = await joining.sync(attempts);
    expect(verdicts.map((v) => ('points' in v ? v.points : v.is))).toEqual([
      ...Array.from({ length: 5 }, () => 'known'),
      ...Array.from({ length: 5 }, () => 2),
      ...Array.from({ length: 2 }, () => 'capped'),
    ]);
    expect(wallet).toMatchObject({ id: target.claim.walletId, available: 30 });
    const left = await here.park.store.read
      .selectFrom('wallet')
      .selectAll()
      .where('id', '=', before.wallet.id)
      .executeTakeFirstOrThrow();
    expect(left).toMatchObject({ available: 0, held: 0, joined_into: target.claim.walletId });
    expect((await target.sync()).wallet).toMatchObject({ available: 30 });
  });

  it('what each wallet had begun is completed in the joined one', async () => {
    const target = new TestPhone(here.park);
    const five = dailyFive(target, here.park);
    await target.sync(five.slice(0, 2));
    const joining = new TestPhone(here.park);
    await joining.sync(five.slice(2).map((a) => ({ ...a, id: joining.id() })));
    await joinBy(here.park, joining, await codeOf(target));
    expect((await joining.sync()).wallet.available).toBe(13);
  });

  it('a join that is asked again, its answer lost, is one join', async () => {
    const target = new TestPhone(here.park);
    await target.sync([target.attempt('q1')]);
    const joining = new TestPhone(here.park);
    await joining.sync([joining.attempt('q2')]);
    const own = joining.session;
    const request = joinRequest(joining, await codeOf(target));
    await join(here.park, own, request);
    joining.session = await join(here.park, own, request);
    joining.cursor = 0;
    const { wallet, changes } = await joining.sync();
    expect(wallet.available).toBe(4);
    expect(changes.attempts).toHaveLength(2);
    expect((await devices(here.park, joining.session)).devices).toHaveLength(2);
  });

  it('is refused while the wallet holds or has spent vouchers, not after they were given back', async () => {
    const target = new TestPhone(here.park);
    await target.sync();
    const code = await codeOf(target);
    const holding = await phoneWith(here.park, 40);
    const voucher = await holdTissues(here.park, holding);
    await refused(joinBy(here.park, holding, code), 'wallet-has-vouchers');
    await cancelVoucher(here.park, holding.session, voucher.id);

    const spent = await phoneWith(here.park, 20);
    const { token } = await holdTissues(here.park, spent);
    const till = await enrolledTill(here.park);
    await handOverGoods(here.park, till, { reading: { token }, nonce: spent.id() });
    await refused(joinBy(here.park, spent, code), 'wallet-has-vouchers');
    expect((await spent.sync()).wallet.available).toBeGreaterThanOrEqual(0);

    const { wallet } = await holding.sync();
    await joinBy(here.park, holding, code);
    expect((await holding.sync()).wallet.available).toBe(wallet.available);
  });

  it('is refused into the wallet that the phone is in, and leaves it as it is', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync([phone.attempt('q1')]);
    await refused(joinBy(here.park, phone, await codeOf(phone)), 'same-wallet');
    expect((await phone.sync()).wallet.available).toBe(2);
    expect((await devices(here.park, phone.session)).devices).toHaveLength(1);
  });

  it('other devices of the joined wallet follow, and what they had not sent counts there', async () => {
    const target = new TestPhone(here.park);
    await target.sync([target.attempt('q1')]);
    const joining = new TestPhone(here.park);
    await joining.sync([joining.attempt('q2')]);
    const sister = await secondPhone(here.park, joining);
    await sister.sync();
    const unsent = sister.attempt('q3');
    await joinBy(here.park, joining, await codeOf(target));
    const stale = sister.session;
    const moved = await sync(here.park, stale, sister.request([unsent], { cursor: 0 }));
    expect(moved.session).toEqual({ ...stale, walletId: target.claim.walletId });
    expect(moved.answer.wallet).toMatchObject({ id: target.claim.walletId, available: 6 });
    // The answer with the new cookie was lost: the old one still leads there.
    expect((await sync(here.park, stale, sister.request())).session).toEqual(moved.session);
    sister.session = moved.session;
    expect((await sister.sync()).wallet.available).toBe(6);
    expect((await devices(here.park, target.session)).devices).toHaveLength(3);
  });

  it('a wallet that was joined can be joined on, also by a phone that still has the old cookie', async () => {
    const last = new TestPhone(here.park);
    await last.sync([last.attempt('q1')]);
    const middle = new TestPhone(here.park);
    here.park.pass(Date.parse('2026-11-30T19:00:00+08:00') - here.park.clock());
    for (let day = 0; day < 5; day++) {
      await middle.sync([middle.attempt(`q${day + 2}`)]);
      here.park.pass(DAY_MS);
    }
    await last.sync([last.attempt('q20', false)]);
    const first = new TestPhone(here.park);
    await first.sync([first.attempt('q30')]);
    const sister = await secondPhone(here.park, first);
    await joinBy(here.park, first, await codeOf(middle));
    await joinBy(here.park, sister, await codeOf(last));
    // q1, five of the middle one, q30, and the week that only all of them together have practised.
    expect((await sister.sync()).wallet).toMatchObject({
      id: last.claim.walletId,
      available: 2 + 10 + 2 + 10,
    });
    expect((await middle.sync()).wallet.id).toBe(last.claim.walletId);
  });

  it('what a resident reported goes along, and with the wallet in the end', async () => {
    const target = new TestPhone(here.park);
    await target.sync();
    const joining = new TestPhone(here.park);
    const { packHash } = joining.attempt('q1');
    const report = {
      ...{ id: joining.id(), questionId: 'q1', packHash, reason: 'wording', note: '错字' },
      reportedAtMs: here.park.clock(),
    };
    await joining.sync([], { reports: [report] });
    await joinBy(here.park, joining, await codeOf(target));
    expect(await exportWallet(here.park, joining.session)).toMatchObject({
      reports: [{ id: report.id, note: '错字' }],
    });
  });

  it('a phone that was signed out or whose wallet is closed comes as a new one', async () => {
    const target = new TestPhone(here.park);
    await target.sync([target.attempt('q1')]);
    const lost = new TestPhone(here.park);
    lost.session = { walletId: lost.id(), deviceId: lost.id(), secret: lost.id() };
    await joinBy(here.park, lost, await codeOf(target));
    expect((await lost.sync()).wallet.available).toBe(2);
  });
});

import { expect, it } from 'vitest';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import { devices, signOut } from '../../src/lib/server/wallet/devices.ts';
import { closeWallet } from '../../src/lib/server/wallet/close.ts';
import { exportWallet } from '../../src/lib/server/wallet/export.ts';
import { join } from '../../src/lib/server/wallet/join.ts';
import { sync } from '../../src/lib/server/wallet/sync.ts';
import { cancelVoucher } from '../../src/lib/server/voucher/release.ts';
import { DAY_MS, TestPhone } from '../support/park.ts';
import { holdTissues, joinBy, joinRequest, refused, secondPhone, stories } from './stories.ts';

stories((here) => {
  it('a claim that is asked again, its answer lost, gives the same wallet and one effect', async () => {
    const phone = new TestPhone(here.park);
    const request = phone.request([phone.attempt('q1')]);
    const lost = await sync(here.park, undefined, request);
    const { answer, session } = await sync(here.park, undefined, request);
    expect(answer.wallet).toEqual(lost.answer.wallet);
    expect(answer.verdicts).toEqual(lost.answer.verdicts);
    expect(session?.secret).not.toBe(lost.session?.secret);
    phone.session = session;
    expect((await phone.sync()).wallet.available).toBe(2);
    // The cookie of the answer that was lost is worth nothing.
    await refused(sync(here.park, lost.session, phone.request()), 'wallet-unknown');
  });

  it('a wrong claim does not open somebody’s wallet', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync([phone.attempt('q1')]);
    const { claim } = phone;
    for (const wrong of [{ secret: phone.id() }, { deviceId: phone.id() }]) {
      const request = phone.request([], { claim: { ...claim, ...wrong } });
      await refused(sync(here.park, undefined, request), 'wallet-unknown');
    }
    expect((await phone.sync()).wallet.available).toBe(2);
  });

  it('a claim ends with the first request that comes with the cookie', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync();
    await phone.sync();
    const request = phone.request([], { claim: phone.claim });
    await refused(sync(here.park, undefined, request), 'wallet-unknown');
  });

  it('without a claim there is no wallet, and none is made', async () => {
    const phone = new TestPhone(here.park);
    const request = phone.request([phone.attempt('q1')]);
    delete request.claim;
    await refused(sync(here.park, undefined, request), 'wallet-unknown');
    const stranger = { walletId: phone.id(), deviceId: phone.id(), secret: phone.id() };
    await refused(sync(here.park, stranger, request), 'wallet-unknown');
    const wallets = await here.park.store.read.selectFrom('wallet').select('id').execute();
    expect(wallets).toEqual([]);
  });

  it.each([
    ['a wrong secret', { secret: 'x'.repeat(32) }],
    ['another device', { deviceId: '01980000-0000-7000-8000-0000000000aa' }],
    ['another wallet', { walletId: '01980000-0000-7000-8000-0000000000aa' }],
  ])('a session with %s opens nothing', async (_, wrong) => {
    const phone = new TestPhone(here.park);
    await phone.sync();
    const own = phone.session;
    if (!own) throw new Error('no session');
    const forged = { ...own, ...wrong };
    phone.session = forged;
    await refused(phone.sync(), 'wallet-unknown');
    await refused(holdTissues(here.park, phone), 'wallet-unknown');
    await refused(cancelVoucher(here.park, forged, phone.id()), 'wallet-unknown');
    await refused(devices(here.park, forged), 'wallet-unknown');
    await refused(signOut(here.park, forged, own.deviceId), 'wallet-unknown');
    await refused(makeRecoveryCode(here.park, forged), 'wallet-unknown');
    await refused(exportWallet(here.park, forged), 'wallet-unknown');
    await refused(closeWallet(here.park, forged), 'wallet-unknown');
    phone.session = own;
    await phone.sync();
  });

  it('the devices of a wallet are listed, newest first', async () => {
    const first = new TestPhone(here.park);
    await first.sync();
    const addedAtMs = here.park.clock();
    here.park.pass(DAY_MS);
    const second = await secondPhone(here.park, first);
    const at = here.park.clock();
    expect(await devices(here.park, first.session)).toEqual({
      devices: [
        {
          ...{ id: second.session?.deviceId, name: '苹果手机', addedAtMs: at },
          ...{ lastSyncAtMs: 0, thisOne: false },
        },
        {
          ...{ id: first.session?.deviceId, name: '安卓手机', addedAtMs },
          ...{ lastSyncAtMs: addedAtMs, thisOne: true },
        },
      ],
    });
  });

  it('a phone that was signed out is refused everything, and the others go on', async () => {
    const first = new TestPhone(here.park);
    await first.sync([first.attempt('q1')]);
    const second = await secondPhone(here.park, first);
    const attempt = second.attempt('q2');
    await signOut(here.park, first.session, second.session?.deviceId ?? '');
    await refused(second.sync([attempt]), 'signed-out');
    await refused(holdTissues(here.park, second), 'signed-out');
    await refused(makeRecoveryCode(here.park, second.session), 'signed-out');
    await refused(signOut(here.park, second.session, first.session?.deviceId ?? ''), 'signed-out');
    const { wallet, changes } = await first.sync();
    expect(wallet.available).toBe(2);
    expect(changes.attempts).toEqual([]);
    expect((await devices(here.park, first.session)).devices).toHaveLength(1);
  });

  it('a device of another wallet cannot be signed out', async () => {
    const mine = new TestPhone(here.park);
    const theirs = new TestPhone(here.park);
    await mine.sync();
    await theirs.sync();
    const their = theirs.session?.deviceId ?? '';
    await refused(signOut(here.park, mine.session, their), 'device-unknown');
    await theirs.sync();
  });

  it('a recovery code opens one wallet, and an earlier code ends', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync([phone.attempt('q1')]);
    const earlier = await makeRecoveryCode(here.park, phone.session);
    const code = await makeRecoveryCode(here.park, phone.session);
    expect(code).toMatch(/^[2-9A-HJKMNP-Z]{20}$/);
    const found = new TestPhone(here.park);
    await refused(joinBy(here.park, found, earlier), 'recovery-unknown');
    await refused(joinBy(here.park, found, 'A'.repeat(20)), 'recovery-unknown');
    await joinBy(here.park, found, code);
    expect((await found.sync()).wallet).toMatchObject({
      id: phone.claim.walletId,
      available: 2,
    });
    const kept = await here.park.store.read.selectFrom('recovery').selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain(code);
  });

  it('a code that is used again, its answer lost, lets the phone in once', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync([phone.attempt('q1')]);
    const code = await makeRecoveryCode(here.park, phone.session);
    const request = joinRequest(phone, code);
    const lost = await join(here.park, undefined, request);
    const session = await join(here.park, undefined, request);
    expect(session).toMatchObject({ walletId: lost.walletId, deviceId: lost.deviceId });
    expect((await devices(here.park, session)).devices).toHaveLength(2);
    const thief = { ...request, secret: phone.id() };
    await refused(join(here.park, undefined, thief), 'recovery-unknown');
  });

  it('a device that was signed out cannot come back under its name', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync();
    const code = await makeRecoveryCode(here.park, phone.session);
    const request = joinRequest(phone, code);
    const { deviceId } = await join(here.park, undefined, request);
    await signOut(here.park, phone.session, deviceId);
    await refused(join(here.park, undefined, request), 'recovery-unknown');
    await joinBy(here.park, new TestPhone(here.park), code);
  });
});

import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import { statementOf } from '../domain/points/statement.ts';
import type { Post } from './api.ts';
import { join } from './asks.ts';
import { newSecret } from './claim.ts';
import { newId } from './ids.ts';
import { pendingOf } from './mirror.ts';
import { attempt, campaign, expectInStep, hold, start, TestPhone } from './model-phone.ts';
import { ModelServer, type Browser } from './model-server.ts';

describe('a server restored from a backup', () => {
  it('gets everything again, and held vouchers are shown all the while', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    await phone.sync();
    const backup = server.backup();
    await phone.practise(attempt('q1', true), attempt('q2', false));
    await phone.sync();
    const voucher = await hold(phone, 2);
    await phone.sync();
    const restored = new TestPhone(phone.db, backup);
    Object.assign(restored.browser, phone.browser);
    await restored.sync();
    expect(backup.only.account.points).toBe(4);
    expect(backup.requests.at(-1)?.vouchers ?? backup.requests.at(-2)?.vouchers).toEqual([
      `T${voucher}`,
    ]);
    const { wallet, outbox, vouchers, transfers } = await restored.mirror();
    expect([wallet?.epoch, wallet?.available, outbox]).toEqual(['e1+', 4, []]);
    expect(vouchers).toMatchObject([{ id: voucher, unconfirmed: 'sent' }]);
    expect(transfers).toHaveLength(2);
  });

  it('that does not know the wallet gets a new one with everything', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true), attempt('q1', true));
    await phone.sync();
    await phone.sync();
    const empty = new TestPhone(phone.db, new ModelServer(campaign));
    Object.assign(empty.browser, phone.browser);
    await empty.sync();
    await expectInStep(empty);
    expect([...empty.server.wallets.keys()]).not.toEqual([...server.wallets.keys()]);
  });

  it('again and again is not followed for ever', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    const flapping: Post = <T>(path: string, body: unknown) => {
      server.epoch = newId();
      return phone.send<T>(path, body);
    };
    await phone.sync('pull', flapping);
    await expect(phone.sync('pull', flapping)).rejects.toMatchObject({ code: 'server-failed' });
    expect(await phone.waiting()).toHaveLength(1);
  });
});

describe('another wallet', () => {
  it('that is joined takes what was practised on both phones, without paying twice', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true), attempt('q1', true));
    await phone.sync();
    const other = await TestPhone.of(server);
    await other.practise(attempt('q1', true), attempt('q2', true));
    await other.sync();
    await other.practise(attempt('q3', true));
    server.codes.set('CODE', (await phone.mirror()).wallet?.walletId ?? '');
    const ask = { code: 'CODE', deviceId: newId(), secret: newSecret(), askedAtMs: 0 };
    await join(other.db, other.send, ask, '电脑');
    await other.sync();
    await phone.sync();
    expect(server.only.account.points).toBe(8);
    await expectInStep(other);
    await expectInStep(phone);
    expect(await other.journal.attempts()).toHaveLength(5);
    const { attempts, awards, transfers, verdicts } = await other.mirror();
    const days = statementOf(attempts, awards, { transfers, verdicts });
    const differences = days.flatMap((d) => d.rounds).flatMap((r) => r.differences);
    expect(differences).toEqual([{ why: 'known', points: -2, attempts: 1 }]);
  });

  it('is found by the next sync when the answer to the join was lost', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    await phone.sync();
    const other = await TestPhone.of(server);
    await other.practise(attempt('q1', true));
    await other.sync();
    server.codes.set('CODE', (await phone.mirror()).wallet?.walletId ?? '');
    const ask = { code: 'CODE', deviceId: newId(), secret: newSecret(), askedAtMs: 0 };
    const cookie = { ...other.browser.cookie } as NonNullable<Browser['cookie']>;
    const deaf: Post = async (path, body) => {
      await other.send(path, body);
      other.browser.cookie = cookie;
      throw new Failure('offline');
    };
    await expect(join(other.db, deaf, ask, '电脑')).rejects.toMatchObject({ code: 'offline' });
    await other.sync();
    await expectInStep(other);
    expect(server.only.account.points).toBe(4);
    // Asked again, the server says that it is done.
    await join(other.db, other.send, { ...ask, deviceId: 'x' }, '电脑');
    await other.sync();
    await expectInStep(other);
  });
});

describe('the end of a wallet', () => {
  async function ended(how: 'signed-out' | 'wallet-closed') {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    await phone.sync();
    await phone.practise(attempt('q1', true));
    if (how === 'wallet-closed') server.only.closed = true;
    else for (const device of server.only.devices.values()) device.signedOut = true;
    await expect(phone.sync()).rejects.toMatchObject({ code: how });
    return { server, phone };
  }

  it.each(['signed-out', 'wallet-closed'] as const)(
    'by %s is remembered, keeps the practice, and opens no new wallet by itself',
    async (how) => {
      const { server, phone } = await ended(how);
      const requests = server.requests.length;
      await phone.sync();
      await phone.sync('send');
      expect(server.requests).toHaveLength(requests);
      expect(server.wallets.size).toBe(1);
      const { wallet, state, transfers } = await phone.mirror();
      expect([wallet, state.ended, transfers]).toEqual([undefined, how, []]);
      expect(await phone.journal.attempts()).toHaveLength(2);
    },
  );

  it('by signing out: the next attempt opens a new wallet, and what was unsent goes there too', async () => {
    const { server, phone } = await ended('signed-out');
    expect(pendingOf((await phone.mirror()).awards)).toBe(2);
    await phone.practise(attempt('q2', true));
    await phone.sync();
    const [, second] = [...server.wallets.values()];
    expect([...(second?.account.awards.keys() ?? [])].sort()).toEqual(['q:q1', 'q:q2']);
    expect((await phone.mirror()).state.ended).toBeUndefined();
    expect(await phone.waiting()).toEqual([]);
  });

  it('by 注销: only attempts made afterwards go into a new wallet, also after a restore', async () => {
    const { server, phone } = await ended('wallet-closed');
    expect(pendingOf((await phone.mirror()).awards)).toBe(0);
    await phone.practise(attempt('q2', true));
    await phone.sync();
    const [, second] = [...server.wallets.values()];
    expect([...(second?.account.awards.keys() ?? [])]).toEqual(['q:q2']);
    server.epoch = 'e2';
    await phone.sync();
    expect([...(second?.account.awards.keys() ?? [])]).toEqual(['q:q2']);
  });
});

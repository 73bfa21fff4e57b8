import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Reply, type RefusedReply } from '../support/api-client.ts';
import { ApiServer } from '../support/api-server.ts';

// Cookies, and what of them and of codes is kept or said anywhere.

let server: ApiServer;
beforeAll(async () => {
  server = await ApiServer.start({ believeAddresses: false });
});
afterAll(() => server.remove());

describe('cookies', () => {
  const setBy = ({ headers }: Reply) => headers['set-cookie'] ?? [];

  it('are plain on http://localhost, of this host only, and out of reach of scripts', async () => {
    const phone = server.phone();
    const opened = await phone.client.post('/api/sync', phone.request());
    expect(setBy(opened)).toEqual([
      expect.stringMatching(
        /^wallet=[\w-]{36}\.[\w-]{36}\.[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=31536000$/,
      ),
    ]);
    const again = await phone.client.post('/api/sync', phone.request());
    expect(setBy(again), 'a cookie that is good is not set again').toEqual([]);
  });

  it('are bound to the host over https', async () => {
    const origin = 'https://park.example';
    const https = await ApiServer.start({ env: { ORIGIN: origin } });
    try {
      const phone = https.phone({ origin });
      const opened = await phone.client.post('/api/sync', phone.request());
      expect(setBy(opened)).toEqual([
        expect.stringMatching(
          /^__Host-wallet=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=31536000; Secure$/,
        ),
      ]);
      const till = await https.till('east', { origin });
      expect([...till.client.cookies.keys()]).toEqual(['__Host-terminal']);
      const unprefixed = https.client({ origin });
      unprefixed.cookies.set('wallet', phone.client.cookies.get('__Host-wallet') ?? '');
      expect(await unprefixed.get('/api/devices')).toMatchObject({ status: 401 });
      expect(await phone.client.get('/api/devices')).toMatchObject({ status: 200 });
    } finally {
      await https.remove();
    }
  });

  it('that open nothing any more are taken back, and another wallet can be opened', async () => {
    const phone = server.phone();
    phone.client.cookies.set('wallet', `${newId()}.${newId()}.${'x'.repeat(32)}`);
    const lost = await phone.client.post('/api/sync', phone.request());
    expect(lost).toMatchObject({ status: 401, json: { code: 'wallet-unknown' } });
    expect(phone.client.cookies.size).toBe(0);
    await expect(phone.sync()).resolves.toMatchObject({ wallet: { available: 0 } });
  });

  it('of a till that has left are taken back', async () => {
    const till = await server.till();
    const stale = till.client.cookies.get('terminal') ?? '';
    expect(await till.client.post('/api/shop/leave', {})).toMatchObject({ status: 204 });
    expect(till.client.cookies.size).toBe(0);
    till.client.cookies.set('terminal', stale);
    expect(await till.client.get('/api/shop/today')).toMatchObject({
      status: 401,
      json: { code: 'terminal-unknown' },
    });
    expect(till.client.cookies.size).toBe(0);
  });

  it.each([
    '',
    '..',
    'a.b',
    'a.b.c.d',
    `${'a'.repeat(81)}.b.c`,
    'ä.b.c',
    '%00.b.c',
    '__proto__.a.b',
  ])('of %j is no session', async (value) => {
    const client = server.client();
    client.cookies.set('wallet', value);
    expect(await client.get('/api/devices')).toMatchObject({ status: 401 });
  });

  it('with another one’s ids and an own secret open nothing', async () => {
    const [victim, other] = [server.phone(), server.phone()];
    await victim.sync(victim.attempts(1));
    await other.sync();
    const [walletId, deviceId] = victim.client.cookies.get('wallet')?.split('.') ?? [];
    const secret = other.client.cookies.get('wallet')?.split('.')[2];
    other.client.cookies.set('wallet', `${walletId}.${deviceId}.${secret}`);
    for (const path of ['/api/devices', '/api/export'])
      expect(await other.client.get(path)).toMatchObject({ status: 401 });
  });
});

it('a page of an older version is told to reload', async () => {
  const phone = server.phone();
  const refused = await phone.sync([], { version: 0 }).catch((e: unknown) => e as RefusedReply);
  expect(refused).toMatchObject({ code: 'client-too-old', reply: { status: 426 } });
});

it('no secret is kept as it is, and nothing is logged that says who asked', async () => {
  const phone = server.phone();
  await phone.sync(phone.attempts(5));
  const recovery = await phone.recoveryCode();
  const unused = await server.enrolmentCode();
  const used = await server.enrolmentCode();
  const till = server.client();
  await till.post('/api/shop/enrol', { code: used, name: '柜台手机' });
  const voucher = await phone.hold();
  await till.post('/api/shop/look', { reading: { token: voucher.token } });
  await till.post('/api/shop/hand-over', { reading: { code: 'ABCDEFGHJK' }, nonce: newId() });
  await phone.client.get(`/api/devices?wallet=${phone.claim?.walletId}`);
  await phone.client.get(`/api/${phone.claim?.walletId}`);
  await phone.client.post('/api/join', { code: recovery });
  const second = server.phone();
  const { claim } = second;
  await second.client.post('/api/join', {
    code: recovery,
    deviceId: claim?.deviceId,
    secret: claim?.secret,
    deviceName: '新手机',
  });
  const cookieSecret = (client: typeof till, name: string) =>
    client.cookies.get(name)?.split('.')[2] ?? '';
  const secrets = {
    'the phone’s cookie': cookieSecret(phone.client, 'wallet'),
    'the joined phone’s cookie': cookieSecret(second.client, 'wallet'),
    'the till’s cookie': cookieSecret(till, 'terminal'),
    'the claim': phone.claim?.secret ?? '',
    'the joining claim': claim?.secret ?? '',
    'the recovery code': recovery,
    'the unused enrolment code': unused,
    'the used enrolment code': used,
  };
  const files = readdirSync(server.process.dataDir).filter((name) => name.startsWith('park.db'));
  const kept = files.map((name) =>
    readFileSync(join(server.process.dataDir, name)).toString('latin1'),
  );
  expect(kept.join('').includes(voucher.token), 'what is kept can be found').toBe(true);
  for (const [what, secret] of Object.entries(secrets)) {
    expect(secret.length, what).toBeGreaterThan(10);
    expect(
      kept.some((bytes) => bytes.includes(secret)),
      what,
    ).toBe(false);
  }
  for (const name of files)
    expect(statSync(join(server.process.dataDir, name)).mode & 0o077, name).toBe(0);

  const { said } = server.process;
  expect(said.split('\n').filter((line) => line.includes('"path"')).length).toBeGreaterThan(8);
  const personal = {
    ...secrets,
    'a wallet’s id': phone.claim?.walletId ?? '',
    'a device’s id': phone.claim?.deviceId ?? '',
    'a voucher’s id': voucher.id,
    'a voucher’s token': voucher.token,
    'a voucher’s code': voucher.code,
    'an address': '127.0.0.1',
    'a device’s name': '手机',
  };
  for (const [what, value] of Object.entries(personal))
    expect(said.includes(value), `${what} in the log`).toBe(false);
});

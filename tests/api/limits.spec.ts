import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Limits } from '../../src/lib/server/api/limits.ts';
import { newId, newSecret, type ApiPhone, type Reply } from '../support/api-client.ts';
import { ApiServer } from '../support/api-server.ts';

// A whole park is behind one address of a mobile network. Limits slow down and lose nothing.

const AT_ONCE = 20;

describe('a server', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await ApiServer.start();
  });
  afterAll(() => server.remove());

  it('opens at least 500 wallets an hour for one address; who comes after waits and loses nothing', async () => {
    const park = newId();
    const opened: ApiPhone['claim'][] = [];
    let refused: { claim: ApiPhone['claim']; reply: Reply } | undefined;
    const asking = Array.from({ length: AT_ONCE }, async () => {
      const phone = server.phone({ address: park });
      while (!refused) {
        phone.newWallet();
        const { claim } = phone;
        const reply = await phone.client.post('/api/sync', phone.request());
        if (reply.status === 200) opened.push(claim);
        else refused ??= { claim, reply };
      }
    });
    const first = server.phone({ address: park });
    await first.sync();
    opened.push(first.claim);
    await Promise.all(asking);
    expect(opened.length).toBeGreaterThanOrEqual(500);
    expect(refused?.reply).toMatchObject({ status: 429, json: { code: 'slow-down' } });
    const seconds = Number(refused?.reply.headers['retry-after']);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(3600);

    await expect(first.sync(first.attempts(1))).resolves.toMatchObject({
      wallet: { available: 2 },
    });
    expect(await server.client({ address: park }).get('/api/shops')).toMatchObject({ status: 200 });
    const wallets = await server.onStore((store) =>
      store.read.selectFrom('wallet').select('id').execute(),
    );
    expect(wallets).toHaveLength(opened.length);
    const claim = refused?.claim;
    expect(wallets.some(({ id }) => id === claim?.walletId)).toBe(false);
    // From elsewhere (or an hour later) the same request opens the wallet that it asked for.
    const later = server.phone({ address: newId() });
    later.claim = claim;
    await expect(later.sync()).resolves.toMatchObject({ wallet: { id: claim?.walletId } });
  });

  it('slows one wallet down without touching its neighbours, and books nothing of what it refuses', async () => {
    const park = newId();
    const [busy, calm] = [server.phone({ address: park }), server.phone({ address: park })];
    await Promise.all([busy.sync(), calm.sync()]);
    let reply: Reply;
    let asked = 0;
    const attempt = busy.attempt(0);
    do reply = await busy.client.post('/api/sync', busy.request(asked++ < 200 ? [] : [attempt]));
    while (reply.status === 200);
    expect(asked).toBeGreaterThan(100);
    const last = await busy.client.post('/api/sync', busy.request([attempt]));
    expect(last).toMatchObject({ status: 429, json: { code: 'slow-down' } });
    expect(Number(last.headers['retry-after'])).toBeLessThanOrEqual(60);
    await expect(calm.sync(calm.attempts(1))).resolves.toMatchObject({ wallet: { available: 2 } });
    const kept = await server.onStore((store) =>
      store.read.selectFrom('attempt').select('id').where('id', '=', attempt.id).execute(),
    );
    expect(kept).toEqual([]);
  });

  it('does not let a stranger who knows a wallet’s id use up its share', async () => {
    const phone = server.phone();
    await phone.sync();
    const [walletId, deviceId] = phone.client.cookies.get('wallet')?.split('.') ?? [];
    const stranger = server.client();
    for (let i = 0; i < 200; i++) {
      stranger.cookies.set('wallet', `${walletId}.${deviceId}.${newSecret()}`);
      await stranger.get('/api/devices');
    }
    await expect(phone.sync()).resolves.toMatchObject({ wallet: { available: 0 } });
  });

  it('tries a moderate number of enrolment and recovery codes', async () => {
    const guesser = server.client();
    const statuses = new Set<number>();
    for (let i = 0; i < 70 && !statuses.has(429); i++) {
      const body = { code: 'ABCDEFGHJKMN', name: '柜台' };
      statuses.add((await guesser.post('/api/shop/enrol', body)).status);
    }
    expect([...statuses]).toEqual([404, 429]);
  });
});

describe('the counting', () => {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => vi.setSystemTime(Date.now() + 7_200_000));
  afterAll(() => {
    vi.useRealTimers();
  });

  const waitOf = (asked: Promise<void>) =>
    asked.then(
      () => 0,
      (e: { details: { retryAfterMs: number } }) => e.details.retryAfterMs,
    );

  it('admits whoever waits as long as told', async () => {
    const limits = new Limits();
    let waitMs = 0;
    while (waitMs === 0) waitMs = await waitOf(limits.admitNew('open', 'park'));
    await vi.advanceTimersByTimeAsync(waitMs);
    expect(await waitOf(limits.admitNew('open', 'park'))).toBe(0);
  });

  it('counts cookies that nobody has seen by their address, so that making them up gains nothing', async () => {
    const limits = new Limits();
    await limits.admit('wallet', 'park', 'resident');
    let asked = 0;
    while ((await waitOf(limits.admit('wallet', 'park', `made-up-${asked}`))) === 0) asked++;
    expect(asked).toBeLessThan(3000);
    expect(await waitOf(limits.admit('wallet', 'park', 'resident'))).toBe(0);
  });
});

import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../support/server.ts';
import { newId } from '../support/api-client.ts';
import { ApiServer } from '../support/api-server.ts';
import { Cable } from '../support/cable.ts';
import { Crowd } from '../support/crowd.ts';
import { startPostgres, type Postgres } from '../support/engines.ts';

// PostgreSQL goes away under the running server, and comes back.

// Longer than the minute that a wallet may have to wait.
const PATIENT = { interval: 5, timeout: 80_000 };
const CUTS = process.env.LONG ? 200 : 20;

let postgres: Postgres;
let cable: Cable;
let server: ApiServer;
beforeAll(async () => {
  postgres = await startPostgres();
  const url = new URL(await postgres.database());
  cable = await Cable.lay(Number(url.port));
  url.port = String(cable.port);
  server = await ApiServer.start({ databaseUrl: url.href });
});
afterAll(async () => {
  await server.remove();
  await cable.cut();
  await postgres.stop();
});

it('says that it is not ready, refuses with 503, and goes on by itself', async () => {
  const phone = server.phone();
  const till = await server.till();
  await phone.sync(phone.attempts(5));
  const voucher = await phone.hold();
  const client = server.client();
  expect(await client.get('/api/health')).toMatchObject({
    status: 200,
    json: { live: true, ready: true },
  });

  await cable.cut();
  expect(await client.get('/api/health')).toMatchObject({
    status: 503,
    json: { live: true, ready: false },
  });
  const attempts = phone.attempts(3, 10);
  const reading = { token: voucher.token };
  const nonce = newId();
  const busy = { status: 503, json: { code: 'server-busy' } };
  const away = await Promise.all([
    phone.client.post('/api/sync', phone.request(attempts)),
    phone.client.get('/api/export'),
    client.get('/api/shops'),
    till.client.get('/api/shop/today'),
    till.client.post('/api/shop/look', { reading }),
    till.client.post('/api/shop/hand-over', { reading, nonce }),
  ]);
  for (const reply of away) {
    expect(reply).toMatchObject(busy);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  }

  await cable.mend();
  expect(await client.get('/api/health')).toMatchObject({ status: 200 });
  expect((await phone.sync(attempts)).verdicts).toMatchObject(
    attempts.map(() => ({ is: 'credited' })),
  );
  expect(await till.handOver(reading, nonce)).toMatchObject({ did: 'handed-over' });
  expect(await server.audit()).toEqual([]);
  expect(server.process.said).not.toMatch(/park:park/);
});

it('outlives a connection that breaks at any moment', async () => {
  const crowd = new Crowd(server);
  let failed: unknown;
  const all = crowd.start(8, [await server.till()]).catch((error: unknown) => (failed = error));
  const { pid } = server.process;
  for (let time = 0; time < CUTS; time++) {
    const from = crowd.told.size;
    await expect
      .poll(() => !server.process.alive || failed !== undefined || crowd.told.size > from, PATIENT)
      .toBe(true);
    expect(server.process.alive, server.process.said.slice(-3000)).toBe(true);
    await wait(Math.random() * 30);
    await cable.cut();
    await cable.mend();
  }
  crowd.stop();
  await all;
  expect(failed).toBeUndefined();
  expect(server.process.pid).toBe(pid);
  expect(await server.audit()).toEqual([]);
  expect(server.process.said).not.toContain('server-failed');
});

it('does not start without a database, and keeps the password to itself', async () => {
  const nobody = await freePort();
  const databaseUrl = `postgres://park:MARKER-PASSWORD@127.0.0.1:${nobody}/park`;
  const error = await ApiServer.start({ databaseUrl }).then(
    () => 'started',
    (e: unknown) => (e as Error).message,
  );
  expect(error).toMatch(/ended with 1: The database cannot be used: .*ECONNREFUSED.*\n$/);
  expect(error).not.toContain('MARKER');
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { SentAttempt } from '../../src/lib/domain/sync/messages.ts';
import type { Reply } from '../support/api-client.ts';
import { ApiServer } from '../support/api-server.ts';

// The disk is full, the database is locked: 503 with its code, nothing partial, and on it goes afterwards.

const BUSY = { status: 503, json: { code: 'server-busy' } };
const MOST_BATCHES = 200;
const BATCH = 100;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const can = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
function mount(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'park-full-'));
  if (can('mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory)) return directory;
  rmSync(directory, { recursive: true });
  return undefined;
}

/** Phones answer until the server refuses. @returns what was booked, what was refused, and how */
async function untilRefused(server: ApiServer) {
  const booked: SentAttempt[] = [];
  for (let n = 0; n < MOST_BATCHES; n++) {
    const phone = server.phone();
    const attempts = phone.attempts(BATCH);
    const reply: Reply = await phone.client.post('/api/sync', phone.request(attempts));
    if (reply.status !== 200) return { booked, phone, attempts, reply };
    booked.push(...attempts);
  }
  throw new Error('it never became full');
}

/** What is there of them. */
const kept = (server: ApiServer, attempts: readonly SentAttempt[]) =>
  server.onStore(async ({ read }) => {
    const rows = await read.selectFrom('attempt').select('id').execute();
    const there = new Set(rows.map(({ id }) => id));
    return attempts.filter(({ id }) => there.has(id)).length;
  });

async function holdsOut(server: ApiServer, makeRoom: () => void): Promise<void> {
  const early = server.phone();
  await early.sync(early.attempts(20));
  const till = await server.till();
  const voucher = await early.hold();

  const { booked, phone, attempts, reply } = await untilRefused(server);
  expect(reply).toMatchObject(BUSY);
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  const reading = { token: voucher.token };
  expect([200, 503]).toContain((await till.client.post('/api/shop/look', { reading })).status);
  expect(await early.client.get('/api/health')).toMatchObject({ status: 200 });
  expect(await kept(server, booked)).toBe(booked.length);
  expect(await kept(server, attempts)).toBe(0);
  expect(await server.audit()).toEqual([]);

  makeRoom();
  expect((await phone.sync(attempts)).verdicts).toHaveLength(attempts.length);
  expect(await till.handOver(reading)).toMatchObject({ did: 'handed-over' });
  expect(await kept(server, [...booked, ...attempts])).toBe(booked.length + attempts.length);
  expect(await server.audit()).toEqual([]);
}

describe('a full disk', () => {
  const directory = mount();

  it.skipIf(!directory)('refuses writes until there is room again', async () => {
    const dataDir = directory ?? '';
    ends.push(() => {
      execFileSync('umount', ['-l', dataDir]);
      rmSync(dataDir, { recursive: true, force: true });
    });
    const server = await ApiServer.start({ dataDir });
    ends.push(() => server.process.down('SIGKILL').then(() => server.build.remove()));
    // Little is left, so that it is the next sync or the one after that meets the end.
    const { bavail, bsize } = statfsSync(dataDir);
    writeFileSync(join(dataDir, 'filler'), Buffer.alloc((bavail - 60) * bsize));
    await holdsOut(server, () => rmSync(join(dataDir, 'filler')));
  });

  it.skipIf(!can('prlimit', '--version'))('refuses writes where a file may not grow', async () => {
    const limit = ['prlimit', '--fsize=1000000:unlimited'];
    const server = await ApiServer.start({ under: limit });
    ends.push(() => server.remove());
    await holdsOut(server, () => {
      execFileSync('prlimit', [`--pid=${server.process.pid}`, '--fsize=unlimited:unlimited']);
    });
  });
});

it('a database that another process keeps locked refuses writes and goes on reading', async () => {
  const server = await ApiServer.start();
  ends.push(() => server.remove());
  const phone = server.phone();
  await phone.sync(phone.attempts(5));
  const other = new DatabaseSync(join(server.process.dataDir, 'park.db'));
  ends.push(() => other.isOpen && other.close());
  other.exec('begin immediate');
  const attempts = phone.attempts(3, 10);
  const asked = phone.client.post('/api/sync', phone.request(attempts));
  let reads = 0;
  let done = false;
  void asked.finally(() => (done = true));
  const reader = server.client();
  while (!done) {
    expect(await reader.get('/api/shops')).toMatchObject({ status: 200 });
    reads++;
    await wait(20);
  }
  expect(await asked).toMatchObject(BUSY);
  expect(reads, 'answered while the write waited').toBeGreaterThan(20);
  other.exec('rollback');
  expect(await kept(server, attempts)).toBe(0);
  expect((await phone.sync(attempts)).verdicts).toMatchObject([
    { is: 'credited' },
    { is: 'credited' },
    { is: 'credited' },
  ]);
  expect(await server.audit()).toEqual([]);
});

import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/lib/server/database/store.ts';
import { ApiServer } from '../support/api-server.ts';
import { Crowd, type Told } from '../support/crowd.ts';
import { startPostgres, type Postgres } from '../support/engines.ts';

// SIGKILL while phones sync and hold vouchers and tills hand over; started again on the same port, everybody goes on
// with the ids that they have. Whatever was answered is there. (What this cannot show is a loss of power: the kernel
// stays up, so what was written but not flushed survives too.)

const KILLS = process.env.LONG ? { sqlite: 200, postgres: 200 } : { sqlite: 10, postgres: 3 };
const PHONES = 8;
/** Answers between a start and the next kill. */
const ANSWERS = 30;
const CHUNK = 500;

describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  let postgres: Postgres | undefined;
  let server: ApiServer;
  beforeAll(async () => {
    if (engine === 'postgres') postgres = await startPostgres();
    const databaseUrl = await postgres?.database();
    server = await ApiServer.start({ ...(databaseUrl && { databaseUrl }) });
  });
  afterAll(async () => {
    await server.remove();
    await postgres?.stop();
  });

  it(`nothing that was answered is lost in ${KILLS[engine]} kills`, async () => {
    const began = performance.now();
    const crowd = new Crowd(server);
    const tills = [await server.till('east'), await server.till('east'), await server.till('east')];
    let failed: unknown;
    const all = crowd.start(PHONES, tills).catch((error: unknown) => (failed = error));
    const seen = { attempts: 0, vouchers: 0, receipts: 0 };
    let lost = 0;
    for (let kill = 0; kill < KILLS[engine] && failed === undefined; kill++) {
      const from = crowd.told.size;
      await expect
        .poll(() => failed !== undefined || crowd.told.size - from >= ANSWERS, PATIENT)
        .toBe(true);
      await wait(Math.random() * 50);
      await server.process.down('SIGKILL');
      await server.up();
      lost += (await server.onStore((store) => missing(store, crowd.told, seen))).length;
      expect(await server.audit(), `after kill ${kill + 1}`).toEqual([]);
    }
    crowd.stop();
    await all;
    expect(failed).toBeUndefined();
    lost += (
      await server.onStore((store) =>
        missing(store, crowd.told, { attempts: 0, vouchers: 0, receipts: 0 }),
      )
    ).length;
    const { attempts, vouchers, receipts } = crowd.told;
    console.log(
      `${engine}: ${KILLS[engine]} kills in ${Math.round((performance.now() - began) / 1000)} s; ` +
        `acknowledged ${attempts.size} attempts, ${vouchers.size} vouchers, ${receipts.size} hand-overs; ` +
        `${crowd.unanswered} requests without an answer; lost ${lost}`,
    );
    expect(lost).toBe(0);
    expect(receipts.size).toBeGreaterThan(0);
    expect(await server.audit()).toEqual([]);
  });
});

const PATIENT = { timeout: 60_000, interval: 5 };

/** Ids that were acknowledged after the first `seen` ones and are not in the database as they were told. */
async function missing(
  { read }: Store,
  told: Told,
  seen: { attempts: number; vouchers: number; receipts: number },
): Promise<string[]> {
  const gone: string[] = [];
  const check = async (
    what: keyof typeof seen,
    find: (ids: string[]) => Promise<{ id: string; told: string }[]>,
  ) => {
    const fresh = [...told[what]].slice(seen[what]);
    seen[what] += fresh.length;
    for (let i = 0; i < fresh.length; i += CHUNK) {
      const part = fresh.slice(i, i + CHUNK);
      const rows = await find(part.map(([id]) => id));
      const there = new Map(rows.map((row) => [row.id, row.told]));
      gone.push(...part.flatMap(([id, said]) => (there.get(id) === said ? [] : [id])));
    }
  };
  await check('attempts', async (ids) => {
    const rows = await read
      .selectFrom('attempt')
      .select(['id', 'verdict'])
      .where('id', 'in', ids)
      .execute();
    return rows.map(({ id, verdict }) => ({
      id,
      told: JSON.stringify({ id, ...(JSON.parse(verdict) as object) }),
    }));
  });
  await check('vouchers', async (ids) => {
    const rows = await read
      .selectFrom('voucher')
      .select(['id', 'token'])
      .where('id', 'in', ids)
      .execute();
    return rows.map(({ id, token }) => ({ id, told: JSON.stringify(token) }));
  });
  await check('receipts', async (nonces) => {
    const rows = await read
      .selectFrom('handover')
      .select(['nonce', 'did', 'at'])
      .where('nonce', 'in', nonces)
      .execute();
    return rows.map(({ nonce, did, at }) => {
      const receipt = JSON.parse(told.receipts.get(nonce) ?? '{}') as object;
      return { id: nonce, told: JSON.stringify({ ...receipt, did, atMs: at }) };
    });
  });
  return gone;
}

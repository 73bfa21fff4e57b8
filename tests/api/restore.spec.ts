import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RefusedReply } from '../support/api-client.ts';
import { type ApiPhone } from '../support/api-client.ts';
import { PRICE } from '../support/api-build.ts';
import { ApiServer } from '../support/api-server.ts';
import { run } from '../support/commands.ts';
import { startPostgres, type Postgres } from '../support/engines.ts';

// The drill: a backup of yesterday comes back under the running server, phones send again what they did since.

describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  let postgres: Postgres | undefined;
  let server: ApiServer;
  let file: string;
  beforeAll(async () => {
    if (engine === 'postgres') postgres = await startPostgres();
    const databaseUrl = await postgres?.database();
    server = await ApiServer.start({ ...(databaseUrl && { databaseUrl }) });
    file = join(server.process.dataDir, 'yesterday.backup');
  });
  afterAll(async () => {
    await server.remove();
    await postgres?.stop();
  });

  const command = async (...[script, ...args]: [string, ...string[]]) => {
    const ran = await run(script, args, server.env);
    expect(ran, ran.err).toMatchObject({ code: 0 });
  };

  it('nobody loses points, the till takes what we signed, the ledger is in order', async () => {
    const [early, spender] = [server.phone(), server.phone()];
    const till = await server.till();
    const before = early.attempts(10);
    const { epoch } = await early.sync(before);
    const ofSpender = spender.attempts(2);
    await spender.sync(ofSpender);
    await command('backup', file);

    const since = early.attempts(5, 100);
    await early.sync(since);
    const kept = await early.hold();
    const spent = await spender.hold();
    const late = server.phone();
    const ofLate = late.attempts(4);
    await late.sync(ofLate);
    const lost = await late.hold();
    await command('restore', file, '--replace');

    // The first write meets the new epoch: it is undone, and asked again it goes through.
    const answer = await again(() => early.sync());
    expect(answer.epoch).not.toBe(epoch);
    expect(answer.wallet).toMatchObject({ available: 20, held: 0 });
    early.cursor = 0;
    const sent = await early.sync([...before, ...since], { vouchers: [kept.token] });
    expect(sent.wallet).toMatchObject({ available: 30 - PRICE, held: PRICE });
    expect(sent.changes.vouchers).toMatchObject([{ id: kept.id, state: { is: 'held' } }]);

    // The till is faster than this phone: paid from the balance that the backup has.
    const receipt = await till.handOver({ token: spent.token });
    expect(receipt).toMatchObject({ did: 'handed-over', points: PRICE });
    expect((await spender.sync(ofSpender, { vouchers: [spent.token] })).wallet).toMatchObject({
      available: 4 - PRICE,
      held: 0,
    });

    // This wallet was opened after the backup. Its voucher is good; the phone opens another wallet.
    expect(await till.handOver({ token: lost.token })).toMatchObject({ did: 'handed-over' });
    await expect(late.sync(ofLate)).rejects.toMatchObject({ code: 'wallet-unknown' });
    expect(late.client.cookies.size).toBe(0);
    late.newWallet();
    expect((await late.sync(ofLate)).wallet).toMatchObject({ available: 8 });

    await expect(till.handOver({ token: lost.token })).rejects.toMatchObject({
      code: 'voucher-handed-over',
    });
    expect(await till.handOver({ token: kept.token })).toMatchObject({ did: 'handed-over' });
    expect(await server.audit()).toEqual([]);
  });

  it('under load no process goes on with what it leased or read before', async () => {
    // Stopped, a server has leased nothing; started again it leases and signs what the backup does not know of.
    expect(await server.process.down('SIGTERM')).toBe(0);
    await command('backup', file);
    await command('keys', 'retire', '1');
    await server.up();
    let stopping = false;
    const phones = Array.from({ length: 6 }, () => server.phone());
    const load = phones.map((phone) => play(phone, () => stopping));
    await wait(500);
    await command('restore', file, '--replace');
    await wait(500);
    stopping = true;
    await Promise.all(load);
    expect(await server.audit()).toEqual([]);
    const { vouchers, keys } = await server.onStore(async ({ read }) => ({
      vouchers: await read.selectFrom('voucher').select('key_id').distinct().execute(),
      keys: await read.selectFrom('signing_key').select('id').execute(),
    }));
    expect(keys).toEqual([{ id: 1 }]);
    expect(vouchers).toEqual([{ key_id: 1 }]);
    expect(server.process.said).not.toContain('server-failed');
    expect(await server.process.down('SIGTERM')).toBe(0);
    expect(await server.audit()).toEqual([]);
  });
});

/** Asks once more where the server has just begun anew. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  const refused = await ask().then(
    () => undefined,
    (error: unknown) => error as RefusedReply,
  );
  expect(refused).toMatchObject({ code: 'server-busy', reply: { status: 503 } });
  return ask();
}

async function play(phone: ApiPhone, stopping: () => boolean): Promise<void> {
  for (let next = 0; !stopping(); next += 3) {
    try {
      const { wallet } = await phone.sync(phone.attempts(3, next % 290));
      if (wallet.available >= PRICE && next % 2 === 0) await phone.hold();
    } catch (error) {
      const { code } = error as RefusedReply;
      if (code === 'wallet-unknown') phone.newWallet();
      else if (code !== 'server-busy' && code !== 'slow-down') throw error;
      await wait(20);
    }
  }
}

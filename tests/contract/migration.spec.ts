import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { migrate } from '../../src/lib/server/database/migrate.ts';
import { StartRefused } from '../../src/lib/server/http/start-refused.ts';
import { audit } from '../../src/lib/server/ledger/audit.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import type { Place } from '../support/engines.ts';
import { EVENING, testPark, TestPhone } from '../support/park.ts';
import { onBothEngines } from './on-both-engines.ts';

const run = promisify(execFile);
const INSTANCE = join(import.meta.dirname, 'start-instance.ts');

onBothEngines((engine, stores) => {
  async function instance(place: Place, seed: string) {
    const { stdout } = await run(process.execPath, [INSTANCE, engine, place, seed]);
    return JSON.parse(stdout) as { epoch: string; keys: unknown[]; available: number };
  }

  it('instances that start at once on an empty database agree on everything', async () => {
    const place = await stores().emptyPlace();
    const seen = await Promise.all(['one', 'two', 'three'].map((seed) => instance(place, seed)));
    expect(new Set(seen.map((s) => JSON.stringify(s))).size).toBe(1);
    expect(seen[0]).toMatchObject({ available: 2, keys: [{}] });
    const store = stores().open(place);
    expect(await store.read.selectFrom('wallet').select('id').execute()).toHaveLength(3);
    expect(await store.read.selectFrom('migration').select('number').execute()).toHaveLength(2);
    expect(await audit(store.read, sampleCampaign)).toEqual([]);
    await store.close();
  });

  it('a database that is up to date is left as it is', async () => {
    const place = await stores().migratedPlace();
    let park = await testPark(stores().open(place));
    const phone = new TestPhone(park);
    const { epoch, wallet } = await phone.sync([phone.attempt('q1')]);
    await closePark(park);
    park = await testPark(stores().open(place), { seed: 'again' });
    phone.turnTo(park);
    expect(await phone.sync()).toMatchObject({ epoch, wallet });
    await closePark(park);
  });

  it('a database that is newer than this program is refused and left alone', async () => {
    const store = await stores().migrated();
    await store.write(async (tx) => {
      const row = { number: 99, name: '099-later', applied_at: EVENING };
      await tx.insertInto('migration').values(row).execute();
    });
    const refusal = await testPark(store).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartRefused);
    expect(String(refusal)).toMatch(/version 99.*newer/);
    expect(await store.read.selectFrom('meta').selectAll().execute()).toEqual([]);
    await store.close();
  });

  it('a migration that fails leaves nothing behind', async () => {
    const store = await stores().empty();
    await store.write(async (tx) => {
      await tx.schema.createTable('voucher').addColumn('id', 'text').execute();
    });
    await expect(migrate(store, EVENING)).rejects.toThrow(/voucher/);
    const tables = await store.read.introspection.getTables();
    expect(tables.map(({ name }) => name)).toEqual(['voucher']);
    await store.close();
  });

  it('the tables themselves refuse what must not be', async () => {
    const park = await testPark(await stores().migrated());
    const phone = new TestPhone(park);
    await phone.sync([phone.attempt('q1')]);
    const { store } = park;
    const broken = [
      sql`update wallet set available = -1`,
      sql`update wallet set held = -1`,
      sql`update transfer set points = 0`,
      sql`insert into transfer select owner, id || 'x', seq + 9, kind, from_account, to_account, points, at,
          award_key, day, attempt_id, voucher_id, shop_id, why, reverses from transfer where kind = 'award'`,
      sql`update stock set free = free - 1`,
      sql`update campaign_budget set leased = budget + 1`,
      sql`update wallet_day set question_points = -1`,
    ];
    for (const statement of broken)
      await expect(store.write((tx) => statement.execute(tx))).rejects.toThrow(/constraint/i);
    expect(await audit(store.read, sampleCampaign)).toEqual([]);
    await closePark(park);
  });
});

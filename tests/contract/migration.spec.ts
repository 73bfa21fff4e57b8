import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { LATEST, migrate } from '../../src/lib/server/database/migrate.ts';
import { StartRefused } from '../../src/lib/server/http/start-refused.ts';
import { audit } from '../../src/lib/server/ledger/audit.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import type { Place } from '../support/engines.ts';
import { EVENING, testPark, TestPhone } from '../support/park.ts';
import { onBothEngines } from './on-both-engines.ts';

/** A voucher that a restored server had made again, handed over and paid in part from loss; one that was sold out. */
const BEFORE_THE_DESK = [
  `insert into shop values ('east', '湖东店', '', '', 0, 1)`,
  `insert into goods values ('tissues', '纸巾', '', 'tissues', 20, 150, 0, 1)`,
  `insert into stock values ('east', 'tissues', 5, 5, 0, 0)`,
  `insert into terminal values ('east', 't', '柜台', 'h', 1, null, 0, 0)`,
  `insert into wallet values ('w', 1, 0, 0, 9, null, null)`,
  `insert into voucher values ('w', 'v1', 1, 'east', 'tissues', 20, 12, 0, 150, 1, 9, 1, 'T', 'C1', 'handed-over', 5, null, 't', 'n1', 'c')`,
  `insert into voucher values ('w', 'v2', 2, 'east', 'tissues', 20, 0, 0, 150, 1, 9, 1, 'U', 'C2', 'released', 6, 'sold-out', null, null, null)`,
  `insert into handover values ('east', 'n1', 'w', 'v1', 't', 'handed-over', 5, null)`,
  `insert into handover values ('east', 'n2', 'w', 'v2', 't', 'sold-out', 6, null)`,
  ...[
    `'a', 3, 'award', 'issue', 'resident:w', 12, 1, 'x', '2026-11-24', 'a1', null, null`,
    `'h', 4, 'hold', 'resident:w', 'voucher:v1', 12, 2, null, null, null, 'v1', 'east'`,
    `'c', 5, 'consume', 'voucher:v1', 'shop:east', 12, 5, null, null, null, 'v1', 'east'`,
    `'l', 6, 'loss', 'loss', 'shop:east', 8, 5, null, null, null, 'v1', 'east'`,
  ].map((values) => `insert into transfer values ('w', ${values}, null, null)`),
  `insert into attempt values ('w', 'a1', 7, 'd', '', 'q', 'p', '{}', 1, 1, '2026-11-24', '{}', '{}', 1)`,
  `insert into campaign_budget values ('sample', 100, 12)`,
];

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
    expect(await store.read.selectFrom('migration').select('number').execute()).toHaveLength(
      LATEST,
    );
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

  it('hand-overs and losses from before the shop’s desk stand in its books', async () => {
    const store = stores().open(await stores().emptyPlace());
    await migrate(store, EVENING, 1);
    await store.write(async (tx) => {
      for (const statement of BEFORE_THE_DESK) await sql.raw(statement).execute(tx);
    });
    await migrate(store, EVENING);
    const { read } = store;
    expect(await read.selectFrom('handover').selectAll().orderBy('nonce').execute()).toMatchObject([
      {
        nonce: 'n1',
        goods_id: 'tissues',
        points: 20,
        settle_fen: 150,
        booked_at: 5,
        paid: 'voucher',
      },
      { nonce: 'n2', goods_id: 'tissues', points: 20, settle_fen: 150, paid: 'none' },
    ]);
    expect(await read.selectFrom('loss').selectAll().execute()).toMatchObject([
      { voucher_id: 'v1', nonce: 'n1', points: 8, why: 'lacking', state: 'booked' },
    ]);
    expect(await read.selectFrom('desk').selectAll().execute()).toMatchObject([
      { shop_id: 'east', list_number: 0, trail_number: 0 },
    ]);
    expect(await audit(read, sampleCampaign)).toEqual([]);
    await store.close();
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

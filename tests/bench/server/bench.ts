import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Pack, Question } from '../../../src/lib/domain/bank/pack.ts';
import { dayAt } from '../../../src/lib/domain/points/day.ts';
import { PROTOCOL } from '../../../src/lib/domain/sync/protocol.ts';
import { openPostgres } from '../../../src/lib/server/database/postgres.ts';
import { openSqlite } from '../../../src/lib/server/database/sqlite.ts';
import { migrate } from '../../../src/lib/server/database/migrate.ts';
import type { Engine, Store } from '../../../src/lib/server/database/store.ts';
import { startPostgres, type Postgres } from '../../support/engines.ts';
import { percentile, putLoad, type Ask, type Loaded } from './load.ts';
import { newId, populate, type Population } from './population.ts';
import { BenchServer } from './process.ts';
import { rawPostgres, rawSqlite, writtenAfter } from './raw.ts';

// What the server books through HTTP against what the raw engine writes for the very same rows with the same commits,
// one after the other in one run: npm run bench -- server. See ../README.md.

const USAGE = `npm run bench -- server [--engines sqlite,postgres] [--only sync20,sync1,vouchers] [--wallets 10000]
  [--requests 3000] [--connections 200]
BUILD_DIR says which build (default: build).`;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    engines: { type: 'string', default: 'sqlite,postgres' },
    only: { type: 'string', default: 'sync20,sync1,vouchers' },
    wallets: { type: 'string', default: '10000' },
    requests: { type: 'string', default: '3000' },
    connections: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});
const wallets = Number(values.wallets);
const requests = Number(values.requests);
const connections = Number(values.connections);
if (values.help || ![wallets, requests, connections].every((n) => Number.isInteger(n) && n > 0)) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 1);
}

const SEEDED_SEQ = 2;
const POINTS = 100;
const buildDir = process.env.BUILD_DIR ?? 'build';
const { packHash } = JSON.parse(readFileSync(join(buildDir, 'bank.json'), 'utf8')) as {
  packHash: string;
};
const pack = JSON.parse(
  readFileSync(join(buildDir, 'client', 'packs', `${packHash}.json`), 'utf8'),
) as Pack;
const single = pack.topics
  .flatMap((topic) => topic.questions)
  .filter((q): q is Question & { type: 'single' } => q.type === 'single');

type Job = (people: Population) => (n: number) => Ask | undefined;

const jobs: Record<string, { job: Job; unit: { attempts: number } | { vouchers: number } }> = {
  sync20: { job: syncs(20), unit: { attempts: 20 } },
  sync1: { job: syncs(1), unit: { attempts: 1 } },
  vouchers: { job: holds, unit: { vouchers: 1 } },
};

console.log(
  `| engine | job | ${wallets} wallets: requests/s | rows/s | raw rows/s, same commits | ratio | p50 ms | p99 ms | MB before → after |`,
);
console.log('|---|---|---:|---:|---:|---:|---:|---:|---:|');
for (const engine of values.engines.split(',') as Engine[]) {
  const postgres = engine === 'postgres' ? await startPostgres() : undefined;
  try {
    for (const name of values.only.split(',')) await measure(engine, name, postgres);
  } finally {
    await postgres?.stop();
  }
}

async function measure(engine: Engine, name: string, postgres?: Postgres): Promise<void> {
  const chosen = jobs[name];
  if (!chosen) throw new Error(`no job ${name}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'park-bench-'));
  const databaseUrl = await postgres?.database();
  const open = (): Store =>
    databaseUrl ? openPostgres(databaseUrl) : openSqlite(join(dataDir, 'park.db'));
  const server = await BenchServer.make({
    buildDir,
    dataDir,
    ...(databaseUrl && { databaseUrl }),
  });
  try {
    // The first start makes the tables and puts the campaign in.
    await server.up();
    await server.down();
    const seeding = open();
    const people = await populate(seeding, wallets, { points: POINTS, packHash });
    await stockUp(seeding);
    await seeding.close();

    await server.up();
    // A start sets the budget to the campaign's, of which these wallets may have more than all.
    const raising = open();
    await raiseBudget(raising);
    await raising.close();
    const ask = chosen.job(people);
    await putLoad({ url: server.url, connections, next: (n) => (n < 200 ? ask(n) : undefined) });
    const before = server.memory();
    const loaded = await putLoad({
      url: server.url,
      connections,
      next: (n) => (n < requests ? ask(n + 200) : undefined),
    });
    const after = server.memory();
    await server.down();
    await report(engine, name, loaded, { before, after }, open, chosen.unit, postgres);
  } finally {
    await server.down();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function report(
  engine: Engine,
  name: string,
  loaded: Loaded,
  memory: { before: number; after: number },
  open: () => Store,
  unit: { attempts: number } | { vouchers: number },
  postgres?: Postgres,
): Promise<void> {
  const store = open();
  const units = await writtenAfter(store, SEEDED_SEQ, unit);
  await store.close();
  const rows = units.reduce(
    (sum, u) => sum + u.attempt.length + u.transfer.length + u.voucher.length,
    0,
  );
  const good = loaded.statuses.get(200) ?? 0;
  if (good !== loaded.requests)
    console.error(`${name} on ${engine}: ${JSON.stringify([...loaded.statuses])}`);
  // The rows of the warm-up are among them.
  const own = (rows / units.length) * (good / loaded.seconds);
  const raw = rows / (await rawSeconds(engine, units, postgres));
  const ms = (share: number) => percentile(loaded.latenciesMs, share).toFixed(1);
  console.log(
    `| ${engine} | ${name} | ${Math.round(good / loaded.seconds)} | ${Math.round(own)} | ${Math.round(raw)} | ` +
      `${(own / raw).toFixed(2)} | ${ms(0.5)} | ${ms(0.99)} | ${memory.before.toFixed(0)} → ${memory.after.toFixed(0)} |`,
  );
}

async function rawSeconds(
  engine: Engine,
  units: Awaited<ReturnType<typeof writtenAfter>>,
  postgres?: Postgres,
): Promise<number> {
  if (postgres) {
    const url = await postgres.database();
    const empty = openPostgres(url);
    await migrate(empty, Date.now());
    await empty.close();
    return rawPostgres(url, units);
  }
  const directory = mkdtempSync(join(tmpdir(), 'park-raw-'));
  const path = join(directory, 'raw.db');
  const empty = openSqlite(path);
  await migrate(empty, Date.now());
  await empty.close();
  const seconds = rawSqlite(path, units);
  rmSync(directory, { recursive: true, force: true });
  return seconds;
}

/** Enough of everything that nothing sells out. */
async function stockUp(store: Store): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .updateTable('stock')
      .set((e) => ({ free: e('free', '+', 1_000_000), put_in: e('put_in', '+', 1_000_000) }))
      .execute();
  });
}

/** Enough that every award is booked. */
async function raiseBudget(store: Store): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .updateTable('campaign_budget')
      .set((e) => ({ budget: e('budget', '+', 1_000_000_000) }))
      .execute();
  });
}

/** Batches of new attempts, all answered right, each from the next wallet. */
function syncs(size: number): Job {
  return (people) => (n) => {
    const nowMs = Date.now();
    const wallet = n % people.walletIds.length;
    const round = {
      id: newId(nowMs),
      of: { kind: 'topic' as const, topic: 'bench' },
      day: dayAt(nowMs),
    };
    const attempts = Array.from({ length: size }, (_, k) => {
      const question = single[(Math.floor(n / people.walletIds.length) * size + k) % single.length];
      return {
        id: newId(nowMs),
        questionId: question?.id,
        packHash,
        response: { type: 'single', option: question?.answer },
        practisedAtMs: nowMs,
        round,
      };
    });
    const body = {
      version: PROTOCOL,
      deviceName: '安卓手机',
      sentAtMs: nowMs,
      cursor: SEEDED_SEQ,
      attempts,
      reports: [],
    };
    return ask(people, wallet, '/api/sync', body);
  };
}

function holds(people: Population): (n: number) => Ask {
  const { offer } = JSON.parse(readFileSync(join(buildDir, 'bank.json'), 'utf8')) as {
    offer: { goods: { id: string; points: number }[]; shops: { id: string; stock: object }[] };
  };
  const goods = offer.goods.toSorted((a, b) => a.points - b.points)[0];
  const shop = offer.shops.find(({ stock }) => goods && goods.id in stock);
  if (!goods || !shop || goods.points > POINTS) throw new Error('nothing that can be had');
  return (n) =>
    ask(people, n % people.walletIds.length, '/api/vouchers', {
      id: newId(Date.now()),
      shopId: shop.id,
      goodsId: goods.id,
      points: goods.points,
    });
}

function ask(people: Population, wallet: number, path: string, body: object): Ask {
  return {
    path,
    body: JSON.stringify(body),
    cookie: people.cookie(wallet),
    address: `10.0.${wallet >> 8}.${wallet & 255}`,
  };
}

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noticesInForce } from './bank/notices.ts';
import { packsIn } from './bank/packs.ts';
import type { BankInForce } from './bank/read.ts';
import { migrate } from './database/migrate.ts';
import { openPostgres } from './database/postgres.ts';
import { openSqlite } from './database/sqlite.ts';
import type { Store } from './database/store.ts';
import { StartRefused } from './http/start-refused.ts';
import type { Settings } from './http/settings.ts';
import { epochOf, heldToEpoch } from './epoch.ts';
import { Budget } from './ledger/budget.ts';
import { Neighbours } from './neighbours/answer.ts';
import type { Park } from './park.ts';
import { makeSecret } from './trail/boards.ts';
import { SigningKeys } from './voucher/keys.ts';
import { seedOffer } from './voucher/shops.ts';
import { rulesInForce } from './wallet/rules.ts';

type Where = Pick<Settings, 'dataDirectory' | 'buildDirectory' | 'databaseUrl'>;

/** The database that the settings name; SQLite in the data directory by default. */
export function openStore({ dataDirectory, databaseUrl }: Omit<Where, 'buildDirectory'>): Store {
  return databaseUrl ? openPostgres(databaseUrl) : openSqlite(join(dataDirectory, 'park.db'));
}

/** Opens the database, brings it up to date and puts the campaign in. @throws StartRefused */
export async function openPark(settings: Where): Promise<Park> {
  const store = openStore(settings);
  try {
    return await preparePark(
      store,
      packsIn(settings.dataDirectory),
      bankIn(settings.buildDirectory),
    );
  } catch (error) {
    await store.close().catch(() => undefined);
    if (error instanceof StartRefused) throw error;
    const why = error instanceof Error ? (error.cause ?? error) : error;
    throw new StartRefused(`The database cannot be used: ${String(why)}`, { cause: error });
  }
}

/** Makes a park around an open database; also for tests, which bring their own clock and randomness. */
export async function preparePark(
  store: Store,
  packs: Park['packs'],
  bank: BankInForce,
  { clock = Date.now, random = randomBytes }: Partial<Pick<Park, 'clock' | 'random'>> = {},
): Promise<Park> {
  await migrate(store, clock());
  await store.write(async (tx) => {
    await tx
      .insertInto('meta')
      .values({ key: 'epoch', value: Buffer.from(random(12)).toString('base64url') })
      .onConflict((c) => c.column('key').doNothing())
      .execute();
    await makeSecret(tx, random);
  });
  await seedOffer(store, bank.offer);
  const rules = await rulesInForce({ packs, bank });
  const held = heldToEpoch(store, await epochOf(store.read), async () => {
    await seedOffer(store, bank.offer);
    await store.write((tx) => makeSecret(tx, random));
    await budget.begin(store, rules.budget);
    await keys.refresh();
  });
  const budget = await Budget.open(held, rules);
  const keys = await SigningKeys.open(store, clock);
  const inForce = { ...bank, notices: noticesInForce(bank.notices) };
  const base = { store: held, packs, bank: inForce, clock };
  return { ...base, budget, keys, neighbours: new Neighbours(base), random };
}

/** Returns what this process leased, and closes the database. */
export async function closePark({ budget, store }: Park): Promise<void> {
  await budget.close().catch(() => undefined);
  await store.close();
}

function bankIn(build: string): BankInForce {
  const file = join(build, 'bank.json');
  if (!existsSync(file)) {
    throw new StartRefused(`There is no finished build in ${build}. Run npm run build first.`);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as BankInForce;
}

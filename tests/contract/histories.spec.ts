import { afterAll, beforeAll, describe, it } from 'vitest';
import { storesOf, type Stores } from '../support/engines.ts';
import { runHistory, type Kind } from '../support/histories.ts';

// Random histories against the real use cases. After every request the database is held against a model of it and
// against all invariants. `npm run test:long` lives through many more.

const { LONG, SEED, KIND = 'everything', ENGINE = 'sqlite', FROM = '1', MANY } = process.env;
const HISTORIES = { sqlite: LONG ? 10_000 : 200, postgres: LONG ? 500 : 20 };
const POOR = { sqlite: LONG ? 2000 : 30, postgres: LONG ? 100 : 4 };

describe.skipIf(SEED !== undefined).each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await storesOf(engine);
  });
  afterAll(() => stores.end());

  async function histories(kind: Kind, count: number): Promise<void> {
    const first = Number(FROM);
    for (let seed = first; seed < first + Number(MANY ?? count); seed++)
      await runHistory(stores, seed, kind);
  }

  it('whatever happens, no point is lost, none is spent twice', { timeout: 8 * 3_600_000 }, () =>
    histories('everything', HISTORIES[engine]),
  );
  it('a budget that runs out is never exceeded', { timeout: 3_600_000 }, () =>
    histories('poor', POOR[engine]),
  );
});

it.runIf(SEED !== undefined)(`history ${SEED}`, { timeout: 600_000 }, async () => {
  const stores = await storesOf(ENGINE as Stores['engine']);
  await runHistory(stores, Number(SEED), KIND as Kind).finally(() => stores.end());
});

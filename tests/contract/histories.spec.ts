import { inject, it } from 'vitest';
import type { Engine } from '../../src/lib/server/database/store.ts';
import { storesOf } from '../support/engines.ts';
import { runHistory, type Kind } from '../support/histories.ts';
import { onBothEngines } from './on-both-engines.ts';

// Random histories against the real use cases. After every request the database is held against a model of it and
// against all invariants. `npm run test:long` lives through many more; `MANY` and `FROM` say how many, from which seed.

const { LONG, MANY, FROM = '1' } = process.env;
const { SEED, KIND = 'everything', ENGINE = 'sqlite' } = process.env;
const HISTORIES = { sqlite: LONG ? 10_000 : 200, postgres: LONG ? 500 : 20 };
const POOR = { sqlite: LONG ? 2000 : 20, postgres: LONG ? 100 : 4 };
const HOURS_MS = 3_600_000;

if (SEED === undefined) {
  onBothEngines((engine, stores) => {
    async function histories(kind: Kind, count: number): Promise<void> {
      const first = Number(FROM);
      for (let seed = first; seed < first + Number(MANY ?? count); seed++)
        await runHistory(stores(), seed, kind);
    }

    it('whatever happens, no point is lost, none is spent twice', { timeout: 8 * HOURS_MS }, () =>
      histories('everything', HISTORIES[engine]),
    );
    it('a budget that runs out is never exceeded', { timeout: 8 * HOURS_MS }, () =>
      histories('poor', POOR[engine]),
    );
  });
} else {
  it(`history ${SEED}`, { timeout: HOURS_MS }, async () => {
    const stores = await storesOf(ENGINE as Engine, inject('postgresUrl'));
    await runHistory(stores, Number(SEED), KIND as Kind).finally(() => stores.end());
  });
}

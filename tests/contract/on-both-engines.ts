import { afterAll, beforeAll, describe, inject } from 'vitest';
import type { Engine } from '../../src/lib/server/database/store.ts';
import { storesOf, type Stores } from '../support/engines.ts';

const ENGINES = ['sqlite', 'postgres'] as const;

/** Tells the same on SQLite and on a real PostgreSQL. */
export function onBothEngines(tell: (engine: Engine, stores: () => Stores) => void): void {
  describe.each(ENGINES)('on %s', (engine) => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await storesOf(engine, inject('postgresUrl'));
    });
    afterAll(() => stores.end());
    tell(engine, () => stores);
  });
}

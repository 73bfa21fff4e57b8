import { afterAll, beforeAll, describe } from 'vitest';
import type { Engine } from '../../src/lib/server/database/store.ts';
import { storesOf, type Stores } from '../support/engines.ts';

const ENGINES = ['sqlite', 'postgres'] as const;
const started = new Map<Engine, Promise<Stores>>();
let hooked = false;

/** Tells the same on SQLite and on a real PostgreSQL, which comes up while SQLite has its turn. */
export function onBothEngines(tell: (engine: Engine, stores: () => Stores) => void): void {
  // Once for a file, however often it tells.
  if (!hooked) {
    beforeAll(() => {
      for (const engine of ENGINES) started.set(engine, storesOf(engine));
      // Whoever needs it will be told.
      for (const starting of started.values()) starting.catch(() => undefined);
    });
    afterAll(async () => {
      for (const starting of started.values()) await (await starting).end();
    });
    hooked = true;
  }
  describe.each(ENGINES)('on %s', (engine) => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await (started.get(engine) ?? storesOf(engine));
    });
    tell(engine, () => stores);
  });
}

import { expect, inject, it } from 'vitest';
import type { Engine } from '../../src/lib/server/database/store.ts';
import { runDeskHistory } from '../support/desk-histories.ts';
import type { Kind } from '../support/desk-steps.ts';
import { storesOf } from '../support/engines.ts';
import { onBothEngines } from './on-both-engines.ts';

// Random histories of two shops and their tills with drifting clocks: signals come and go, messages are lost, tills
// are revoked, replaced and wiped, the server is put back. The audit runs after every step; in the end the books are
// held against what really went over the counters. `MANY` and `FROM` say how many, from which seed.

const { LONG, MANY, FROM = '1' } = process.env;
const { SEED, KIND = 'rough', ENGINE = 'sqlite' } = process.env;
const HISTORIES: Record<Engine, Record<Kind, number>> = {
  sqlite: LONG ? { rough: 8000, orderly: 2000 } : { rough: 100, orderly: 30 },
  postgres: LONG ? { rough: 400, orderly: 100 } : { rough: 8, orderly: 2 },
};
const HOURS_MS = 3_600_000;

if (SEED === undefined) {
  onBothEngines((engine, stores) => {
    async function histories(kind: Kind): Promise<void> {
      const total = { given: 0, loss: 0, waiting: 0 };
      const count = Number(MANY ?? HISTORIES[engine][kind]);
      for (let seed = Number(FROM); seed < Number(FROM) + count; seed++) {
        const lived = await runDeskHistory(stores(), seed, kind);
        for (const key of ['given', 'loss', 'waiting'] as const) total[key] += lived[key];
      }
      console.log(
        `${engine}, ${kind}: ${count} histories, ${total.given} pieces handed over, ` +
          `${total.loss} losses decided, ${total.waiting} waiting`,
      );
      expect(total.given).toBeGreaterThan(0);
      if (kind === 'rough' && count >= 100) expect(total.loss + total.waiting).toBeGreaterThan(0);
    }

    it(
      'whatever happens, goods handed over are on the shop’s account',
      { timeout: 8 * HOURS_MS },
      () => histories('rough'),
    );
    it('where nobody interferes, nothing is lost at all', { timeout: 8 * HOURS_MS }, () =>
      histories('orderly'),
    );
  });
} else {
  it(`desk history ${SEED}`, { timeout: HOURS_MS }, async () => {
    const stores = await storesOf(ENGINE as Engine, inject('postgresUrl'));
    await runDeskHistory(stores, Number(SEED), KIND as Kind).finally(() => stores.end());
  });
}

import { expect, it } from 'vitest';
import { StoreUnsure, type Store } from '../../src/lib/server/database/store.ts';
import { openSqlite } from '../../src/lib/server/database/sqlite.ts';
import { audit } from '../../src/lib/server/ledger/audit.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { testPark, TestPhone } from '../support/park.ts';

// The commit has taken effect, its confirmation is lost: what a PostgreSQL that goes away at the wrong moment does.

it('points of a commit that was not confirmed are not given out a second time', async () => {
  const store = openSqlite(':memory:');
  let breaks = false;
  const unsure: Store = {
    ...store,
    async write(work) {
      const value = await store.write(work);
      if (!breaks) return value;
      breaks = false;
      throw new StoreUnsure('the commit was not confirmed');
    },
  };
  const budget = 40;
  const park = await testPark(unsure, { budget });
  const [phone, other] = [new TestPhone(park), new TestPhone(park)];
  await Promise.all([phone.sync(), other.sync()]);
  // Leases what there is.
  await phone.sync([phone.attempt('q50')]);
  const attempts = Array.from({ length: 10 }, (_, i) => phone.attempt(`q${i}`));
  breaks = true;
  await expect(phone.sync(attempts)).rejects.toThrow(StoreUnsure);
  expect(breaks).toBe(false);
  const again = await phone.sync(attempts);
  expect(again.verdicts.every(({ is }) => is === 'credited')).toBe(true);
  expect(again.wallet.available).toBe(22);

  await other.sync(Array.from({ length: 15 }, (_, i) => other.attempt(`q${i}`)));
  expect(await audit(store.read, { ...sampleCampaign, dailyCap: 30 })).toEqual([]);
  const { available } = (await other.sync()).wallet;
  expect(22 + available).toBeLessThanOrEqual(budget);
  await closePark(park);
});

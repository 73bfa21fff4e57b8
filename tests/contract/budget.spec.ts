import { expect, it } from 'vitest';
import { closePark } from '../../src/lib/server/open-park.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import { testPark, TestPhone, type TestPark } from '../support/park.ts';
import { joinBy, stories } from './stories.ts';

/** A wallet that has answered so many questions, all of them right. */
async function earner(park: TestPark, questions: number, from = 0): Promise<number> {
  const phone = new TestPhone(park);
  const rows = Array.from({ length: questions }, (_, i) => phone.attempt(`q${from + i}`));
  return (await phone.sync(rows)).wallet.available;
}

stories(
  (here) => {
    const leased = async () =>
      here.park.store.read
        .selectFrom('campaign_budget')
        .select('leased')
        .executeTakeFirstOrThrow()
        .then((row) => row.leased);

    it('a budget that runs out credits in part, then nothing, and leaves the keys', async () => {
      expect(await earner(here.park, 12)).toBe(24);
      const phone = new TestPhone(here.park);
      const rows = Array.from({ length: 10 }, (_, i) => phone.attempt(`q${i}`));
      const { verdicts, wallet } = await phone.sync(rows);
      expect(wallet.available).toBe(17);
      expect(verdicts.slice(-2)).toMatchObject([
        { is: 'credited', points: 1, awards: [{ limitedBy: 'budget' }] },
        { is: 'capped', by: 'budget' },
      ]);
      await here.restart({ budget: 1000 });
      phone.turnTo(here.park);
      const later = await phone.sync([phone.attempt('q8'), phone.attempt('q9')]);
      expect(later.verdicts).toMatchObject([{ is: 'known' }, { is: 'credited', points: 2 }]);
    });

    it('a wallet that joins another loses nothing to an exhausted budget', async () => {
      const mine = new TestPhone(here.park);
      await mine.sync(Array.from({ length: 10 }, (_, i) => mine.attempt(`q${i}`)));
      const other = new TestPhone(here.park);
      await other.sync(Array.from({ length: 12 }, (_, i) => other.attempt(`q${i + 30}`)));
      expect(await leased()).toBe(41);
      here.park.pass(86_400_000);
      await joinBy(here.park, other, await makeRecoveryCode(here.park, mine.session));
      const { wallet } = await other.sync();
      expect(wallet.available).toBe(30);
      expect(await earner(here.park, 10)).toBe(11);
    });

    it('a process that ends as it should gives back what it has not given out', async () => {
      await earner(here.park, 5);
      await here.restart();
      expect(await leased()).toBe(10);
      expect(await earner(here.park, 15)).toBe(30);
      expect(await earner(here.park, 15)).toBe(1);
    });

    it('two processes give out no more than there is', async () => {
      const second = await testPark(here.stores.open(here.place), { seed: 'second', budget: 41 });
      const got: number[] = [];
      for (const park of [here.park, second, here.park, here.park, second])
        got.push(await earner(park, 8));
      expect(got).toEqual([16, 0, 16, 9, 0]);
      await closePark(second);
    });

    it('a process that crashes takes only what it had leased along', async () => {
      await here.restart({ budget: 5000 });
      await earner(here.park, 5);
      // Opened beside the first one, which never says what it has left.
      const crashed = here.park;
      here.park = await testPark(here.stores.open(here.place), { seed: 'again', budget: 5000 });
      await crashed.store.close();
      expect(await leased()).toBe(1000);
      expect(await earner(here.park, 15)).toBe(30);
    });

    it('a budget that is lowered below what was given out stays at that', async () => {
      await earner(here.park, 10);
      await here.restart({ budget: 5 });
      expect(await earner(here.park, 5)).toBe(0);
      const row = await here.park.store.read
        .selectFrom('campaign_budget')
        .selectAll()
        .executeTakeFirstOrThrow();
      expect(row).toMatchObject({ budget: 20, leased: 20 });
    });
  },
  { budget: 41 },
);

stories(
  (here) => {
    it('many who ask at once are all given what they have earned while there is enough', async () => {
      const asked = Array.from({ length: 64 }, (_, i) => earner(here.park, 15, i % 45));
      expect(new Set(await Promise.all(asked))).toEqual(new Set([30]));
    });
  },
  { budget: 64 * 30 + 15 * 15 * 64 },
);

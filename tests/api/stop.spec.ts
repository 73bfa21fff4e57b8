import { afterEach, beforeEach, expect, it } from 'vitest';
import { ApiServer } from '../support/api-server.ts';

// SIGTERM while phones send: what was acknowledged is there, what was not can be sent again.

let server: ApiServer;
beforeEach(async () => {
  server = await ApiServer.start();
});
afterEach(() => server.remove());

it('stops under load without losing what it acknowledged', async () => {
  const acknowledged: string[] = [];
  let refused = 0;
  const phones = Array.from({ length: 12 }, () => server.phone());
  await Promise.all(phones.map((phone) => phone.sync()));
  let stopping = false;
  const load = phones.map(async (phone) => {
    for (let n = 0; n < 100; n++) {
      const attempts = phone.attempts(3, (n * 3) % 300);
      try {
        const { verdicts } = await phone.sync(attempts);
        acknowledged.push(...verdicts.map(({ id }) => id));
      } catch (error) {
        // Nothing is accepted any more: a connection refused or closed, never an error of the server's.
        expect(stopping, String(error)).toBe(true);
        expect(error).toHaveProperty('code', expect.stringMatching(/^ECONN(REFUSED|RESET)$/));
        refused++;
        return;
      }
    }
  });
  await expect.poll(() => acknowledged.length).toBeGreaterThan(100);
  stopping = true;
  const began = performance.now();
  const code = await server.process.down('SIGTERM');
  expect(code).toBe(0);
  expect(performance.now() - began).toBeLessThan(5000);
  await Promise.all(load);
  expect(refused).toBe(phones.length);

  const { kept, budget, issued } = await server.onStore(async ({ read }) => ({
    kept: await read.selectFrom('attempt').select('id').execute(),
    budget: await read.selectFrom('campaign_budget').selectAll().executeTakeFirstOrThrow(),
    issued: await read
      .selectFrom('transfer')
      .select((e) => e.fn.sum<number>('points').as('points'))
      .where('kind', '=', 'award')
      .executeTakeFirstOrThrow(),
  }));
  const there = new Set(kept.map(({ id }) => id));
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  expect(budget.leased, 'what was leased and not given out is returned').toBe(
    Number(issued.points),
  );
  expect(await server.audit()).toEqual([]);
});

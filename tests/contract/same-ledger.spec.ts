import { expect, inject, it } from 'vitest';
import type { Store } from '../../src/lib/server/database/store.ts';
import { storesOf } from '../support/engines.ts';
import { runHistory } from '../support/histories.ts';

const HISTORIES = process.env.LONG ? 200 : 5;

/** The whole ledger without what is drawn by lot or only told when. */
async function ledgerOf({ read }: Store) {
  const transfers = await read
    .selectFrom('transfer')
    .select(['owner', 'kind', 'from_account', 'to_account', 'points', 'award_key', 'day', 'why'])
    .orderBy('owner')
    .orderBy('seq')
    .execute();
  const attempts = await read
    .selectFrom('attempt')
    .select(['wallet_id', 'seq', 'id', 'day', 'right', 'verdict'])
    .orderBy('wallet_id')
    .orderBy('seq')
    .execute();
  const wallets = await read
    .selectFrom('wallet')
    .select(['id', 'available', 'held', 'seq', 'joined_into'])
    .orderBy('id')
    .execute();
  const vouchers = await read
    .selectFrom('voucher')
    .select(['wallet_id', 'id', 'points', 'charged', 'state', 'why', 'expires_at'])
    .orderBy('wallet_id')
    .orderBy('id')
    .execute();
  const stock = await read
    .selectFrom('stock')
    .selectAll()
    .orderBy('shop_id')
    .orderBy('goods_id')
    .execute();
  return { transfers, attempts, wallets, vouchers, stock };
}

it('the same history gives the same ledger on both engines', { timeout: 3_600_000 }, async () => {
  const stores = [await storesOf('sqlite'), await storesOf('postgres', inject('postgresUrl'))];
  try {
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const ledgers: unknown[] = [];
      for (const each of stores) {
        await runHistory(each, seed, 'in-turn', async ({ park }) => {
          ledgers.push(await ledgerOf(park.store));
        });
      }
      expect(ledgers[1], `history ${seed}`).toEqual(ledgers[0]);
    }
  } finally {
    await Promise.all(stores.map((each) => each.end()));
  }
});

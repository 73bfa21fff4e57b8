import type { DenyEntry, DenyNews } from '../../domain/terminal/deny-list.ts';
import type { Tx } from '../database/store.ts';
import type { DeskRow } from '../database/tables.ts';
import { epochOf } from '../epoch.ts';

/**
 * What a terminal must not hand over, of this moment, with the desk locked: whatever ended before is in it, and what
 * ends later knows that it is not.
 * @param number the list's
 * @param since the list that the terminal holds; without one it is told all
 */
export async function denyNews(
  tx: Tx,
  { shop_id }: DeskRow,
  number: number,
  since: number | undefined,
  nowMs: number,
): Promise<DenyNews> {
  const rows = await tx
    .selectFrom('voucher')
    .select(['wallet_id', 'id', 'expires_at', 'state', 'state_at', 'why', 'ending', 'ending_at'])
    .where('shop_id', '=', shop_id)
    .where('expires_at', '>', nowMs)
    .where('list_at', '>=', since ?? 0)
    .where((e) =>
      since === undefined
        ? e.or([e('state', '!=', 'held'), e('ending', 'is not', null)])
        : e.lit(true),
    )
    .orderBy('id')
    .execute();
  const closed = rows.filter(({ state, ending }) => state !== 'held' || ending !== null);
  const shut = new Set(closed.map(({ id }) => id));
  const by = await handedOverBy(tx, shop_id, nowMs);
  const entries = closed.map((row): DenyEntry => {
    const of = { voucherId: row.id, expiresAtMs: row.expires_at };
    if (row.state === 'handed-over') {
      const { terminal = '', clerk } = by.get(`${row.wallet_id}/${row.id}`) ?? {};
      return { ...of, is: 'handed-over', atMs: row.state_at, terminal, ...(clerk && { clerk }) };
    }
    const atMs = row.ending_at ?? row.state_at;
    return { ...of, is: 'released', atMs, why: row.ending ?? row.why ?? 'cancelled' };
  });
  return {
    number,
    epoch: await epochOf(tx),
    asOfMs: nowMs,
    whole: since === undefined,
    entries,
    open: rows.filter(({ id }) => !shut.has(id)).map(({ id }) => id),
  };
}

/** Who handed over for vouchers that have not expired. */
async function handedOverBy(tx: Tx, shopId: string, nowMs: number) {
  const rows = await tx
    .selectFrom('handover')
    .innerJoin('voucher', (j) =>
      j
        .onRef('voucher.wallet_id', '=', 'handover.wallet_id')
        .onRef('voucher.id', '=', 'handover.voucher_id')
        .onRef('voucher.nonce', '=', 'handover.nonce'),
    )
    .innerJoin('terminal', (j) =>
      j
        .onRef('terminal.shop_id', '=', 'handover.shop_id')
        .onRef('terminal.id', '=', 'handover.terminal_id'),
    )
    .leftJoin('clerk', (j) =>
      j.onRef('clerk.shop_id', '=', 'handover.shop_id').onRef('clerk.id', '=', 'handover.clerk_id'),
    )
    .select(['handover.wallet_id', 'handover.voucher_id'])
    .select(['terminal.name as terminal', 'clerk.name as clerk'])
    .where('handover.shop_id', '=', shopId)
    .where('voucher.shop_id', '=', shopId)
    .where('voucher.expires_at', '>', nowMs)
    .execute();
  return new Map(
    rows.map(({ wallet_id, voucher_id, terminal, clerk }) => [
      `${wallet_id}/${voucher_id}`,
      { terminal, clerk },
    ]),
  );
}

/** All that a token may name; goods stay for their vouchers when the campaign has them no more. */
export function goodsOfTokens(tx: Tx) {
  return tx
    .selectFrom('goods')
    .select(['id', 'name', 'detail', 'picture', 'points'])
    .orderBy('id')
    .execute();
}

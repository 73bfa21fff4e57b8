import {
  monthAt,
  nextMonth,
  startOfMonth,
  type Correction,
  type Difference,
  type HandOverLine,
  type Month,
} from '../../domain/shop/statement.ts';
import type { RowVerdict } from '../../domain/terminal/messages.ts';
import type { Tx } from '../database/store.ts';

/**
 * Goods that a shop has handed over and not taken back: those of a frozen statement, or (null) those that are in none.
 * What nobody pays for is not among them; `differencesOf` tells of it.
 */
export async function linesOf(
  tx: Tx,
  shopId: string,
  settledIn: Month | null,
): Promise<HandOverLine[]> {
  const rows = await tx
    .selectFrom('handover as h')
    .leftJoin('goods as g', 'g.id', 'h.goods_id')
    .leftJoin('terminal as t', (j) =>
      j.onRef('t.shop_id', '=', 'h.shop_id').onRef('t.id', '=', 'h.terminal_id'),
    )
    .leftJoin('clerk as c', (j) =>
      j.onRef('c.shop_id', '=', 'h.shop_id').onRef('c.id', '=', 'h.clerk_id'),
    )
    .leftJoin('loss as l', (j) =>
      j.onRef('l.shop_id', '=', 'h.shop_id').onRef('l.nonce', '=', 'h.nonce'),
    )
    .select(['h.nonce', 'h.at', 'h.booked_at', 'h.goods_id', 'h.points', 'h.settle_fen', 'h.paid'])
    .select(['g.name as goods', 't.name as terminal', 'c.name as clerk', 'l.why'])
    .where('h.shop_id', '=', shopId)
    .where('h.did', '=', 'handed-over')
    .where('h.undone_at', 'is', null)
    .where('h.settled_in', settledIn === null ? 'is' : '=', settledIn)
    .orderBy('h.at')
    .execute();
  return rows.flatMap(({ paid, clerk, why, ...row }) =>
    paid === 'none'
      ? []
      : {
          nonce: row.nonce,
          atMs: row.at,
          bookedAtMs: row.booked_at,
          goodsId: row.goods_id,
          goods: row.goods ?? row.goods_id,
          ...(clerk !== null && { clerk }),
          terminal: row.terminal ?? '',
          points: row.points,
          settleFen: row.settle_fen,
          paid,
          ...(why !== null && { why }),
        },
  );
}

/** @param settledIn the month of a frozen statement; null for those that are in none */
export async function correctionsOf(
  tx: Tx,
  shopId: string,
  settledIn: Month | null,
): Promise<Correction[]> {
  const rows = await tx
    .selectFrom('correction')
    .select(['id', 'at', 'fen', 'why'])
    .where('shop_id', '=', shopId)
    .where('settled_in', settledIn === null ? 'is' : '=', settledIn)
    .orderBy('at')
    .execute();
  return rows.map(({ at: atMs, ...row }) => ({ ...row, atMs }));
}

/** Rows that were uploaded in a month and are not simply booked: a clerk who counted along finds why here. */
export async function differencesOf(tx: Tx, shopId: string, month: Month): Promise<Difference[]> {
  const rows = await tx
    .selectFrom('upload')
    .select(['nonce', 'at', 'verdict', 'received_at'])
    .where('shop_id', '=', shopId)
    .where('received_at', '>=', startOfMonth(month))
    .where('received_at', '<', startOfMonth(nextMonth(month)))
    .orderBy('received_at')
    .execute();
  return rows.flatMap(({ nonce, at: atMs, verdict, received_at }) => {
    const said = { nonce, ...(JSON.parse(verdict) as object) } as RowVerdict;
    const late = monthAt(atMs) !== monthAt(received_at);
    return said.is === 'booked' && !late ? [] : { nonce, atMs, verdict: said };
  });
}

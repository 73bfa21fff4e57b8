import { sql, type RawBuilder } from 'kysely';
import { linked, type LinkedEntry } from '../../domain/shop/trail.ts';
import { OFFLINE_MS } from '../../domain/terminal/terms.ts';
import type { Tx } from '../database/store.ts';
import { trailHash } from './desk.ts';

/** From when to when each terminal could. */
const RIGHTS = sql`
  select shop_id, terminal_id, granted_at, case
    when ended_at < last_contact + ${sql.lit(OFFLINE_MS)} then ended_at
    else last_contact + ${sql.lit(OFFLINE_MS)} end as ends
  from offline_right`;

/** What holds for shops, beside the ledger: each query selects the rows that break its invariant. */
export const shopInvariants: Record<string, RawBuilder<unknown>> = {
  'a shop has one terminal that hands over without a signal, or any number of others': sql`
    select shop_id, count(*) as terminals from terminal where ended_at is null
    group by shop_id having count(*) > 1 and max(wants_offline) = 1
    and exists (select 1 from offline_right r join terminal t on t.shop_id = r.shop_id and t.id = r.terminal_id
      where r.shop_id = terminal.shop_id and r.ended_at is null and t.ended_at is null and t.wants_offline = 1)`,
  'no two terminals of a shop could hand over without a signal at the same time': sql`
    select a.shop_id, a.terminal_id, b.terminal_id as other from (${RIGHTS}) a
    join (${RIGHTS}) b on b.shop_id = a.shop_id and b.terminal_id > a.terminal_id
    where a.granted_at < b.ends and b.granted_at < a.ends`,
  'every upload that was booked is a hand-over of its terminal, and no other is': sql`
    select u.shop_id, u.nonce, u.verdict, h.paid from upload u
    left join handover h on h.shop_id = u.shop_id and h.nonce = u.nonce
    where case
      when u.verdict like '{"is":"booked"%' then h.paid is null or h.paid <> 'voucher'
      when u.verdict like '{"is":"loss","why":"lacking"%' then h.paid is null or h.paid <> 'voucher'
      when u.verdict like '{"is":"loss"%' then h.paid is null or h.paid <> 'loss'
      when u.verdict like '{"is":"loss-waiting"%' then h.paid is null or h.paid = 'voucher'
      when u.verdict like '{"is":"undone"%' then h.nonce is not null and h.undone_at is null
      else h.nonce is not null end`,
  'every hand-over is of the voucher that its upload names': sql`
    select u.shop_id, u.nonce from upload u join handover h on h.shop_id = u.shop_id and h.nonce = u.nonce
    where u.voucher_id is null or u.voucher_id <> h.voucher_id`,
  'a loss is posted as it was decided': sql`
    select l.shop_id, l.nonce, l.state, t.points from loss l
    left join transfer t on t.owner = l.wallet_id and t.id = l.transfer_id and t.kind = 'loss'
    where (l.state = 'booked') <> (t.id is not null)
    or (t.id is not null and (t.points <> l.points or t.voucher_id <> l.voucher_id or t.shop_id <> l.shop_id))`,
  'every loss that is posted was decided': sql`
    select t.owner, t.id from transfer t where t.kind = 'loss' and not exists (
      select 1 from loss l where l.wallet_id = t.owner and l.voucher_id = t.voucher_id and l.transfer_id = t.id)`,
  'a hand-over that the campaign pays, or is asked to, has its loss': sql`
    select h.shop_id, h.nonce, h.paid, l.state from handover h
    left join loss l on l.shop_id = h.shop_id and l.nonce = h.nonce
    where h.paid in ('loss', 'waiting') and h.undone_at is null
    and coalesce(l.state, '') <> case h.paid when 'loss' then 'booked' else 'waiting' end`,
  'what a month loses without the operator stays within the shop’s limit': sql`
    select shop_id, month, sum(points) as points, max(limit_then) as within from loss
    where state = 'booked' and decided_at is null and why <> 'lacking'
    group by shop_id, month having sum(points) > max(limit_then)`,
  'a shop’s account and what it was paid are the goods that it handed over': sql`
    select s.id, a.points, h.points as goods from shop s
    left join (
      select shop_id, sum(case kind when 'consume' then points when 'loss' then points when 'undo' then -points else 0 end)
        as points from transfer where shop_id is not null group by shop_id
    ) a on a.shop_id = s.id
    left join (
      select shop_id, sum(points) as points from handover
      where did = 'handed-over' and undone_at is null and paid in ('voucher', 'loss') group by shop_id
    ) h on h.shop_id = s.id
    where coalesce(a.points, 0) <> coalesce(h.points, 0)`,
  'a statement is the sum of what it holds, and was paid': sql`
    select s.shop_id, s.month, s.pieces, s.points, s.settle_fen, h.pieces as handed_over, t.points as paid
    from settlement s
    left join (
      select shop_id, settled_in, count(*) as pieces, sum(points) as points, sum(settle_fen) as fen
      from handover where settled_in is not null group by shop_id, settled_in
    ) h on h.shop_id = s.shop_id and h.settled_in = s.month
    left join (
      select shop_id, settled_in, sum(fen) as fen from correction where settled_in is not null group by shop_id, settled_in
    ) c on c.shop_id = s.shop_id and c.settled_in = s.month
    left join transfer t on t.owner = s.shop_id and t.id = s.transfer_id and t.kind = 'settle'
    where s.pieces <> coalesce(h.pieces, 0) or s.points <> coalesce(h.points, 0)
    or s.points <> coalesce(t.points, 0) or s.settle_fen <> coalesce(h.fen, 0) + coalesce(c.fen, 0)`,
  'what is in a statement was handed over, is paid for, and the statement is made': sql`
    select h.shop_id, h.nonce, h.settled_in from handover h where h.settled_in is not null
    and (h.undone_at is not null or h.did <> 'handed-over' or h.paid not in ('voucher', 'loss')
      or not exists (select 1 from settlement s where s.shop_id = h.shop_id and s.month = h.settled_in))`,
  'every payment to a shop is of a statement': sql`
    select t.owner, t.id from transfer t where t.kind = 'settle' and not exists (
      select 1 from settlement s where s.shop_id = t.owner and s.transfer_id = t.id)`,
  'a voucher on its way back is held': sql`
    select wallet_id, id, state, ending from voucher
    where (ending is not null and state <> 'held') or (ending is null) <> (ending_at is null)`,
};

const PAGE = 1000;

/** Follows every shop's trail from its first entry. @returns shops whose chain is broken, and where */
export async function brokenTrails(tx: Tx): Promise<{ shop_id: string; number: number }[]> {
  const desks = await tx.selectFrom('desk').selectAll().execute();
  const broken: { shop_id: string; number: number }[] = [];
  for (const { shop_id, trail_number, trail_hash } of desks) {
    const end = await follow(tx, shop_id);
    const whole =
      end.broken === undefined && end.number === trail_number && end.hash === trail_hash;
    if (!whole) broken.push({ shop_id, number: end.broken ?? end.number + 1 });
  }
  return broken;
}

async function follow(tx: Tx, shopId: string) {
  let last: Pick<LinkedEntry, 'number' | 'hash'> = { number: 0, hash: '' };
  for (;;) {
    const page = await tx
      .selectFrom('trail')
      .selectAll()
      .where('shop_id', '=', shopId)
      .where('number', '>', last.number)
      .orderBy('number')
      .limit(PAGE)
      .execute();
    for (const { at: atMs, kind, what, number, hash } of page) {
      const next = linked(last, { atMs, kind, what }, trailHash);
      if (next.number !== number || next.hash !== hash) return { ...last, broken: number };
      last = next;
    }
    if (page.length < PAGE) return { ...last, broken: undefined };
  }
}

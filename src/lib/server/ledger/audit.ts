import { sql, type RawBuilder } from 'kysely';
import { accountsOf } from '../../domain/ledger/transfer.ts';
import type { Tx } from '../database/store.ts';
import { brokenTrails, shopInvariants } from '../shop/audit.ts';

/** An invariant of the blueprint (§6) that does not hold, with a few of the rows that show it. */
export interface Breach {
  invariant: string;
  rows: unknown[];
}

const SHOWN = 5;

/** Points that stand on an account by its transfers. */
const fold = (where: RawBuilder<unknown>) => sql`
  select account, sum(points) as points from (
    select to_account as account, points from transfer where ${where}
    union all select from_account, -points from transfer where ${where}
  ) moved group by account`;

const ALL = sql`1 = 1`;
/** By wallet too: phones make the ids of vouchers, and one that means harm may take another’s. */
const VOUCHERS = sql`
  select owner, account, sum(points) as points from (
    select owner, to_account as account, points from transfer where voucher_id is not null
    union all select owner, from_account, -points from transfer where voucher_id is not null
  ) moved group by owner, account`;
const account = (prefix: string) => sql.raw(`'${prefix}:%'`);

/** Each query selects the rows that break its invariant. `cap`: question points of a wallet's day. */
const invariants = (cap: number): Record<string, RawBuilder<unknown>> => ({
  'every transfer moves between the accounts of its kind': sql`
    select id, kind, from_account, to_account from transfer where not (${sql.join(
      Object.entries(accountsOf).map(
        ([kind, [from, to]]) =>
          sql`(kind = ${kind} and ${side('from_account', from)} and ${side('to_account', to)})`,
      ),
      sql` or `,
    )})`,
  'the balances add up to zero': sql`
    select sum(points) as points from (${fold(ALL)}) b having coalesce(sum(points), 0) <> 0`,
  'no resident, voucher, shop or paid account is below zero': sql`
    select account, points from (${fold(ALL)}) b
    where points < 0 and account not in ('issue', 'loss')`,
  'a wallet’s balance is the fold of its transfers': sql`
    select w.id, w.available, b.points from wallet w
    left join (${fold(ALL)}) b on b.account = 'resident:' || w.id
    where w.available <> coalesce(b.points, 0)`,
  'every resident account has its wallet': sql`
    select b.account from (${fold(ALL)}) b
    where b.account like ${account('resident')}
    and not exists (select 1 from wallet w where 'resident:' || w.id = b.account)`,
  'what a wallet holds is what stands on its vouchers': sql`
    select w.id, w.held, v.charged from wallet w
    left join (select wallet_id, sum(charged) as charged from voucher where state = 'held' group by wallet_id) v
      on v.wallet_id = w.id
    where w.held <> coalesce(v.charged, 0)`,
  'a voucher’s account holds its points while it is held, else nothing': sql`
    select v.id, v.state, v.charged, b.points from voucher v
    left join (${VOUCHERS}) b on b.owner = v.wallet_id and b.account = 'voucher:' || v.id
    where coalesce(b.points, 0) <> case when v.state = 'held' then v.charged else 0 end`,
  'a voucher has at most one ending that stands': sql`
    select t.voucher_id, count(*) as endings from transfer t
    where t.kind in ('consume', 'release') and t.voucher_id is not null
    and not exists (select 1 from transfer r where r.owner = t.owner and r.reverses = t.id)
    group by t.owner, t.voucher_id having count(*) > 1`,
  'a hand-over that stands names its transfer': sql`
    select v.id, v.consumed_by from voucher v
    where v.state = 'handed-over' and v.charged > 0
    and not exists (
      select 1 from transfer t where t.owner = v.wallet_id and t.id = v.consumed_by and t.kind = 'consume'
      and t.points = v.charged
    )`,
  'a voucher is paid from loss at most once, all of it or what it lacked': sql`
    select t.owner, t.voucher_id, count(*) as losses, sum(t.points) as points from transfer t
    join loss l on l.wallet_id = t.owner and l.voucher_id = t.voucher_id
    left join voucher v on v.wallet_id = t.owner and v.id = t.voucher_id
    where t.kind = 'loss' group by t.owner, t.voucher_id, v.points, v.charged, l.why
    having count(*) > 1 or sum(t.points) <> case l.why when 'lacking' then v.points - v.charged
      else coalesce(v.points, sum(t.points)) end`,
  'a hand-over in force was made by its nonce': sql`
    select v.id, v.nonce from voucher v where v.state = 'handed-over' and not exists (
      select 1 from handover h where h.shop_id = v.shop_id and h.nonce = v.nonce
      and h.voucher_id = v.id and h.did = 'handed-over' and h.undone_at is null and h.paid = 'voucher'
      and h.points = v.points and h.goods_id = v.goods_id and h.settle_fen = v.settle_fen
    )`,
  'a voucher pays for one hand-over, and the campaign for one more': sql`
    select voucher_id, count(*) as times from handover
    where did = 'handed-over' and undone_at is null and paid <> 'none'
    group by wallet_id, voucher_id, case paid when 'voucher' then 0 else 1 end having count(*) > 1`,
  'a reversal takes back its transfer, whole and the other way': sql`
    select r.id, r.reverses from transfer r
    left join transfer t on t.owner = r.owner and t.id = r.reverses
    where r.reverses is not null and (t.id is null or t.points <> r.points
      or t.from_account <> r.to_account or t.to_account <> r.from_account)`,
  'what was put into stock is free, held or handed over': sql`
    select shop_id, goods_id, put_in, free, held, handed_over from stock
    where put_in <> free + held + handed_over or free < 0 or held < 0 or handed_over < 0`,
  'the stock that is held is that of held vouchers': sql`
    select s.shop_id, s.goods_id, s.held, v.pieces from stock s left join (
      select shop_id, goods_id, sum(stocked) as pieces from voucher where state = 'held' group by shop_id, goods_id
    ) v on v.shop_id = s.shop_id and v.goods_id = s.goods_id
    where s.held <> coalesce(v.pieces, 0)`,
  'the stock that is handed over is that of vouchers handed over': sql`
    select s.shop_id, s.goods_id, s.handed_over, v.pieces from stock s left join (
      select shop_id, goods_id, sum(stocked) as pieces from voucher
      where state = 'handed-over' group by shop_id, goods_id
    ) v on v.shop_id = s.shop_id and v.goods_id = s.goods_id
    where s.handed_over <> coalesce(v.pieces, 0)`,
  'an award key pays a wallet once': sql`
    select owner, award_key from transfer where kind = 'award'
    group by owner, award_key having count(*) > 1`,
  'every award has its key and its attempt': sql`
    select t.owner, t.id from transfer t join wallet w on w.id = t.owner
    where t.kind = 'award' and (t.award_key is null or t.day is null or t.attempt_id is null
      or (w.closed_at is null and not exists (
        select 1 from attempt a where a.wallet_id = t.owner and a.id = t.attempt_id)))`,
  'question awards of a day stay within the cap': sql`
    select t.owner, t.day, sum(t.points) as points from transfer t
    where t.kind = 'award' and t.award_key like 'q:%'
    group by t.owner, t.day having sum(t.points) > ${cap}`,
  'the day’s counter is the sum of its question awards': sql`
    select d.wallet_id, d.day, d.question_points, t.points from wallet_day d left join (
      select owner, day, sum(points) as points from transfer
      where kind = 'award' and award_key like 'q:%' group by owner, day
    ) t on t.owner = d.wallet_id and t.day = d.day
    where d.question_points <> coalesce(t.points, 0)`,
  'what was issued was leased, what was leased is in the budget': sql`
    select b.budget, b.leased, i.points from (
      select sum(budget) as budget, sum(leased) as leased from campaign_budget
    ) b, (
      select coalesce(sum(case kind when 'award' then points else -points end), 0) as points
      from transfer where kind in ('award', 'reverse-award')
    ) i where i.points > coalesce(b.leased, 0) or b.leased > b.budget`,
  'a wallet’s history has one entry at each place': sql`
    select owner, seq from (
      select owner, seq from transfer union all
      select wallet_id, seq from attempt union all select wallet_id, seq from voucher
    ) h group by owner, seq having count(*) > 1`,
  'a wallet’s counter is not behind its history': sql`
    select w.id, w.seq, h.seq as latest from wallet w join (
      select owner, max(seq) as seq from (
        select owner, seq from transfer union all
        select wallet_id, seq from attempt union all select wallet_id, seq from voucher
      ) e group by owner
    ) h on h.owner = w.id where h.seq > w.seq`,
  'no more first answers are counted than wallets have given, closed ones aside': sql`
    select t.question_id, t.answers, t.rights, w.wallets, w.right_wallets from (
      select question_id, sum(answers) as answers, sum("right") as rights from question_tally group by question_id
    ) t left join (
      select question_id, count(*) as wallets, sum("right") as right_wallets from (
        select question_id, wallet_id, max("right") as "right" from attempt group by question_id, wallet_id
      ) a group by question_id
    ) w on w.question_id = t.question_id
    cross join (select count(*) as closed from wallet where closed_at is not null) c
    where t.answers > coalesce(w.wallets, 0) + c.closed
      or t.rights > coalesce(w.right_wallets, 0) + c.closed`,
  'a closed wallet is empty and has no device': sql`
    select w.id from wallet w where w.closed_at is not null and (w.available <> 0 or w.held <> 0
      or exists (select 1 from device d where d.wallet_id = w.id))`,
});

function side(column: 'from_account' | 'to_account', type: string) {
  const column_ = sql.ref(column);
  return ['issue', 'loss', 'paid'].includes(type)
    ? sql`${column_} = ${type}`
    : sql`${column_} like ${account(type)}`;
}

/**
 * Holds the whole ledger against every invariant; in one snapshot where `tx` is one.
 * @param checked hears of each invariant and how many rows break it (at most five are looked for)
 * @returns what is broken; empty is good
 */
export async function audit(
  tx: Tx,
  { dailyCap }: { dailyCap: number },
  checked?: (invariant: string, broken: number) => void,
): Promise<Breach[]> {
  const breaches: Breach[] = [];
  const tell = (invariant: string, rows: unknown[]) => {
    checked?.(invariant, rows.length);
    if (rows.length > 0) breaches.push({ invariant, rows });
  };
  const all = { ...invariants(dailyCap), ...shopInvariants };
  for (const [invariant, query] of Object.entries(all))
    tell(invariant, (await sql`${query} limit ${sql.lit(SHOWN)}`.execute(tx)).rows);
  tell('a shop’s trail is whole', (await brokenTrails(tx)).slice(0, SHOWN));
  return breaches;
}

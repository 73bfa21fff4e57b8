import { sql } from 'kysely';
import type { Store } from '../../src/lib/server/database/store.ts';
import { NOT_KNOWN, type Model, type ModelVoucher } from './histories-model.ts';
import type { HistoryPhone } from './histories-phone.ts';

/** What database and model must agree on, in one form. */
export interface State {
  wallets: Record<string, unknown>;
  attempts: Record<string, string[]>;
  vouchers: Record<string, unknown>;
  stock: Record<string, unknown>;
  shops: Record<string, number>;
  handovers: Record<string, unknown>;
  devices: Record<string, unknown>;
  /** The code of each wallet. */
  codes: Record<string, string>;
  /** When boards were retired. */
  runs: Record<string, string | null>;
}

export interface Read {
  state: State;
  /** Codes of vouchers for typing, by wallet and id. */
  codes: Map<string, string>;
}

/**
 * Reads one statement after the other; nobody may be writing.
 * @param known recovery codes and secrets of sessions by their hash: where an answer was lost nobody knows more than
 *   that there is one
 */
export async function readState(
  { read }: Store,
  known: ReadonlyMap<string, string>,
): Promise<Read> {
  const wallets = await read.selectFrom('wallet').selectAll().execute();
  const attempts = await read
    .selectFrom('attempt')
    .select(['wallet_id', 'id'])
    .orderBy('seq')
    .execute();
  const vouchers = await read.selectFrom('voucher').selectAll().execute();
  const stock = await read.selectFrom('stock').selectAll().execute();
  const handovers = await read.selectFrom('handover').selectAll().execute();
  const devices = await read
    .selectFrom('device')
    .select(['wallet_id', 'id', 'token_hash', 'claim_hash', 'signed_out_at', 'last_sync_at'])
    .execute();
  const codes = await read.selectFrom('recovery').select(['wallet_id', 'code_hash']).execute();
  const runs = await read.selectFrom('print_run').selectAll().execute();
  const { rows: shops } = await sql<{ account: string; points: number | string }>`
    select account, sum(points) as points from (
      select to_account as account, points from transfer where to_account like 'shop:%'
      union all select from_account, -points from transfer where from_account like 'shop:%'
    ) m group by account having sum(points) <> 0`.execute(read);
  const byWallet = Map.groupBy(attempts, (a) => a.wallet_id);
  return {
    codes: new Map(vouchers.map((v) => [`${v.wallet_id}/${v.id}`, v.code])),
    state: {
      wallets: record(wallets, (w) => [
        w.id,
        walletState(w.available, w.held, w.opened_at, w.closed_at !== null, w.joined_into),
      ]),
      attempts: record([...byWallet], ([id, list]) => [id, list.map((a) => a.id)]),
      vouchers: record(vouchers, (v) => [
        `${v.wallet_id}/${v.id}`,
        {
          ...{ shop: v.shop_id, goods: v.goods_id, state: v.state, why: v.why, at: v.expires_at },
          ...{ points: v.points, charged: v.charged, stocked: v.stocked === 1 },
        },
      ]),
      stock: record(stock, (s) => [
        `${s.shop_id}/${s.goods_id}`,
        { putIn: s.put_in, free: s.free, held: s.held, handedOver: s.handed_over },
      ]),
      shops: record(shops, (s) => [s.account.slice('shop:'.length), Number(s.points)]),
      handovers: record(handovers, (h) => [
        `${h.shop_id}/${h.nonce}`,
        { voucher: `${h.wallet_id}/${h.voucher_id}`, did: h.did, undone: h.undone_at !== null },
      ]),
      devices: record(devices, (d) => [
        `${d.wallet_id}/${d.id}`,
        {
          secret: known.get(d.token_hash) ?? NOT_KNOWN,
          ...deviceState(d.claim_hash !== null, d.signed_out_at !== null, d.last_sync_at),
        },
      ]),
      codes: record(codes, (c) => [c.wallet_id, known.get(c.code_hash) ?? NOT_KNOWN]),
      runs: record(runs, (r) => [r.id, r.retired_from]),
    },
  };
}

export function stateOf(model: Model): State {
  const wallets = [...model.wallets.values()];
  return {
    wallets: record(wallets, (w) => [
      w.id,
      walletState(w.available, w.held, w.openedAtMs, w.closed, w.joinedInto ?? null),
    ]),
    attempts: record(
      wallets.filter((w) => w.attempts.size > 0),
      (w) => [w.id, [...w.attempts.keys()]],
    ),
    vouchers: record([...model.vouchers], ([key, v]) => [key, voucherState(v)]),
    stock: record([...model.stock], ([key, s]) => [key, { ...s }]),
    shops: record(
      [...model.shops].filter(([, points]) => points !== 0),
      (entry) => entry,
    ),
    handovers: record([...model.handovers], ([key, h]) => [
      key,
      {
        ...{ voucher: `${h.walletId}/${h.voucherId}`, did: h.did },
        undone: h.undoneAtMs !== undefined,
      },
    ]),
    devices: record(
      wallets.flatMap((w) => [...w.devices].map(([id, d]) => ({ key: `${w.id}/${id}`, ...d }))),
      (d) => [
        d.key,
        { secret: d.secret, ...deviceState(d.claim !== undefined, d.signedOut, d.lastSyncMs) },
      ],
    ),
    codes: record([...model.codes], ([code, walletId]) => [walletId, code]),
    runs: record([...model.runs], (entry) => entry),
  };
}

const walletState = (
  available: number,
  held: number,
  openedAtMs: number,
  closed: boolean,
  joinedInto: string | null,
) => ({ available, held, openedAtMs, closed, joinedInto });
const deviceState = (claim: boolean, signedOut: boolean, lastSyncMs: number) => ({
  ...{ claim, signedOut, lastSyncMs },
});

function voucherState({ shopId: shop, goodsId: goods, state, ...v }: ModelVoucher) {
  const why = state.is === 'released' ? state.why : null;
  const { expiresAtMs: at, points, charged, stocked } = v;
  return { ...{ shop, goods, state: state.is, why, at }, ...{ points, charged, stocked } };
}

/** In the order of the keys. */
function record<T, V>(list: readonly T[], entry: (item: T) => readonly [string, V]) {
  const entries = list.map(entry).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries) as Record<string, V>;
}

/** What a phone shows is what its own list of movements adds up to. @throws where it is not */
export function checkPhone({ shown, transfers, name }: HistoryPhone): void {
  if (!shown) return;
  let [available, held] = [0, 0];
  const own = `resident:${shown.walletId}`;
  for (const { from, to, points } of transfers.values()) {
    if (to === own) available += points;
    if (from === own) available -= points;
    if (to.startsWith('voucher:')) held += points;
    if (from.startsWith('voucher:')) held -= points;
  }
  if (available !== shown.available || held !== shown.held)
    throw new Error(
      `${name} shows ${shown.available} and ${shown.held}, its movements say ${available} and ${held}`,
    );
}

/** A phone that has heard of everything knows every attempt and the state of every voucher. @throws where it does not */
export function checkMirror(phone: HistoryPhone, model: Model): void {
  const wallet = phone.shown && model.wallets.get(phone.shown.walletId);
  if (!wallet) return;
  const own = phone.made.map(({ sent }) => sent.id).filter((id) => wallet.attempts.has(id));
  const knows = new Set([...own, ...phone.others]);
  const missing = [...wallet.attempts.keys()].filter((id) => !knows.has(id));
  if (missing.length > 0) throw new Error(`${phone.name} has not heard of ${missing.join(', ')}`);
  for (const [key, { id, walletId, state }] of model.vouchers) {
    if (walletId !== wallet.id) continue;
    const seen = phone.vouchers.get(id)?.state.is;
    if (seen !== state.is) throw new Error(`${phone.name} sees ${key} as ${seen}, not ${state.is}`);
  }
}

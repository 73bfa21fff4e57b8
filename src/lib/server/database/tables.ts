import type { AttemptVerdict } from '../../domain/sync/messages.ts';
import type { ReleaseReason, TransferKind } from '../../domain/ledger/transfer.ts';
import type { TrailKind } from '../../domain/shop/trail.ts';
import type { LossReason } from '../../domain/terminal/messages.ts';

/**
 * The tables as Kysely sees them. Times are ms since 1970 UTC by the server's clock, booleans 0 or 1, JSON is text.
 * Every key on a resident's path starts with the wallet, on a clerk's with the shop, so that the same tables can be
 * distributed by it; there is no sequence and no counter that all wallets share.
 */
export interface Tables {
  migration: { number: number; name: string; applied_at: number };
  meta: { key: string; value: string };
  campaign_budget: { campaign_id: string; budget: number; leased: number };

  wallet: WalletRow;
  device: DeviceRow;
  recovery: { code_hash: string; wallet_id: string; made_at: number };
  attempt: AttemptRow;
  /** What a wallet did on a day, as far as awards need it. */
  wallet_day: {
    wallet_id: string;
    day: string;
    question_points: number;
    attempts: number;
    /** JSON: the questions of that day's 今日五题 answered so far. */
    daily: string;
  };
  transfer: TransferRow;
  voucher: VoucherRow;
  report: {
    wallet_id: string;
    id: string;
    question_id: string;
    pack_hash: string;
    reason: string;
    note: string;
    received_at: number;
  };

  /** First answers of wallets to a question that came in on a day, and how many of them were right; see neighbours/. */
  question_tally: { day: string; question_id: string; answers: number; right: number };

  goods: {
    id: string;
    name: string;
    detail: string;
    picture: string;
    points: number;
    settle_fen: number;
    account_age_days: number;
    /** 0: no longer in the campaign. */
    offered: number;
  };
  shop: {
    id: string;
    name: string;
    address: string;
    hours: string;
    sample: number;
    /** 0: closed to redemption. */
    open: number;
    /** Points of loss that a month may bear without the operator. */
    loss_limit: number;
  };
  stock: {
    shop_id: string;
    goods_id: string;
    put_in: number;
    free: number;
    held: number;
    handed_over: number;
  };
  terminal: TerminalRow;
  enrolment: {
    code_hash: string;
    shop_id: string;
    made_at: number;
    expires_at: number;
    used_at: number | null;
    /** 1: who uses it takes the place of the shop's terminal that hands over without a signal. */
    replaces: number;
  };
  handover: HandoverRow;
  desk: DeskRow;
  offline_right: RightRow;
  clerk: ClerkRow;
  /** What became of an uploaded row: the same row gets the same. */
  upload: {
    shop_id: string;
    nonce: string;
    terminal_id: string;
    /** null where the token could not be read. */
    voucher_id: string | null;
    /** JSON: the verdict without its nonce. */
    verdict: string;
    /** When the goods were handed over, as far as the terminal is believed. */
    at: number;
    received_at: number;
  };
  loss: LossRow;
  trail: TrailRow;
  /** Entries of terminals that stand in the trail: the same one is not written down again. */
  terminal_event: { shop_id: string; id: string };
  settlement: SettlementRow;
  correction: {
    shop_id: string;
    id: string;
    at: number;
    fen: number;
    why: string;
    settled_in: string | null;
  };
  /** A print run of the trail's boards; `retired_from`: the first day on which its codes are no longer good. */
  print_run: { id: string; made_at: number; retired_from: string | null };
  signing_key: {
    id: number;
    private_pem: string;
    public_pem: string;
    made_at: number;
    /** The first moment it signs; published before. */
    use_from: number;
    retired_at: number | null;
  };
}

export interface WalletRow {
  id: string;
  opened_at: number;
  available: number;
  held: number;
  /** The place of the newest entry in the wallet's history; phones keep it as their cursor. */
  seq: number;
  closed_at: number | null;
  /** Closed by joining that wallet. */
  joined_into: string | null;
}

export interface DeviceRow {
  wallet_id: string;
  id: string;
  name: string;
  /** SHA-256 of the session's secret. */
  token_hash: string;
  /** SHA-256 of the claim's secret until the first request with the cookie; then null. */
  claim_hash: string | null;
  added_at: number;
  last_sync_at: number;
  signed_out_at: number | null;
}

export interface AttemptRow {
  wallet_id: string;
  id: string;
  seq: number;
  device_id: string;
  /** SHA-256 over the attempt as sent: the same id with other content is refused. */
  content_hash: string;
  question_id: string;
  pack_hash: string;
  response: string;
  right: number;
  practised_at: number;
  day: string;
  round: string;
  verdict: string;
  received_at: number;
}
/** What stands in `attempt.verdict`. */
export type KeptVerdict = AttemptVerdict extends infer V
  ? V extends unknown
    ? Omit<V, 'id'>
    : never
  : never;

export interface TransferRow {
  /** The wallet it belongs to, or the shop where no wallet is concerned. */
  owner: string;
  id: string;
  seq: number;
  kind: TransferKind;
  from_account: string;
  to_account: string;
  points: number;
  at: number;
  award_key: string | null;
  day: string | null;
  attempt_id: string | null;
  voucher_id: string | null;
  shop_id: string | null;
  why: ReleaseReason | null;
  reverses: string | null;
}

export interface VoucherRow {
  wallet_id: string;
  id: string;
  seq: number;
  shop_id: string;
  goods_id: string;
  points: number;
  /**
   * Points that stand on the voucher's account while it is held. Less than `points` only where a restored server made
   * the voucher again and the balance did not reach; the rest is `loss` when it is handed over.
   */
  charged: number;
  /** 1: it holds a piece of the shop's stock. */
  stocked: number;
  settle_fen: number;
  issued_at: number;
  expires_at: number;
  key_id: number;
  token: string;
  code: string;
  state: 'held' | 'handed-over' | 'released';
  state_at: number;
  why: ReleaseReason | null;
  terminal_id: string | null;
  nonce: string | null;
  /** The transfer of the hand-over that stands. */
  consumed_by: string | null;
  /** While it is held: it was cancelled or has expired, and the shop's terminal must be heard before it is released. */
  ending: 'cancelled' | 'expired' | null;
  ending_at: number | null;
  /** The number of the shop's last deny-list when it last ended or became good again: the next list tells of it. */
  list_at: number;
}

/** What a till was told: the same nonce gets the same receipt. */
export interface HandoverRow {
  shop_id: string;
  nonce: string;
  wallet_id: string;
  voucher_id: string;
  terminal_id: string;
  did: 'handed-over' | 'sold-out';
  /** When it was done; before `booked_at` where it was uploaded. */
  at: number;
  undone_at: number | null;
  goods_id: string;
  points: number;
  settle_fen: number;
  booked_at: number;
  /** Who pays for it. `waiting`: nobody before the operator has looked at it; `none`: nobody. */
  paid: 'voucher' | 'loss' | 'waiting' | 'none';
  clerk_id: string | null;
  /** The month of the statement that holds it. */
  settled_in: string | null;
}

/** One row for each shop: whoever locks it is alone with the shop's lists, limits, rights and trail. */
export interface DeskRow {
  shop_id: string;
  /** Of the last deny-list that was given. */
  list_number: number;
  trail_number: number;
  trail_hash: string;
}

export interface RightRow {
  shop_id: string;
  terminal_id: string;
  granted_at: number;
  first_list: number;
  last_contact: number;
  last_list: number;
  last_as_of: number;
  confirmed_list: number | null;
  confirmed_as_of: number | null;
  ended_at: number | null;
  lost_at: number | null;
}

export interface ClerkRow {
  shop_id: string;
  id: string;
  name: string;
  /** scrypt. */
  pin_salt: string;
  pin_hash: string;
  /** PBKDF2, for a terminal that nobody answers. */
  verifier_salt: string;
  verifier_hash: string;
  wrong: number;
  locked_until: number;
  added_at: number;
  ended_at: number | null;
}

/** What the campaign pays, or is asked to pay, instead of a voucher. */
export interface LossRow {
  shop_id: string;
  wallet_id: string;
  voucher_id: string;
  /** Of the hand-over. */
  nonce: string;
  points: number;
  month: string;
  why: LossReason;
  state: 'booked' | 'waiting' | 'declined';
  /** The shop's limit when it was decided. */
  limit_then: number;
  at: number;
  /** By the operator. */
  decided_at: number | null;
  transfer_id: string | null;
}

export interface TrailRow {
  shop_id: string;
  number: number;
  at: number;
  kind: TrailKind;
  what: string;
  hash: string;
}

export interface SettlementRow {
  shop_id: string;
  month: string;
  at: number;
  pieces: number;
  points: number;
  settle_fen: number;
  transfer_id: string | null;
}

export interface TerminalRow {
  shop_id: string;
  id: string;
  name: string;
  token_hash: string;
  enrolled_at: number;
  ended_at: number | null;
  wrong_codes: number;
  locked_until: number;
  /** The raw P-256 point, base64url; null for one that is known by its cookie alone. */
  public_key: string | null;
  /** 1: it wishes to hand over without a signal, and the operator has not said otherwise. */
  wants_offline: number;
  /** Who stands at it. */
  clerk_id: string | null;
  ended_by: 'left' | 'revoked' | 'replaced' | 'lost' | null;
}

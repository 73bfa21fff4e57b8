import * as v from 'valibot';
import { uuid, written } from '../sync/messages.ts';
import type { ReleaseReason } from '../ledger/transfer.ts';
import type { OfflineState } from '../terminal/right.ts';

/** What residents' phones and tills say to the server about vouchers. */

const slug = v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), v.maxLength(80));

/** `GET /api/shops`: what can be had where; the same for everybody, without a session. */
export interface ShopsAnswer {
  shops: {
    id: string;
    name: string;
    address: string;
    hours: string;
    sample: boolean;
    /** False while the shop does not redeem. */
    open: boolean;
    goods: GoodsView[];
  }[];
  redeemUntil: string;
}
export interface GoodsView {
  id: string;
  name: string;
  detail: string;
  picture: string;
  points: number;
  accountAgeDays: number;
  /** Pieces that are neither held nor handed over. */
  left: number;
}

/**
 * `POST /api/vouchers`: holds the points and gives the voucher. The id is made and kept by the phone before it asks:
 * asking again with it gives the same voucher. `points` is the price the resident agreed to.
 */
export const HoldRequest = v.strictObject({
  id: uuid,
  shopId: slug,
  goodsId: slug,
  points: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
export type HoldRequest = v.InferOutput<typeof HoldRequest>;

/** A voucher as its owner's phone keeps it. */
export interface VoucherView {
  id: string;
  shopId: string;
  shopName: string;
  shopAddress: string;
  goodsId: string;
  goodsName: string;
  goodsDetail: string;
  picture: string;
  points: number;
  issuedAtMs: number;
  expiresAtMs: number;
  /** For the QR: `PREFIX` + base45, alphanumeric. */
  token: string;
  /** 10 characters for typing, without 0 O 1 I L. */
  code: string;
  state:
    | { is: 'held' }
    | { is: 'handed-over'; atMs: number }
    /**
     * 退回中: cancelled or expired, and the points come back once the shop's terminal, which may have handed over
     * without a signal, has said that it has not; at `latestMs` in any case.
     */
    | { is: 'returning'; atMs: number; why: 'cancelled' | 'expired'; latestMs: number }
    | { is: 'released'; atMs: number; why: ReleaseReason };
}

/** `POST /api/vouchers/cancel` {id} → the voucher afterwards. */
export const CancelRequest = v.strictObject({ id: uuid });

/**
 * `POST /api/shop/enrol` → `TerminalView`; the code is printed by `npm run shop -- enrol`. A terminal with a key
 * signs every later request with it (`terminal/proof.ts`); without one the cookie alone says who it is.
 */
export const EnrolRequest = v.pipe(
  v.strictObject({
    code: v.pipe(
      v.string(),
      v.maxLength(40),
      v.transform((s) => s.replace(/[\s-]/g, '').toUpperCase()),
      v.regex(/^[2-9A-HJKMNP-Z]{12}$/),
    ),
    /** What the clerk calls this device, e.g. 柜台手机. */
    name: v.pipe(written(40), v.trim(), v.minLength(1), v.maxLength(20)),
    /** Its public key: the raw uncompressed P-256 point (65 bytes), base64url. */
    key: v.optional(v.pipe(v.string(), v.regex(/^B[A-Za-z0-9_-]{86}$/))),
    /** It wishes to hand over without a signal. */
    offline: v.optional(v.boolean()),
  }),
  v.check(({ key, offline }) => key !== undefined || !offline),
);
export type EnrolRequest = v.InferOutput<typeof EnrolRequest>;
export interface TerminalView {
  terminalId: string;
  name: string;
  shop: { id: string; name: string; address: string; open: boolean; sample: boolean };
  offline: OfflineState;
  /** Who may stand at it. Where there are any, one of them must: each hand-over names its clerk. */
  clerks: ClerkView[];
  /** Who does, as far as the server has heard. */
  clerk?: ClerkView;
}
export interface ClerkView {
  id: string;
  name: string;
}

/** What a till reads from a resident: the QR's text, or the typed code. */
export const VoucherReading = v.union([
  v.strictObject({ token: v.pipe(v.string(), v.minLength(1), v.maxLength(500)) }),
  v.strictObject({
    code: v.pipe(
      v.string(),
      v.maxLength(40),
      v.transform((s) => s.replace(/[\s-]/g, '').toUpperCase()),
      v.regex(/^[2-9A-HJKMNP-Z]{10}$/),
    ),
  }),
]);
export type VoucherReading = v.InferOutput<typeof VoucherReading>;

/** `POST /api/shop/look` {reading} → `LookAnswer`: changes nothing. */
export const LookRequest = v.strictObject({ reading: VoucherReading });
export interface LookAnswer {
  goods: { id: string; name: string; detail: string; picture: string };
  points: number;
  expiresAtMs: number;
  /** Absent where the goods can be handed over; else the code of `refusals` that says why not. */
  refusal?: string;
  /** voucher-handed-over: when, and by whom. */
  handedOver?: { atMs: number; terminal: string; clerk?: string };
}

/**
 * `POST /api/shop/hand-over` {reading, nonce, clerkId} → `Receipt`. The nonce is made and kept by the till before it asks:
 * asking again with it gives the same receipt and books nothing. `POST /api/shop/sold-out` takes the same (缺货).
 */
export const HandOverRequest = v.strictObject({
  reading: VoucherReading,
  nonce: uuid,
  /** Who stands at the till; needed where the shop has clerks. */
  clerkId: v.optional(uuid),
});
/** `POST /api/shop/undo` {nonce} of the hand-over → its `Receipt`, undone. */
export const UndoRequest = v.strictObject({ nonce: uuid });

export interface Receipt {
  nonce: string;
  did: 'handed-over' | 'sold-out' | 'undone';
  goods: { id: string; name: string; detail: string; picture: string };
  points: number;
  settleFen: number;
  atMs: number;
  /** Until when it can be undone; absent where it cannot. */
  undoUntilMs?: number;
  /** The clerk's name. */
  clerk?: string;
  /** Absent where the voucher paid: the campaign did, or will once the operator has looked at it. */
  paid?: 'loss' | 'waiting';
}

/** `GET /api/shop/today` → what this terminal's shop did today (Asia/Shanghai), newest first. */
export interface TodayAnswer {
  terminal: TerminalView;
  day: string;
  receipts: (Receipt & { terminalName: string; thisTerminal: boolean })[];
  handedOver: number;
  settleFen: number;
}
/**
 * `POST /api/shop/session` → 204 with a new cookie: for a terminal with a key whose browser has lost it. The proof alone
 * says who it is.
 */
export const SessionRequest = v.strictObject({ shopId: slug, terminalId: uuid });
export type SessionRequest = v.InferOutput<typeof SessionRequest>;

/**
 * `POST /api/shop/leave` → 204: this terminal's enrolment ends. One that hands over without a signal says how many
 * rows it has queued; with any it is refused (`queue-first`).
 */
export const LeaveRequest = v.strictObject({
  queued: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  /** Of the last contact: after a restore there is more to upload than the terminal knows. */
  epoch: v.optional(v.pipe(v.string(), v.maxLength(64))),
});
export type LeaveRequest = v.InferOutput<typeof LeaveRequest>;

import * as v from 'valibot';
import { uuid } from '../sync/messages.ts';
import type { TerminalView } from '../voucher/messages.ts';
import type { DenyNews } from './deny-list.ts';
import { MAX_EVENTS, MAX_ROWS } from './terms.ts';
import type { PublishedKey } from './verify.ts';

/** What a terminal and the server say to each other beside single vouchers. */

/** By the terminal's estimate of the server's clock, ms since 1970 UTC. */
const estimatedMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/**
 * A hand-over that waits to be uploaded. The nonce is the one it was asked with where it was asked online first. Sent
 * again with `undoneAtMs` where it was taken back, also after it was booked; and with `undoneAtMs` from the start where
 * it was asked online, the answer never came and the goods stayed: then the voucher is not charged for nothing.
 */
export const QueuedRow = v.strictObject({
  nonce: uuid,
  token: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  atMs: estimatedMs,
  clerkId: v.optional(uuid),
  undoneAtMs: v.optional(estimatedMs),
});
export type QueuedRow = v.InferOutput<typeof QueuedRow>;

/** What happened at the terminal while nobody answered, for the shop's trail. */
export const TerminalEvent = v.strictObject({
  id: uuid,
  atMs: estimatedMs,
  kind: v.picklist(['sign-in', 'sign-out', 'wrong-pin', 'refused', 'cleared']),
  clerkId: v.optional(uuid),
  /** refused: the voucher and why, in the words of `verifyOffline`. */
  voucherId: v.optional(uuid),
  why: v.optional(v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/))),
});
export type TerminalEvent = v.InferOutput<typeof TerminalEvent>;

/**
 * `POST /api/shop/contact` → `ContactAnswer`: first the queue goes up, then what is new comes down. Made at the start,
 * when the signal comes back, every few minutes while it is there, and again at once while `again` says so.
 *
 * What is asked must be read from storage in one transaction: `holds` and the queue as they stand together. The
 * answer's list is stored before the next contact says that it is held.
 */
export const ContactRequest = v.strictObject({
  /**
   * Of the last answer; absent before the first. Where the server's is another one no row is judged, and nothing is
   * believed of the queue: the terminal does not know yet that everything is to be uploaded again, in order.
   */
  epoch: v.optional(v.pipe(v.string(), v.maxLength(64))),
  /** The deny-list that is stored on the terminal; absent where there is none. */
  holds: v.optional(v.strictObject({ epoch: v.pipe(v.string(), v.maxLength(64)), number: count })),
  /** `QueuedRow`s, the oldest first. One that does not parse is refused by itself. */
  rows: v.pipe(v.array(v.unknown()), v.maxLength(MAX_ROWS)),
  /** Rows that stay queued after these. */
  left: count,
  events: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(MAX_EVENTS)), []),
  /**
   * The right that the operator has taken back is not used any more. Said only with nothing queued, and with no
   * question open: one that has no answer is queued as taken back before.
   */
  gaveUp: v.optional(v.boolean(), false),
});
export type ContactRequest = v.InferInput<typeof ContactRequest>;
export type ReadContact = v.InferOutput<typeof ContactRequest>;

/** Why the campaign pays instead of the voucher: nobody at the counter could have known. */
export type LossReason =
  /** The points had gone back: cancelled or expired, and the terminal was waited for in vain. */
  | 'released'
  /** Another terminal had handed over for it. */
  | 'elsewhere'
  /** A restored server did not know the voucher, and the wallet has not enough points. */
  | 'lacking'
  /** The key was retired after the terminal last heard of it, and the server does not know the voucher. */
  | 'key-retired';

/** Why a row was not booked. It is final; the terminal keeps the row for its own records. */
export type RowRefusal =
  | 'malformed'
  | 'forged'
  | 'wrong-shop'
  | 'goods-unknown'
  /** The nonce stands for another voucher. */
  | 'nonce-used'
  /** The voucher has been paid from its points and once more from the campaign's loss. */
  | 'paid-twice'
  /** Taken back too late: it is booked, perhaps settled. */
  | 'not-undone';

/** What became of one uploaded row; the same row again gets the same. Sentences: `says.ts`. */
export type RowVerdict = { nonce: string } &
  /** The voucher paid. */
  (
    | { is: 'booked' }
    /** Booked already, by this terminal: nothing is booked again. */
    | { is: 'repeat' }
    /** Taken back within ten minutes. */
    | { is: 'undone' }
    /** The voucher could not pay; the campaign did. */
    | { is: 'loss'; why: LossReason }
    /** The same, but the operator must look at it first. */
    | { is: 'loss-waiting'; why: LossReason }
    | { is: 'refused'; why: RowRefusal }
  );

export interface ContactAnswer {
  nowMs: number;
  /** Where it is another one the server was restored: everything that this terminal still has is uploaded again. */
  epoch: string;
  /** Who this terminal is, who stands at it, whether it may hand over without a signal. */
  terminal: TerminalView;
  /**
   * In the order of the request; a row without a readable nonce has none. None at all where the epoch is another one:
   * every row stays.
   */
  verdicts: RowVerdict[];
  /** Ids of events that are written down or can never be. */
  events: string[];
  /** Absent for a terminal that has no right to hand over without a signal. */
  list?: DenyNews;
  /** What the list is checked beside: the key that signs, the next, and those that are retired. */
  keys: PublishedKey[];
  /** All that a token may name. */
  goods: { id: string; name: string; detail: string; picture: string; points: number }[];
  /** With what a PIN is checked while nobody answers; empty for a terminal without the right. */
  pins: PinVerifier[];
  /** There is more to upload, or a new list to confirm: contact again at once. */
  again: boolean;
}

/** PBKDF2 with SHA-256 over the PIN, 32 bytes; salt and hash are base64url. */
export interface PinVerifier {
  clerkId: string;
  salt: string;
  iterations: number;
  hash: string;
}

export const Pin = v.pipe(v.string(), v.regex(/^\d{4,8}$/));
/** `POST /api/shop/clerk` → `TerminalView`: this clerk stands at this terminal from now on. */
export const SignInRequest = v.strictObject({ clerkId: uuid, pin: Pin });
/** `POST /api/shop/clerk/sign-out` → `TerminalView`. */
export const ClerkSignOutRequest = v.strictObject({});

/** `GET /api/shop/takings?month=2026-11` → `TakingsAnswer`; `/api/shop/takings.csv` and `takings.xlsx` the same as a file. */
export const TakingsQuery = v.strictObject({
  month: v.pipe(v.string(), v.regex(/^20\d\d-(0[1-9]|1[0-2])$/)),
});

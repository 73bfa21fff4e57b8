import * as v from 'valibot';
import type { Notice } from '../bank/notice.ts';
import { day } from '../bank/question.ts';
import type { Award } from '../points/award.ts';
import type { Transfer } from '../ledger/transfer.ts';
import type { PROTOCOL } from './protocol.ts';
import { MAX_ATTEMPTS, MAX_REPORTS, MAX_VOUCHERS } from './protocol.ts';
import type { VoucherView } from '../voucher/messages.ts';

/**
 * What a phone and the server say to each other about a wallet. Every boundary has one schema: the server parses
 * requests with these, the phone trusts answers to be of these types.
 */

export const uuid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
);
/** Milliseconds since 1970 UTC, by whatever clock; phones are known to be years off. */
const clockMs = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(0),
  // Later days have five digits in their year and no form here.
  v.maxValue(Date.UTC(9999, 11, 31)),
);
/** What a person or a browser wrote. PostgreSQL keeps every character but this one. */
export const written = (max: number) =>
  v.pipe(
    v.string(),
    v.maxLength(max),
    v.check((text) => !text.includes('\0')),
  );
const slug = v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), v.maxLength(80));
const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20));
const indices = v.pipe(v.array(index), v.maxLength(20));

const Response = v.variant('type', [
  v.strictObject({ type: v.literal('single'), option: index }),
  v.strictObject({ type: v.literal('multiple'), options: indices }),
  v.strictObject({ type: v.literal('judge'), value: v.boolean() }),
  v.strictObject({ type: v.literal('number'), value: v.pipe(v.number(), v.finite()) }),
  v.strictObject({ type: v.literal('order'), order: indices }),
  v.strictObject({ type: v.literal('match'), rights: indices }),
]);

const RoundOf = v.variant('kind', [
  v.strictObject({ kind: v.literal('daily'), date: day }),
  v.strictObject({ kind: v.literal('topic'), topic: slug }),
  v.strictObject({
    kind: v.literal('station'),
    station: slug,
    code: v.optional(v.pipe(v.string(), v.maxLength(40))),
  }),
  v.strictObject({ kind: v.literal('review') }),
  v.strictObject({ kind: v.literal('checkup') }),
]);

/** An attempt as it is sent: what `Attempt` holds, without the phone's verdict, which counts for nothing. */
export const SentAttempt = v.strictObject({
  id: uuid,
  questionId: slug,
  packHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  response: Response,
  practisedAtMs: clockMs,
  round: v.strictObject({ id: uuid, of: RoundOf, day }),
});
export type SentAttempt = v.InferOutput<typeof SentAttempt>;

export const SentReport = v.strictObject({
  id: uuid,
  questionId: slug,
  packHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  reason: v.picklist(['answer', 'wording', 'outdated', 'display', 'other']),
  note: written(500),
  reportedAtMs: clockMs,
});
export type SentReport = v.InferOutput<typeof SentReport>;

/** A secret of at least 128 random bits, base64url. */
export const secret = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22,64}$/));

/** `POST /api/sync`. A row that does not parse is rejected by itself, so rows are parsed one by one. */
export const SyncRequest = v.strictObject({
  version: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)),
  /**
   * Made and kept by the phone before it first asks. Without a session it opens the wallet `walletId` with this
   * phone as its first device; asking again with the same claim (the answer was lost) gives the same wallet.
   */
  claim: v.optional(v.strictObject({ walletId: uuid, deviceId: uuid, secret })),
  /** What the owner will read in the list of devices, e.g. 安卓手机. */
  deviceName: written(20),
  /** The phone's clock when it sent this; the server takes the difference to its own off practised-at. */
  sentAtMs: clockMs,
  /** The place in the wallet's history up to which this phone knows it; 0 for all. */
  cursor: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Of the last answer. Where the server's is another one it books nothing: everything is to be sent again, in order. */
  epoch: v.optional(v.pipe(v.string(), v.maxLength(64))),
  /** Of the last answer: the notices that this phone has. */
  noticesHash: v.optional(v.pipe(v.string(), v.maxLength(64))),
  attempts: v.pipe(v.array(v.unknown()), v.maxLength(MAX_ATTEMPTS)),
  reports: v.pipe(v.array(v.unknown()), v.maxLength(MAX_REPORTS)),
  /** After the server's epoch changed: tokens of the vouchers this phone holds. */
  vouchers: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(MAX_VOUCHERS)),
  ),
});
export type SyncRequest = v.InferInput<typeof SyncRequest>;

/**
 * What the server found of a board's code: good for the attempt's station and day, not what any board says there, or
 * of a print run that was retired by that day. Found once; it stands when the attempt is booked in another wallet.
 */
export type BoardFinding = 'good' | 'wrong' | 'retired';

/** What every booked attempt has. */
interface BookedAs {
  id: string;
  right: boolean;
  day: string;
  awards: Award[];
  /** For an attempt of a station's round that carries a code. */
  board?: BoardFinding;
}

/** What became of one attempt. All but `later` are final: the phone takes the row out of its outbox. */
export type AttemptVerdict =
  /** Booked. `points` is the sum of its awards and may be 0 (a wrong answer). */
  | (BookedAs & { is: 'credited'; points: number })
  /** Booked; its question had paid already. */
  | (BookedAs & { is: 'known' })
  /** Booked; the day's cap, the budget or the campaign's dates left nothing. */
  | (BookedAs & { is: 'capped'; by: 'cap' | 'budget' | 'dates' })
  /** Not booked: its pack is not here (yet). Kept in the outbox and sent again another day. */
  | { id: string; is: 'later' }
  | { id: string; is: 'rejected'; why: RejectionReason };
export type RejectionReason = 'malformed' | 'unknown-question' | 'id-used';

/** An attempt made on another device of the wallet, for 错题本 and the statement. */
export interface OtherAttempt {
  id: string;
  questionId: string;
  right: boolean;
  practisedAtMs: number;
  round: SentAttempt['round'];
  packHash: string;
  response: SentAttempt['response'];
}

export interface SyncAnswer {
  version: typeof PROTOCOL;
  /** Changes when the server was restored from a backup: then everything is sent again. */
  epoch: string;
  wallet: { id: string; deviceId: string; available: number; held: number; openedAtMs: number };
  /** In the order of the request; a row without a readable id has none. */
  verdicts: AttemptVerdict[];
  /** Ids of reports that are booked or can never be. */
  reports: string[];
  /** Everything after the request's cursor, in order, at most a page. */
  changes: { transfers: Transfer[]; vouchers: VoucherView[]; attempts: OtherAttempt[] };
  cursor: number;
  /** There is more after `cursor`: ask again at once. */
  more: boolean;
  /** The bank in force: its pack, and what has been withdrawn or corrected, where the phone has another list of it. */
  bank: { packHash: string; noticesHash: string; notices?: Notice[] };
  nowMs: number;
}

/** 20 characters without 0 O 1 I L, shown in fours; what is typed may hold spaces and dashes. */
export const RecoveryCode = v.pipe(
  v.string(),
  v.maxLength(60),
  v.transform((s) => s.replace(/[\s-]/g, '').toUpperCase()),
  v.regex(/^[2-9A-HJKMNP-Z]{20}$/),
);

/** `POST /api/recovery` makes a code (an earlier one ends) → `RecoveryAnswer`. */
export const RecoveryRequest = v.strictObject({});
export interface RecoveryAnswer {
  code: string;
}

/**
 * `POST /api/join`: this phone becomes a device of the wallet whose recovery code it has. A wallet that it had is
 * joined to that one: its attempts are applied there, its own awards are reversed. Answers 204; the next sync begins
 * with cursor 0. `deviceId` and `secret` are kept by the phone before it asks, as in `SyncRequest.claim`.
 */
export const JoinRequest = v.strictObject({
  code: RecoveryCode,
  deviceId: uuid,
  secret,
  deviceName: written(20),
});
export type JoinRequest = v.InferInput<typeof JoinRequest>;

/** `GET /api/devices` → `DevicesAnswer`; `POST /api/devices/sign-out` {deviceId} → 204. */
export interface DevicesAnswer {
  devices: {
    id: string;
    name: string;
    addedAtMs: number;
    lastSyncAtMs: number;
    thisOne: boolean;
  }[];
}
export const SignOutRequest = v.strictObject({ deviceId: uuid });

/** `POST /api/wallet/close` (注销) → 204; `GET /api/export` → everything the server has of the wallet, as JSON. */
export const CloseRequest = v.strictObject({ confirm: v.literal('注销') });

/** Every refused request answers with this and the status of its code. */
export interface RefusalAnswer {
  code: string;
  says: string;
  retryAfterMs?: number;
  missing?: number;
  /** proof-stale: the server's time. */
  nowMs?: number;
}

import type { ReleaseReason } from '../ledger/transfer.ts';
import type { VoucherReading } from '../voucher/messages.ts';
import { openToken, type OpenedToken, type TokenContent } from '../voucher/token.ts';
import { readClock, type ClockAnchor, type ClockReading } from './clock.ts';
import type { DenyList } from './deny-list.ts';
import { OFFLINE_MS } from './terms.ts';

/** A key that vouchers are signed with, as it is published: the next one seven days before it signs. */
export interface PublishedKey {
  id: number;
  /** The raw uncompressed P-256 point, base64url: what WebCrypto imports as `raw`. */
  key: string;
  useFromMs: number;
  /** Its vouchers are refused. */
  retiredAtMs?: number;
}

/** A hand-over that this terminal has made itself and not undone, whether it is uploaded or not. */
export interface Used {
  atMs: number;
  clerk?: string;
}

/** All that a terminal goes by when nobody answers. */
export interface TerminalMemory {
  shopId: string;
  keys: readonly PublishedKey[];
  /** Absent after storage was cleared, and before the first contact. */
  list?: DenyList;
  /** By voucher. */
  used: ReadonlyMap<string, Used>;
  /** Until when this terminal may hand over without a signal; absent where it may not. */
  offlineUntilMs?: number;
  clock?: ClockAnchor;
}

/** Whether the signature over the token's body is that of the key. */
export type CheckSignature = (
  key: PublishedKey,
  body: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
) => Promise<boolean>;

/** Why only the server can say. */
export type AskOnline =
  /** A typed code says nothing by itself. */
  | 'code'
  /** This terminal may not hand over without a signal (not, not yet, no longer). */
  | 'no-right'
  /** No deny-list, or one older than 72 hours. */
  | 'list-old'
  /** The device's clock has gone back or contradicts itself. */
  | 'clock'
  /** A key that this terminal has not heard of, and its list is old: it may be a new one. */
  | 'key-unknown';

export type OfflineVerdict =
  /** 可以给货 */
  | { is: 'can'; content: TokenContent; atMs: number }
  /** 已核销 */
  | {
      is: 'cannot';
      why: 'voucher-handed-over';
      content: TokenContent;
      atMs: number;
      /** `terminal` is absent where it was this one. */
      by: { terminal?: string; clerk?: string };
    }
  /** 已取消 */
  | { is: 'cannot'; why: 'voucher-cancelled'; content: TokenContent; released: ReleaseReason }
  /** 已过期, 不是本店的券 */
  | { is: 'cannot'; why: 'voucher-expired' | 'wrong-shop'; content: TokenContent }
  /** 伪造, or signed with a key that is not good any more */
  | { is: 'cannot'; why: 'voucher-forged' | 'voucher-key-retired' }
  /** 需联网核对 */
  | { is: 'ask-online'; why: AskOnline; content?: TokenContent };

/**
 * What a reading is worth at a terminal that nobody answers. What is certain without the server is said at once, also
 * by a terminal that may not hand over: forged, of another shop, handed over here. `can` needs everything: the right,
 * a deny-list of at most 72 hours, a clock that can be believed (blueprint §6).
 */
export async function verifyOffline(
  reading: VoucherReading,
  memory: TerminalMemory,
  now: ClockReading,
  check: CheckSignature,
): Promise<OfflineVerdict> {
  if ('code' in reading) return { is: 'ask-online', why: 'code' };
  const opened = openToken(reading.token);
  if (!opened) return { is: 'cannot', why: 'voucher-forged' };
  const trust = trustIn(memory, now);
  const key = memory.keys.find(({ id }) => id === opened.content.keyId);
  if (!key) {
    if (trust.is === 'full') return { is: 'cannot', why: 'voucher-forged' };
    return { is: 'ask-online', why: 'key-unknown' };
  }
  if (!(await check(key, opened.body, opened.signature)))
    return { is: 'cannot', why: 'voucher-forged' };
  if (key.retiredAtMs !== undefined) return { is: 'cannot', why: 'voucher-key-retired' };
  const { content } = opened;
  if (content.shopId !== memory.shopId) return { is: 'cannot', why: 'wrong-shop', content };
  return known(opened, memory) ?? judged(content, trust);
}

/** What this terminal knows of the voucher itself. */
function known({ content }: OpenedToken, { used, list }: TerminalMemory) {
  const own = used.get(content.voucherId);
  const by = own?.clerk === undefined ? {} : { clerk: own.clerk };
  const cannot = 'cannot' as const;
  if (own) return { is: cannot, why: 'voucher-handed-over' as const, content, atMs: own.atMs, by };
  const denied = list?.entries.get(content.voucherId);
  if (!denied) return undefined;
  if (denied.is === 'released') {
    const { why: released } = denied;
    if (released === 'expired') return { is: cannot, why: 'voucher-expired' as const, content };
    return { is: cannot, why: 'voucher-cancelled' as const, content, released };
  }
  const { atMs, terminal, clerk } = denied;
  return {
    is: cannot,
    why: 'voucher-handed-over' as const,
    content,
    atMs,
    by: { terminal, ...(clerk !== undefined && { clerk }) },
  };
}

type Trust =
  | { is: 'full'; nowMs: number }
  | { is: 'none'; why: 'no-right' | 'list-old' | 'clock'; nowMs?: number };

/** Whether this terminal may say 可以给货 by itself at this moment. */
export function trustIn(
  { clock, list, offlineUntilMs }: Pick<TerminalMemory, 'clock' | 'list' | 'offlineUntilMs'>,
  now: ClockReading,
): Trust {
  // The gravest first: without a clock neither of the others can be told.
  const time = readClock(clock, now);
  if (!list) return { is: 'none', why: offlineUntilMs === undefined ? 'no-right' : 'list-old' };
  if (time.is === 'wrong') return { is: 'none', why: 'clock' };
  const { nowMs } = time;
  if (nowMs - list.asOfMs > OFFLINE_MS) return { is: 'none', why: 'list-old', nowMs };
  if (offlineUntilMs === undefined || nowMs >= offlineUntilMs)
    return { is: 'none', why: 'no-right', nowMs };
  return { is: 'full', nowMs };
}

function judged(content: TokenContent, trust: Trust): OfflineVerdict {
  if (trust.nowMs !== undefined && trust.nowMs >= content.expiresAtMs)
    return { is: 'cannot', why: 'voucher-expired', content };
  if (trust.is === 'none') return { is: 'ask-online', why: trust.why, content };
  return { is: 'can', content, atMs: trust.nowMs };
}

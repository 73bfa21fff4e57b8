import { OFFLINE_MS } from './terms.ts';

/**
 * A terminal's right to hand over without a signal. A shop has either one such terminal or any number of online-only
 * ones, so that no voucher can be taken twice beside itself (blueprint §6).
 */
export interface OfflineRight {
  terminalId: string;
  /** The number of the first deny-list that it was given. */
  firstList: number;
  /** When the server last gave it a list. */
  lastContactMs: number;
  /** The latest list that it has confirmed to hold, with nothing queued at that time. */
  confirmed?: { number: number; asOfMs: number };
  /** It has confirmed, with nothing queued, that it hands over no more. */
  endedAtMs?: number;
  /** The operator has given it up: nobody waits for its queue. */
  lostAtMs?: number;
}

export type OfflineState =
  /** An online-only terminal. */
  | { is: 'no' }
  | { is: 'granted'; untilMs: number }
  /** It will have the right once the one before it can hand over no more. */
  | { is: 'waiting'; why: 'other-right'; fromMs: number }
  /** It will have the right once it is the shop's only terminal. */
  | { is: 'waiting'; why: 'other-terminals'; others: number }
  /** Taken back by the operator: to be confirmed with the next contact that has nothing queued. */
  | { is: 'ended' };

/**
 * When a terminal can hand over nothing any more without asking: at its confirmed end, or 72 h after its last
 * contact. A restored database may have forgotten a later contact, but none after it was restored.
 */
export function endOfRight(
  { endedAtMs = Infinity, lastContactMs }: Pick<OfflineRight, 'endedAtMs' | 'lastContactMs'>,
  restoredAtMs = -Infinity,
): number {
  return Math.min(endedAtMs, Math.max(lastContactMs, restoredAtMs) + OFFLINE_MS);
}

interface Asking {
  terminalId: string;
  /** Enrolled with the wish, and the operator has not said otherwise. */
  wanted: boolean;
  /** Other terminals of the shop whose enrolment stands. */
  others: number;
  /** All rights that the shop's terminals ever had. */
  rights: readonly OfflineRight[];
  /** When the database was put back from a backup, which may not know of every right. */
  restoredAtMs?: number;
  nowMs: number;
}

/** How it stands with a terminal's right, granted anew with every contact. */
export function offlineState(asking: Asking): OfflineState {
  const { terminalId, wanted, others, rights, restoredAtMs, nowMs } = asking;
  const own = rights.find((right) => right.terminalId === terminalId && !right.endedAtMs);
  if (!wanted) return own ? { is: 'ended' } : { is: 'no' };
  if (others > 0) return { is: 'waiting', why: 'other-terminals', others };
  const ends = rights
    .filter((right) => right.terminalId !== terminalId)
    .map((right) => endOfRight(right, restoredAtMs));
  // A right of which the backup knows nothing.
  if (!own && restoredAtMs !== undefined) ends.push(restoredAtMs + OFFLINE_MS);
  const fromMs = Math.max(-Infinity, ...ends);
  if (fromMs > nowMs) return { is: 'waiting', why: 'other-right', fromMs };
  return { is: 'granted', untilMs: nowMs + OFFLINE_MS };
}

/**
 * Whether another terminal may be enrolled: not beside one that hands over without a signal, or is about to.
 * @param standing the shop's terminals whose enrolment stands, and whether they want the right
 */
export const mayEnrol = (standing: readonly { wanted: boolean }[]): boolean =>
  standing.every(({ wanted }) => !wanted);

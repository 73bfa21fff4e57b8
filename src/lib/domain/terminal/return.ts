import { endOfRight, type OfflineRight } from './right.ts';
import { RELEASE_AT_LATEST_MS } from './terms.ts';

/** A voucher that was cancelled or has expired, as far as its points’ way back depends on it. */
export interface Ending {
  issuedAtMs: number;
  expiresAtMs: number;
  /** The number of the shop's last deny-list when it ended: the next one has it. */
  afterList: number;
}

/** When the points go back whoever has not been heard. */
export const latestReturnMs = ({ expiresAtMs }: Pick<Ending, 'expiresAtMs'>): number =>
  expiresAtMs + RELEASE_AT_LATEST_MS;

/**
 * The rights that must still be heard of before the points of an ended voucher go back: their terminals may have
 * handed over for it without a signal. One that holds a list with the voucher in it, or one from after its expiry, and
 * has nothing queued, has not and will not (blueprint §6).
 * @param rights all that the shop's terminals ever had
 * @returns none where the points may go back now
 */
export function stillToHear(
  ending: Ending,
  rights: readonly OfflineRight[],
  nowMs: number,
  restoredAtMs?: number,
): OfflineRight[] {
  if (nowMs >= latestReturnMs(ending)) return [];
  return rights.filter((right) => mayHaveHandedOver(ending, right, nowMs, restoredAtMs));
}

function mayHaveHandedOver(
  { issuedAtMs, expiresAtMs, afterList }: Ending,
  right: OfflineRight,
  nowMs: number,
  restoredAtMs?: number,
): boolean {
  const { firstList, confirmed, endedAtMs, lostAtMs } = right;
  const endsMs = endOfRight(right, restoredAtMs);
  if (endedAtMs !== undefined || issuedAtMs >= endsMs) return false;
  if (lostAtMs !== undefined && endsMs <= nowMs) return false;
  if (firstList > afterList) return false;
  if (!confirmed) return true;
  return confirmed.number <= afterList && confirmed.asOfMs < expiresAtMs;
}

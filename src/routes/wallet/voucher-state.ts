import type { VoucherView } from '$lib/domain/voucher/messages.ts';
import type { VoucherShown } from '$lib/ui/wallet/shown.ts';

/** The server releases what has expired whenever it is asked; phones’ clocks are minutes off, not more. */
const DOUBT_MS = 10 * 60_000;

/** How a voucher stands, by this phone's clock. */
export function voucherShown(
  { state, expiresAtMs }: VoucherView,
  nowMs: number,
  lastSyncAtMs = 0,
): VoucherShown {
  if (state.is === 'returning') return { ...state, doubtful: false };
  if (state.is !== 'held') return state;
  if (nowMs < expiresAtMs) return state;
  return { is: 'returning', doubtful: lastSyncAtMs - expiresAtMs >= DOUBT_MS };
}

const SHOWN_MS = 30 * 86_400_000;

/** Those whose points are held, the first to end first; then those that ended in the last 30 days, the latest first. */
export function voucherList(
  vouchers: readonly VoucherView[],
  nowMs: number,
): { held: VoucherView[]; over: VoucherView[] } {
  const open = ({ state }: VoucherView) => state.is === 'held' || state.is === 'returning';
  const endedAt = ({ state }: VoucherView) => (state.is === 'held' ? Infinity : state.atMs);
  return {
    held: vouchers.filter(open).sort((a, b) => a.expiresAtMs - b.expiresAtMs),
    over: vouchers
      .filter((v) => !open(v) && nowMs - endedAt(v) < SHOWN_MS)
      .sort((a, b) => endedAt(b) - endedAt(a)),
  };
}

import { CLOCK_TOLERANCE_MS } from './terms.ts';

/** What a terminal remembers of time. The server's time is the only one that counts; the device's bridges the gap. */
export interface ClockAnchor {
  /** The server's time at the last contact. */
  serverMs: number;
  /** The device's clock at that moment. */
  wallMs: number;
  /** The page's monotonic clock at that moment; only while the page of the contact is still open. */
  monotonicMs?: number;
  /** The latest time that this terminal has ever worked with; it does not go back behind it. */
  latestMs: number;
}

/** The device's clocks now. */
export interface ClockReading {
  wallMs: number;
  /** Of the same page as the anchor's; absent after a reload. */
  monotonicMs?: number;
}

/**
 * The server's time by the device's clocks; `wrong` where they contradict each other or have gone back. The wall clock
 * may run ahead of the monotonic one, which stands still while a phone sleeps; never behind it.
 */
export function readClock(
  anchor: ClockAnchor | undefined,
  now: ClockReading,
): { is: 'sane'; nowMs: number } | { is: 'wrong' } {
  if (!anchor) return { is: 'wrong' };
  const elapsedMs = now.wallMs - anchor.wallMs;
  const nowMs = anchor.serverMs + elapsedMs;
  if (!Number.isFinite(nowMs) || elapsedMs < -CLOCK_TOLERANCE_MS) return { is: 'wrong' };
  if (nowMs < anchor.latestMs - CLOCK_TOLERANCE_MS) return { is: 'wrong' };
  if (anchor.monotonicMs !== undefined && now.monotonicMs !== undefined) {
    const passedMs = now.monotonicMs - anchor.monotonicMs;
    if (passedMs < 0 || elapsedMs < passedMs - CLOCK_TOLERANCE_MS) return { is: 'wrong' };
  }
  return { is: 'sane', nowMs: Math.max(nowMs, anchor.latestMs) };
}

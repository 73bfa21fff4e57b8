import { PIN_LOCKED_MS, PIN_TRIES } from './terms.ts';

/** How often a clerk's PIN was wrong, in a row. */
export interface PinTries {
  wrong: number;
  /** No PIN is looked at before this moment; 0 where there is none. */
  lockedUntilMs: number;
}

export const NO_TRIES: PinTries = { wrong: 0, lockedUntilMs: 0 };

/** After one more wrong PIN; the fifth in a row locks, and the count begins anew. */
export function afterWrongPin({ wrong }: PinTries, nowMs: number): PinTries {
  if (wrong + 1 < PIN_TRIES) return { wrong: wrong + 1, lockedUntilMs: 0 };
  return { wrong: 0, lockedUntilMs: nowMs + PIN_LOCKED_MS };
}

/** How long the clerk has to wait, ms; 0 where a PIN is looked at. */
export const pinWaitMs = ({ lockedUntilMs }: PinTries, nowMs: number): number =>
  Math.max(0, lockedUntilMs - nowMs);

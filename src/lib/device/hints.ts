// What must be known before the database is open stands in localStorage too. Only hints: the database knows.

/**
 * Tells early.js, before the first paint, that the printed opening question of a slot is past: there is a round to
 * go on with, or it was answered before. Only a hint: the database knows.
 */
export function markPast(slot: string): void {
  try {
    localStorage.setItem(slot, '1');
  } catch {
    // Storage refused: the printed question simply comes first again.
  }
}

export const isPast = (slot: string): boolean => hint(slot) !== null;

/** Null where there is none, or storage is refused. */
function hint(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Where the code of a station's board stands, for a round that begins there. */
export const boardKey = (station: string): string => `board:${station}`;

/** The code that a round at this station carries, where its board was scanned. */
export const boardAt = (station: string): string | undefined =>
  hint(boardKey(station)) ?? undefined;

const PACK = 'pack';

/** The pack of this hash lies in the database. */
export function markKept(hash: string): void {
  try {
    localStorage.setItem(PACK, hash);
  } catch {
    // It is then asked for from the server first.
  }
}

export const isMarkedKept = (hash: string): boolean => hint(PACK) === hash;

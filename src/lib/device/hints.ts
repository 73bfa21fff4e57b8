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

export function isPast(slot: string): boolean {
  try {
    return localStorage.getItem(slot) !== null;
  } catch {
    return false;
  }
}

const PACK = 'pack';

/** The pack of this hash lies in the database. */
export function markKept(hash: string): void {
  try {
    localStorage.setItem(PACK, hash);
  } catch {
    // It is then asked for from the server first.
  }
}

export function isMarkedKept(hash: string): boolean {
  try {
    return localStorage.getItem(PACK) === hash;
  } catch {
    return false;
  }
}

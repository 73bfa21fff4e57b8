// Apart from hints.ts, which the first answer needs.

/** Forgets the hints of days that are over. */
export function dropOldDays(today: string): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith('daily:') && key < `daily:${today}`) localStorage.removeItem(key);
    }
  } catch {
    // Nothing is kept then.
  }
}

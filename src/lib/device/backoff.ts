const FIRST_MS = 2000;
/** The longest wait; also the longest that a server's word for quiet is kept, whatever the clock says. */
export const LONGEST_MS = 10 * 60_000;
export const LONGEST_QUIET_MS = 3_600_000;

/**
 * How long to wait after so many failures in a row, ms: twice as long each time, spread so that a whole park does not
 * come back in the same second.
 * @param random 0 to 1
 * @param asked what the server asked for; never less than that
 */
export function waitAfter(failures: number, random: number, asked = 0): number {
  const steps = Math.min(failures - 1, 20);
  const own = Math.min(LONGEST_MS, FIRST_MS * 2 ** steps);
  const least = Math.min(asked, LONGEST_QUIET_MS);
  return Math.round(Math.max(own * (0.5 + random / 2), least * (1 + random / 4)));
}

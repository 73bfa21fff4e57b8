// A round begins before the database is open, so the code of a station's board stands in localStorage too.

/** Where the browser refuses storage: until the page closes. */
export const fleeting = new Map<string, string>();

export const hintOf = (station: string) => `board:${station}`;

/** The code that a round at this station carries. In the browser only. */
export function boardAt(station: string): string | undefined {
  try {
    return localStorage.getItem(hintOf(station)) ?? undefined;
  } catch {
    return fleeting.get(station);
  }
}

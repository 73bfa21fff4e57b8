import { boardCodeText, readBoardCode } from '$lib/domain/trail/board-code.ts';
import { boardAt } from '$lib/device/hints.ts';
import { keepBoard } from '$lib/device/boards.ts';
import { phone } from '$lib/device/phone.svelte.ts';

/** What a visitor has come with. */
export type Scan =
  /** `kept` resolves when it lies in the database, or cannot. */
  | { is: 'scanned'; code: string; kept: Promise<unknown> }
  /** From an earlier visit, or none at all. */
  | { is: 'opened'; code: string | undefined }
  /** There is something in the address that is no code. */
  | { is: 'torn' };

/** Takes the board's code out of the address: kept at once, and nowhere for others to see. */
export function takeBoard(station: string): Scan {
  const fragment = decoded(location.hash.slice(1));
  const before = { is: 'opened', code: boardAt(station) } as const;
  // The skip link leads to a place on the page.
  if (fragment === '' || document.getElementById(fragment)) return before;
  history.replaceState(history.state, '', location.pathname + location.search);
  const read = readBoardCode(fragment);
  if (!read) return { is: 'torn' };
  const code = boardCodeText(read);
  const board = { code, scannedAtMs: Date.now() };
  const kept = keepBoard(phone.open, station, board).catch(() => undefined);
  return { is: 'scanned', code, kept };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

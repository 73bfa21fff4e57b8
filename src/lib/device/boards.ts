import { slotOf } from '../domain/quiz/round.ts';
import type { ParkDatabase } from './database.ts';
import { boardKey } from './hints.ts';

/** What a board says, as it was scanned last at its station; only the server can tell whether it is right. */
export interface KeptBoard {
  code: string;
  scannedAtMs: number;
}
/** By station. A row of `settings`. */
export type KeptBoards = Record<string, KeptBoard>;

const ROW = 'boards';

/**
 * Keeps what was scanned, at once. A round of the station that was begun without this code is not gone on with: all
 * its questions have to be answered with the code.
 * @throws Failure, DOMException where the database cannot keep it
 */
export async function keepBoard(
  open: () => Promise<ParkDatabase>,
  station: string,
  board: KeptBoard,
): Promise<void> {
  try {
    localStorage.setItem(boardKey(station), board.code);
  } catch {
    // Refused storage keeps no answers either: there is no award to lose.
  }
  const tx = (await open()).transaction(['settings', 'rounds'], 'readwrite');
  tx.done.catch(() => undefined);
  const settings = tx.objectStore('settings');
  const rounds = tx.objectStore('rounds');
  const slot = slotOf({ kind: 'station', station });
  const [kept, round] = await Promise.all([settings.get(ROW), rounds.get(slot)]);
  await settings.put({ ...(kept as KeptBoards | undefined), [station]: board }, ROW);
  if (round?.of.kind === 'station' && round.of.code !== board.code) await rounds.delete(slot);
  await tx.done;
}

export async function keptBoards(db: ParkDatabase): Promise<KeptBoards> {
  return ((await db.get('settings', ROW)) as KeptBoards | undefined) ?? {};
}

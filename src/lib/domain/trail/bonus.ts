import { stationKey } from '../points/award.ts';
import type { KeptVerdict, Practised } from '../points/difference.ts';
import type { EarnedAward } from '../points/statement.ts';
import { readBoardCode } from './board-code.ts';

/** How it stands with a station's award, as far as this phone knows. */
export type Bonus =
  /** No board was scanned. */
  | { is: 'none' }
  /** Only the server can tell whether the code is right, and it has not been asked yet. */
  | { is: 'unchecked' }
  | { is: 'wrong' | 'retired' }
  /** The code is good; some of the station's questions have not been answered with it yet. */
  | { is: 'unfinished' }
  | { is: 'limited'; by: 'cap' | 'budget' | 'dates' }
  | { is: 'paid'; points: number };

/** What this phone has, or a part of it. */
export interface Played {
  attempts: readonly Practised[];
  verdicts: ReadonlyMap<string, KeptVerdict>;
  /** Those that the server has booked. */
  awards: readonly EarnedAward[];
}

/**
 * The award of a station for its board's code: paid once for each print run, whichever phone of the wallet it was
 * answered on; else what the server found of the latest attempt that carried the code.
 */
export function bonusOf(
  station: string,
  code: string | undefined,
  { attempts, verdicts, awards }: Played,
): Bonus {
  if (code === undefined) return { is: 'none' };
  const run = readBoardCode(code)?.run;
  if (run === undefined) return { is: 'wrong' };
  const key = stationKey(station, run);
  const paid = awards.find((award) => award.booked && award.key === key);
  if (paid) return { is: 'paid', points: paid.points };
  const own = attempts.filter(({ round: { of }, elsewhere, past }) => {
    if (elsewhere || past || of.kind !== 'station') return false;
    return of.station === station && of.code === code;
  });
  const found = own.flatMap(({ id }) => foundBy(verdicts.get(id))).at(-1);
  const waiting = own.some(({ id }) => !verdicts.has(id));
  if (!found || (waiting && found.is === 'unfinished')) return { is: 'unchecked' };
  return found;
}

function foundBy(verdict: KeptVerdict | undefined): Bonus[] {
  // One that is not booked says nothing of the board.
  if (!verdict || !('board' in verdict) || !verdict.board) return [];
  const { board, awards } = verdict;
  if (board !== 'good') return [{ is: board }];
  const by = awards.find(({ kind }) => kind === 'station')?.limitedBy;
  return [by ? { is: 'limited', by } : { is: 'unfinished' }];
}

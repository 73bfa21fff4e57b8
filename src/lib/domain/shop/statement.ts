import type { Day } from '../points/day.ts';
import { dayAt } from '../points/day.ts';
import type { LossReason, RowVerdict } from '../terminal/messages.ts';

/** A month in Asia/Shanghai, `YYYY-MM`. */
export type Month = string;
export const monthAt = (atMs: number): Month => dayAt(atMs).slice(0, 7);

export function nextMonth(month: Month): Month {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** The first moment of a month, ms since 1970 UTC. */
export const startOfMonth = (month: Month): number => Date.parse(`${month}-01T00:00:00+08:00`);

/** Goods that were handed over and not taken back. */
export interface HandOverLine {
  nonce: string;
  /** When they were handed over. */
  atMs: number;
  /** When the server booked it; later where it was uploaded. */
  bookedAtMs: number;
  goodsId: string;
  goods: string;
  /** Absent where the shop had no clerks. */
  clerk?: string;
  terminal: string;
  points: number;
  /** What the shop is owed for it, whole fen. */
  settleFen: number;
  /** Who pays: the voucher, the campaign's loss, or nobody before the operator has looked at it. */
  paid: 'voucher' | 'loss' | 'waiting';
  why?: LossReason;
}

/** Put right by the operator: a new entry, never a change of an old one. */
export interface Correction {
  id: string;
  atMs: number;
  /** Whole fen; below 0 where the shop had too much. */
  fen: number;
  why: string;
}

/** A row that was uploaded and is not in the statement as the terminal counted it. */
export interface Difference {
  nonce: string;
  atMs: number;
  verdict: RowVerdict;
}

/** What a shop handed over, and what it is owed. */
export interface Statement {
  month: Month;
  /** Frozen: nothing is added to it any more. */
  frozenAtMs?: number;
  /** The oldest first; those of earlier months arrived after theirs was frozen. */
  lines: HandOverLine[];
  corrections: Correction[];
  differences: Difference[];
  perDay: Sum<'day', Day>[];
  perGoods: (Sum<'goodsId', string> & { goods: string })[];
  perClerk: Sum<'clerk', string>[];
  /** What is owed: without what still waits, with corrections. */
  pieces: number;
  points: number;
  settleFen: number;
  waiting: { pieces: number; settleFen: number };
}
type Sum<K extends string, V> = Record<K, V> & {
  pieces: number;
  points: number;
  settleFen: number;
};

/** What stands to be put into a statement. */
export interface Takings {
  lines: readonly HandOverLine[];
  corrections: readonly Correction[];
  differences: readonly Difference[];
}

/**
 * The statement over what is given. Lines that wait for the operator are listed and not owed.
 * @param takings exactly what belongs into it: see `belongs`
 */
export function statementOf(
  month: Month,
  { lines, corrections, differences }: Takings,
  frozenAtMs?: number,
): Statement {
  const sorted = lines.toSorted((a, b) => a.atMs - b.atMs || (a.nonce < b.nonce ? -1 : 1));
  const owed = sorted.filter(({ paid }) => paid !== 'waiting');
  const waiting = sorted.filter(({ paid }) => paid === 'waiting');
  const corrected = corrections.reduce((sum, { fen }) => sum + fen, 0);
  const all = totalOf(owed);
  return {
    month,
    ...(frozenAtMs !== undefined && { frozenAtMs }),
    lines: sorted,
    corrections: corrections.toSorted((a, b) => a.atMs - b.atMs),
    differences: differences.toSorted((a, b) => a.atMs - b.atMs),
    perDay: grouped(owed, ({ atMs }) => dayAt(atMs)).map(([day, list]) => ({
      day,
      ...totalOf(list),
    })),
    perGoods: grouped(owed, ({ goodsId }) => goodsId).map(([goodsId, list]) => ({
      goodsId,
      goods: list.at(-1)?.goods ?? goodsId,
      ...totalOf(list),
    })),
    perClerk: grouped(owed, ({ clerk = '' }) => clerk).map(([clerk, list]) => ({
      clerk,
      ...totalOf(list),
    })),
    ...all,
    settleFen: all.settleFen + corrected,
    waiting: { pieces: waiting.length, settleFen: totalOf(waiting).settleFen },
  };
}

/**
 * Whether a line belongs into the statement of a month that is made at this moment: handed over in that month or
 * before, and in no statement yet. What arrives later, or is approved later, goes into the next one.
 */
export const belongs = (
  { atMs, paid, settledIn }: Pick<HandOverLine, 'atMs' | 'paid'> & { settledIn: Month | null },
  month: Month,
): boolean => settledIn === null && paid !== 'waiting' && atMs < startOfMonth(nextMonth(month));

function totalOf(lines: readonly HandOverLine[]) {
  return {
    pieces: lines.length,
    points: lines.reduce((sum, { points }) => sum + points, 0),
    settleFen: lines.reduce((sum, { settleFen }) => sum + settleFen, 0),
  };
}

/** In the order of the keys. */
function grouped(
  lines: readonly HandOverLine[],
  keyOf: (line: HandOverLine) => string,
): [key: string, lines: HandOverLine[]][] {
  return [...Map.groupBy(lines, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1));
}

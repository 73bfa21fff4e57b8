import { dayAt, type Day } from '../../domain/points/day.ts';
import type { Receipt, TodayAnswer } from '../../domain/voucher/messages.ts';
import type { KeptHandOver, ShopDatabase } from './database.ts';
import { handOversSince } from './memory.ts';
import { kept, reading } from './settings.ts';
import { receiptOf } from './verdict.ts';

export interface DayLine extends Receipt {
  terminalName: string;
  thisTerminal: boolean;
  /** The server has not heard of it, or not of its end. */
  waiting: boolean;
}

/** What the shop did today, as far as this terminal knows: the newest first. */
export interface DayShown {
  day: Day;
  lines: DayLine[];
  handedOver: number;
  /** Hand-overs that the server has not heard of. */
  waiting: number;
  /** Of what the server has heard of, whole fen. */
  settleFen: number;
}

/**
 * The server's list of the day, as it was last read, with what this terminal has done since.
 * @param own this terminal's hand-overs
 */
export function dayShown(
  nowMs: number,
  name: string,
  said: TodayAnswer | undefined,
  own: readonly KeptHandOver[],
): DayShown {
  const day = dayAt(nowMs);
  const today = said?.day === day ? said : undefined;
  const mine = new Map(own.filter(({ atMs }) => dayAt(atMs) === day).map((o) => [o.nonce, o]));
  const known = new Set(today?.receipts.map(({ nonce }) => nonce));
  const lines = (today?.receipts ?? []).map((receipt): DayLine => {
    const here = mine.get(receipt.nonce);
    const ended = here?.waiting !== undefined && here.undoneAtMs !== undefined;
    return { ...receipt, ...(ended && receiptOf(here)), waiting: ended };
  });
  for (const done of mine.values()) {
    if (known.has(done.nonce)) continue;
    const of = { terminalName: name, thisTerminal: true, waiting: done.waiting !== undefined };
    lines.push({ ...receiptOf(done), ...of });
  }
  return {
    day,
    lines: lines.sort((a, b) => b.atMs - a.atMs),
    handedOver: lines.filter(({ did }) => did === 'handed-over').length,
    waiting: lines.filter(({ did, waiting }) => waiting && did === 'handed-over').length,
    settleFen: today?.settleFen ?? 0,
  };
}

const DAY_MS = 86_400_000;

/** What is kept of today. */
export async function dayOf(db: ShopDatabase, nowMs: number): Promise<DayShown> {
  const tx = reading(db);
  const [said, view] = [await kept(tx, 'today'), await kept(tx, 'view')];
  return dayShown(nowMs, view?.name ?? '', said, await handOversSince(db, nowMs - DAY_MS));
}

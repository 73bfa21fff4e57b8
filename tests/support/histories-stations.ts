import type { JudgedAttempt } from '../../src/lib/domain/points/award.ts';
import type { BoardFinding, SentAttempt } from '../../src/lib/domain/sync/messages.ts';
import type { Board, BookedAttempt, Model } from './histories-model.ts';
import type { Dice } from './histories-random.ts';
import { samplePack, STATIONS } from './park.ts';

// Boards along the trail: what phones make of them, and what the model says of that.

type RoundOf = SentAttempt['round']['of'];
export type Bookable = Pick<BookedAttempt, 'sent' | 'right' | 'day'> & {
  board: BoardFinding | undefined;
};

/** What a phone keeps of a board: what it says, as scanned or as typed, or something else, or nothing. */
export function scanned(board: Board, dice: Dice, boards: readonly Board[]): string | undefined {
  const kinds = { right: 70, typed: 8, other: 6, forged: 6, torn: 3, nothing: 7 };
  switch (dice.weighted(kinds)) {
    case 'right':
      return board.code;
    case 'typed':
      return board.code.replaceAll('-', ' ').toLowerCase();
    case 'other':
      return dice.pick(boards)?.code;
    case 'forged':
      return board.code.replace(/.$/, (last) => (last === 'Z' ? 'Y' : 'Z'));
    case 'torn':
      return board.code.slice(0, 9);
    case 'nothing':
      return undefined;
  }
}

/** What the code of a station's round is worth on that day. */
export function boardIn(
  { boards, runs }: Model,
  of: RoundOf,
  day: string,
): BoardFinding | undefined {
  if (of.kind !== 'station' || of.code === undefined) return undefined;
  const board = boards.get(plain(of.code));
  if (board?.station !== of.station) return 'wrong';
  const retiredFrom = runs.get(board.run) ?? null;
  return retiredFrom !== null && retiredFrom <= day ? 'retired' : 'good';
}

const plain = (code: string) => code.replace(/[ -]/g, '').toUpperCase();

/** A round as awards see it. */
export function roundOf(
  { boards }: Model,
  of: RoundOf,
  { day, board }: Pick<Bookable, 'day' | 'board'>,
): JudgedAttempt['round'] {
  if (of.kind === 'daily' && of.date === day) return of;
  if (of.kind !== 'station' || board !== 'good') return { kind: 'topic' };
  const run = boards.get(plain(of.code ?? ''))?.run ?? '';
  return { kind: 'station', station: of.station, run };
}

/** What an award of the round asks for. */
export function questionsFor(round: JudgedAttempt['round']): readonly string[] | undefined {
  if (round.kind === 'topic') return undefined;
  return round.kind === 'daily' ? samplePack.daily[round.date] : STATIONS[round.station];
}

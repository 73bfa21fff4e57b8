import { stationOf, type Pack } from '../../domain/bank/pack.ts';
import type { JudgedAttempt } from '../../domain/points/award.ts';
import type { BoardFinding, SentAttempt } from '../../domain/sync/messages.ts';
import { readBoardCode } from '../../domain/trail/board-code.ts';

/** An attempt as awards see it, with what its pack asks for the award of its round. */
export type Awardable = JudgedAttempt & {
  roundQuestions?: readonly string[];
  board?: BoardFinding;
};

/** An attempt as the server believes it. */
interface Believed {
  questionId: string;
  right: boolean;
  day: string;
  of: SentAttempt['round']['of'];
  /** Absent where no code came along. */
  board?: BoardFinding | undefined;
}

/** @param pack that it was made on; of one that is not here only the question counts */
export function awardableOf(
  { questionId, right, day, of, board }: Believed,
  pack: Pack | undefined,
): Awardable {
  const attempt = { questionId, right, day, ...(board && { board }) };
  // 今日五题 of a day that is not the attempt's is a round like any other.
  if (of.kind === 'daily' && of.date === day) {
    const roundQuestions = pack?.daily[of.date];
    return { ...attempt, round: of, ...(roundQuestions && { roundQuestions }) };
  }
  const run = runOf(of, board);
  if (of.kind === 'station' && run !== undefined) {
    const roundQuestions = pack && stationOf(pack, of.station)?.questions;
    const round = { kind: of.kind, station: of.station, run };
    return { ...attempt, round, ...(roundQuestions && { roundQuestions }) };
  }
  return { ...attempt, round: { kind: 'topic' } };
}

/** The station and code of a round that carries one, as one text. */
export function boardOf(of: SentAttempt['round']['of']): string | undefined {
  return of.kind === 'station' && of.code !== undefined ? `${of.station} ${of.code}` : undefined;
}

/** Of which print run a round's code is, where it was found good. */
export function runOf(
  of: SentAttempt['round']['of'],
  board: BoardFinding | undefined,
): string | undefined {
  if (of.kind !== 'station' || of.code === undefined || board !== 'good') return undefined;
  return readBoardCode(of.code)?.run;
}

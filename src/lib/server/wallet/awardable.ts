import { stillAsked } from '../../domain/bank/notice.ts';
import { stationOf } from '../../domain/bank/stations.ts';
import type { JudgedAttempt } from '../../domain/points/award.ts';
import type { BoardFinding, SentAttempt } from '../../domain/sync/messages.ts';
import { readBoardCode } from '../../domain/trail/board-code.ts';
import type { NoticesInForce } from '../bank/notices.ts';
import type { ScoringPack } from '../bank/packs.ts';

/** An attempt as awards see it. */
export type Awardable = JudgedAttempt & {
  /** What its pack asks for the award of its round. */
  asked?: readonly string[];
  /**
   * The same, less what has been taken out of play since.
   * @param answered questions that the wallet has answered in rounds that count for it
   */
  roundQuestions?: (answered: ReadonlySet<string>) => readonly string[];
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

/** @param scoring the pack that it was made on; of one that is not here only the question counts */
export function awardableOf(
  { questionId, right, day, of, board }: Believed,
  scoring: ScoringPack | undefined,
  { byQuestion }: NoticesInForce,
): Awardable {
  const from = (asked: readonly string[] | undefined) => {
    if (!asked || !scoring) return {};
    const roundQuestions = (answered: ReadonlySet<string>) =>
      stillAsked(asked, scoring.questions, byQuestion, answered);
    return { asked, roundQuestions };
  };
  const attempt = { questionId, right, day, ...(board && { board }) };
  // 今日五题 of a day that is not the attempt's is a round like any other.
  if (of.kind === 'daily' && of.date === day) {
    return { ...attempt, round: of, ...from(scoring?.pack.daily[of.date]) };
  }
  const run = runOf(of, board);
  if (of.kind === 'station' && run !== undefined) {
    const round = { kind: of.kind, station: of.station, run };
    return {
      ...attempt,
      round,
      ...from(scoring && stationOf(scoring.pack, of.station)?.questions),
    };
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

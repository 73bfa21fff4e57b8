import { topics } from 'virtual:topics';
import { stations } from 'virtual:trail';
import type { DayEntry, MoveEntry } from '$lib/domain/points/statement.ts';
import type { RoundKind } from '$lib/domain/quiz/round.ts';
import type { VoucherView } from '$lib/domain/voucher/messages.ts';
import { quizText } from '$lib/ui/text/quiz.ts';
import { walletText } from '$lib/ui/text/wallet.ts';
import type { DayLines, Line } from '$lib/ui/wallet/shown.ts';

/** The statement as it is shown: rounds and other movements of a day together, the latest first. */
export function linesOf(days: readonly DayEntry[], vouchers: readonly VoucherView[]): DayLines[] {
  const goods = new Map(vouchers.map(({ id, goodsName }) => [id, goodsName]));
  return days.map(({ day, points, rounds, moves }) => {
    const lines: { atMs: number; line: Line }[] = [
      ...rounds.map((round) => ({
        atMs: round.lastAtMs,
        line: { is: 'round', key: round.roundId, title: nameOf(round.of), round } as const,
      })),
      ...together(moves).map((same) => {
        const name = 'voucherId' in same[0] ? goods.get(same[0].voucherId) : undefined;
        const line = { is: 'move', key: same[0].id, moves: same, ...(name && { goods: name }) };
        return { atMs: same[0].atMs, line: line as Line };
      }),
    ];
    return {
      day,
      points,
      lines: lines.sort((a, b) => b.atMs - a.atMs).map(({ line }) => line),
    };
  });
}

function nameOf(of: RoundKind): string {
  switch (of.kind) {
    case 'daily':
      return quizText.daily;
    case 'topic':
      return topics.find(({ id }) => id === of.topic)?.title ?? of.topic;
    case 'station':
      return walletText.stationRound(stations.find(({ id }) => id === of.station)?.name);
    case 'review':
      return walletText.reviewRound;
    case 'checkup':
      return walletText.checkupRound;
  }
}

/** Awards of one kind say the same, often by the dozen: they are one line. */
function together(moves: readonly MoveEntry[]): [MoveEntry, ...MoveEntry[]][] {
  const groups = new Map<string, [MoveEntry, ...MoveEntry[]]>();
  for (const move of moves) {
    const key = 'key' in move ? `${move.is} ${move.kind}` : move.id;
    const group = groups.get(key);
    if (group) group.push(move);
    else groups.set(key, [move]);
  }
  return [...groups.values()];
}

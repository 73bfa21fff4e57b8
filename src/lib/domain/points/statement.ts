import type { RoundKind } from '../quiz/round.ts';
import type { Award } from './award.ts';
import type { Day } from './day.ts';

/** An award as it is kept, with the attempt that earned it. */
export type EarnedAward = Award & { day: Day; attemptId: string };

interface Practised {
  id: string;
  right: boolean;
  practisedAtMs: number;
  round: { id: string; of: RoundKind; day: Day };
}

export interface RoundEntry {
  roundId: string;
  of: RoundKind;
  lastAtMs: number;
  right: number;
  answered: number;
  points: number;
  /** Awards beside those for single questions: 今日五题, a week of practice. */
  extras: EarnedAward[];
}

export interface DayEntry {
  day: Day;
  points: number;
  rounds: RoundEntry[];
}

/** The wallet's statement: per day and round, newest first. */
export function statementOf(
  attempts: readonly Practised[],
  awards: readonly EarnedAward[],
): DayEntry[] {
  const byAttempt = groupBy(awards, (a) => a.attemptId);
  const days = groupBy(attempts, (a) => a.round.day);
  return [...days]
    .map(([day, ofDay]) => {
      const rounds = [...groupBy(ofDay, (a) => a.round.id)].map(([roundId, list]) =>
        roundEntry(roundId, list, byAttempt),
      );
      rounds.sort((a, b) => b.lastAtMs - a.lastAtMs);
      return { day, rounds, points: sum(rounds.map((r) => r.points)) };
    })
    .sort((a, b) => (a.day < b.day ? 1 : -1));
}

function roundEntry(
  roundId: string,
  attempts: readonly Practised[],
  awards: ReadonlyMap<string, EarnedAward[]>,
): RoundEntry {
  const earned = attempts.flatMap((a) => awards.get(a.id) ?? []);
  const first = attempts[0] as Practised;
  return {
    roundId,
    of: first.round.of,
    lastAtMs: Math.max(...attempts.map((a) => a.practisedAtMs)),
    right: attempts.filter((a) => a.right).length,
    answered: attempts.length,
    points: sum(earned.map((a) => a.points)),
    extras: earned.filter((a) => a.kind !== 'question'),
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

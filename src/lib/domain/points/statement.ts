import { accountType, type ReleaseReason, type Transfer } from '../ledger/transfer.ts';
import type { RoundKind } from '../quiz/round.ts';
import { bonusOf, type Bonus, type Played } from '../trail/bonus.ts';
import type { Award, AwardKey, AwardKind } from './award.ts';
import { dayAt, type Day } from './day.ts';
import {
  differencesOf,
  judgedRight,
  type Difference,
  type KeptVerdict,
  type Practised,
} from './difference.ts';

/** An award as it is kept, with the attempt that earned it: the phone's estimate, or `booked` by the server. */
export type EarnedAward = Award & { day: Day; attemptId: string; booked?: true };

export interface RoundEntry {
  roundId: string;
  of: RoundKind;
  lastAtMs: number;
  right: number;
  answered: number;
  /** Booked and pending. */
  points: number;
  /** The part that no server has booked yet (待同步). */
  pending: number;
  /** Awards beside those for single questions: 今日五题, a station, a week of practice. */
  extras: EarnedAward[];
  /** How it stands with a station's award that is not among these. */
  bonus?: Bonus;
  differences: Difference[];
  elsewhere: boolean;
}

/** A movement of points that is not a round's. */
export type MoveEntry = {
  id: string;
  atMs: number;
  /** What 可用 changed by. */
  points: number;
  /** What 冻结 changed by. */
  held: number;
} & (
  | { is: 'hold' | 'consume' | 'undo'; voucherId: string }
  | { is: 'release'; voucherId: string; why: ReleaseReason }
  /** `award`: for an attempt that this phone does not have. */
  | { is: 'award' | 'reverse-award'; key: AwardKey; kind: AwardKind }
  | { is: 'close' }
);

export interface DayEntry {
  day: Day;
  /** What 可用 and 待同步 together changed by. */
  points: number;
  pending: number;
  rounds: RoundEntry[];
  moves: MoveEntry[];
}

/** What the server has of the wallet. */
export interface Booked {
  transfers: readonly Transfer[];
  verdicts: ReadonlyMap<string, KeptVerdict>;
}

/**
 * The wallet's statement: per day, newest first, every round and every other movement. All points less the pending
 * ones are the fold of the transfers.
 */
export function statementOf(
  attempts: readonly Practised[],
  awards: readonly EarnedAward[],
  { transfers, verdicts }: Booked = NOTHING,
): DayEntry[] {
  const here = new Set(attempts.map((a) => a.id));
  const ofRounds = (t: Transfer) => t.kind === 'award' && here.has(t.award?.attemptId ?? '');
  const earned = [
    ...awards.filter((a) => !a.booked && here.has(a.attemptId)),
    ...transfers.filter(ofRounds).flatMap(bookedAward),
  ];
  const byAttempt = groupBy(earned, (a) => a.attemptId);
  const standing = awards.filter((a) => a.booked);
  const rounds = [...groupBy(attempts, (a) => a.round.id).values()].map((list) => ({
    day: dayOf(list, verdicts),
    entry: roundEntry(list, byAttempt, { verdicts, awards: standing }),
  }));
  const moves = transfers
    .filter((t) => !ofRounds(t))
    .flatMap(moveEntry)
    .map((entry) => ({ day: dayAt(entry.atMs), entry }));
  const roundsByDay = groupBy(rounds, (r) => r.day);
  const movesByDay = groupBy(moves, (m) => m.day);
  const days = [...new Set([...roundsByDay.keys(), ...movesByDay.keys()])].sort().reverse();
  return days.map((day) => {
    const ofDay = (roundsByDay.get(day) ?? []).map(({ entry }) => entry);
    const moved = (movesByDay.get(day) ?? []).map(({ entry }) => entry);
    return {
      day,
      points: sum([...ofDay, ...moved].map((entry) => entry.points)),
      pending: sum(ofDay.map((entry) => entry.pending)),
      rounds: ofDay.sort((a, b) => b.lastAtMs - a.lastAtMs),
      moves: moved.sort((a, b) => b.atMs - a.atMs),
    };
  });
}

const NOTHING: Booked = { transfers: [], verdicts: new Map() };

/** The kind of an award by its key: transfers carry the key only. */
export function awardKindOf(key: AwardKey): AwardKind {
  if (key.startsWith('q:')) return 'question';
  for (const kind of ['daily', 'station'] as const) if (key.startsWith(`${kind}:`)) return kind;
  return 'week';
}

/** The award that a transfer of kind `award` books. */
export function bookedAward({ award, points }: Transfer): EarnedAward[] {
  return award ? [{ ...award, kind: awardKindOf(award.key), points, booked: true }] : [];
}

/** A round stands on the day that the server believes, once it has said so. */
function dayOf(attempts: readonly Practised[], verdicts: Booked['verdicts']): Day {
  for (const { id } of attempts) {
    const verdict = verdicts.get(id);
    if (verdict && 'day' in verdict) return verdict.day;
  }
  return (attempts[0] as Practised).round.day;
}

function roundEntry(
  attempts: readonly Practised[],
  byAttempt: ReadonlyMap<string, EarnedAward[]>,
  { verdicts, awards }: Omit<Played, 'attempts'>,
): RoundEntry {
  const earned = attempts.flatMap((a) => byAttempt.get(a.id) ?? []);
  const extras = earned.filter((a) => a.kind !== 'question');
  const first = attempts[0] as Practised;
  const { of } = first.round;
  return {
    roundId: first.round.id,
    of,
    lastAtMs: Math.max(...attempts.map((a) => a.practisedAtMs)),
    right: attempts.filter((a) => judgedRight(a, verdicts.get(a.id))).length,
    answered: attempts.length,
    points: sum(earned.map((a) => a.points)),
    pending: sum(earned.filter((a) => !a.booked).map((a) => a.points)),
    extras,
    ...bonusIn({ attempts, verdicts, awards }, extras),
    differences: differencesOf(attempts, verdicts),
    elsewhere: first.elsewhere ?? false,
  };
}

function bonusIn(round: Played, extras: readonly EarnedAward[]): Pick<RoundEntry, 'bonus'> {
  const first = round.attempts[0] as Practised;
  const { of } = first.round;
  const told = extras.some(({ kind }) => kind === 'station') || first.elsewhere || first.past;
  return of.kind !== 'station' || told ? {} : { bonus: bonusOf(of.station, of.code, round) };
}

/** What a transfer does to a resident; nothing where it lies between the shop and others. */
function moveEntry(transfer: Transfer): MoveEntry[] {
  const { id, kind, atMs, voucherId = '', award } = transfer;
  const change = {
    id,
    atMs,
    points: changeOf(transfer, 'resident'),
    held: changeOf(transfer, 'voucher'),
  };
  switch (kind) {
    case 'hold':
    case 'consume':
    case 'undo':
      return [{ ...change, is: kind, voucherId }];
    case 'release':
      return [{ ...change, is: kind, voucherId, why: transfer.why ?? 'cancelled' }];
    case 'award':
    case 'reverse-award': {
      const key = award?.key ?? '';
      return [{ ...change, is: kind, key, kind: awardKindOf(key) }];
    }
    case 'close':
      return [{ ...change, is: kind }];
    case 'loss':
    case 'settle':
      return [];
  }
}

function changeOf({ from, to, points }: Transfer, type: 'resident' | 'voucher'): number {
  return (accountType(to) === type ? points : 0) - (accountType(from) === type ? points : 0);
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

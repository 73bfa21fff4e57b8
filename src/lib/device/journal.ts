import type { Pack } from '../domain/bank/pack.ts';
import { awardsFor, dailyKey, questionKey, type Award } from '../domain/points/award.ts';
import type { Campaign } from '../domain/points/campaign.ts';
import { daysOfWeek, weekOf, type Day } from '../domain/points/day.ts';
import type { EarnedAward } from '../domain/points/statement.ts';
import { judgedOf, type Attempt } from '../domain/quiz/attempt.ts';
import type { Standing } from '../domain/quiz/compose.ts';
import { slotOf, withPoints, type Round } from '../domain/quiz/round.ts';
import { failureOf, type OutboxRow, type ParkDatabase } from './database.ts';
import { makeRoom } from './room.ts';

/** The rules that an estimate is made by; they come with the build. */
export interface Rules {
  campaign: Campaign;
  /** The calendar's five of the day, for a daily round. */
  dailyQuestions?: readonly string[];
}

export type Recorded =
  | { kind: 'saved'; round: Round; awards: Award[] }
  /** Another tab is further on in this round; its state stands. */
  | { kind: 'elsewhere'; round: Round };

/** Everything this phone keeps of its resident's practice. */
export interface Journal {
  /** False where the browser refuses storage: all is kept only until the page closes. */
  readonly lasting: boolean;
  /**
   * Saves an attempt with its estimated awards, its outbox row and the round after it: all or nothing.
   * The same attempt id again changes nothing.
   * @throws Failure `storage-full`, `storage-failed`
   */
  record(attempt: Attempt, round: Round, rules: Rules): Promise<Recorded>;
  loadRound(slot: string): Promise<Round | undefined>;
  /** Keeps a step that is not an attempt (going on to the next question). */
  saveRound(round: Round): Promise<void>;
  attempts(): Promise<Attempt[]>;
  awards(): Promise<EarnedAward[]>;
  /** How the resident fared with each question that was answered at all. */
  standings(): Promise<Map<string, Standing>>;
  /** Attempts that no server has acknowledged: they exist on this phone only. */
  unsyncedAttempts(): Promise<number>;
  /** The pack as a new round is made from it: without what this phone knows to be withdrawn or corrected since. */
  inForce(pack: Pack): Promise<Pack>;
}

export class StoredJournal implements Journal {
  readonly lasting = true;
  readonly #open: () => Promise<ParkDatabase>;

  /** @param open gives the live connection; asked before every step, so that a lost one is replaced */
  constructor(open: () => Promise<ParkDatabase>) {
    this.#open = open;
  }

  async record(attempt: Attempt, round: Round, rules: Rules): Promise<Recorded> {
    try {
      return await this.#write(attempt, round, rules);
    } catch (cause) {
      const failure = failureOf(cause);
      if (failure.code === 'storage-full' && (await makeRoom()))
        return this.#write(attempt, round, rules);
      throw failure;
    }
  }

  async #write(attempt: Attempt, round: Round, rules: Rules): Promise<Recorded> {
    const db = await this.#open();
    const tx = db.transaction(['attempts', 'awards', 'outbox', 'rounds'], 'readwrite', {
      durability: 'strict',
    });
    const done = tx.done;
    // An abort is told by the request that met it; nobody may be waiting here yet.
    done.catch(() => undefined);
    const slot = slotOf(round.of);
    const stored = await tx.objectStore('rounds').get(slot);
    if (stored && standsAgainst(stored, round) >= 0) {
      await done;
      return { kind: 'elsewhere', round: stored };
    }
    const awards = await this.#estimate(
      tx.objectStore('attempts'),
      tx.objectStore('awards'),
      attempt,
      rules,
    );
    const credited = awards.filter((award) => award.points > 0);
    const after = withPoints(
      round,
      credited.reduce((sum, award) => sum + award.points, 0),
    );
    const row: OutboxRow = { id: attempt.id, kind: 'attempt', queuedAtMs: attempt.practisedAtMs };
    await Promise.all([
      tx.objectStore('attempts').add(attempt),
      ...credited.map((award) =>
        tx.objectStore('awards').add({ ...award, day: attempt.round.day, attemptId: attempt.id }),
      ),
      tx.objectStore('outbox').add(row),
      tx.objectStore('rounds').put(after, slot),
      done,
    ]);
    return { kind: 'saved', round: after, awards };
  }

  /** Reads what bears on the attempt inside the transaction that writes it: another tab cannot come between. */
  async #estimate(
    attempts: ReadStore<'attempts'>,
    awards: ReadStore<'awards'>,
    attempt: Attempt,
    rules: Rules,
  ): Promise<Award[]> {
    const { day, of } = attempt.round;
    const keys = [questionKey(attempt.questionId), dailyKey(day), `week:${weekOf(day)}`];
    const [paid, before, awardsToday, attemptsToday, ...practised] = await Promise.all([
      Promise.all(keys.map((key) => awards.getKey(key))),
      attempts.index('byQuestion').getAll(attempt.questionId),
      awards.index('byDay').getAll(day),
      attempts.index('byDay').getAll(day),
      ...daysOfWeek(day).map(async (d) => ((await attempts.index('byDay').getKey(d)) ? [d] : [])),
    ]);
    const daily = attemptsToday.filter((a) => a.round.of.kind === 'daily' && of.kind === 'daily');
    return awardsFor(
      judgedOf(attempt),
      {
        paid: (key) => paid.includes(key),
        wrongBefore: before.some((a) => !a.right),
        questionPointsToday: sumOfQuestions(awardsToday),
        ...(rules.dailyQuestions && { roundQuestions: rules.dailyQuestions }),
        roundAnswered: new Set(daily.map((a) => a.questionId)),
        practisedDays: new Set<Day>(practised.flat()),
        budgetLeft: Infinity,
      },
      rules.campaign,
    );
  }

  async loadRound(slot: string): Promise<Round | undefined> {
    return (await this.#open()).get('rounds', slot);
  }

  async saveRound(round: Round): Promise<void> {
    const tx = (await this.#open()).transaction('rounds', 'readwrite');
    const stored = await tx.store.get(slotOf(round.of));
    if (!stored || standsAgainst(stored, round) <= 0) await tx.store.put(round, slotOf(round.of));
    await tx.done;
  }

  async attempts(): Promise<Attempt[]> {
    return (await this.#open()).getAll('attempts');
  }

  async awards(): Promise<EarnedAward[]> {
    return (await this.#open()).getAll('awards');
  }

  async standings(): Promise<Map<string, Standing>> {
    return standingsOf(await this.attempts(), Date.now());
  }

  async unsyncedAttempts(): Promise<number> {
    const rows = await (await this.#open()).getAll('outbox');
    return rows.filter((row) => row.kind === 'attempt').length;
  }

  async inForce(pack: Pack): Promise<Pack> {
    const notices = await (await this.#open()).getAll('notices');
    if (notices.length === 0) return pack;
    return (await import('../domain/bank/notice.ts')).inForce(pack, notices);
  }
}

type ReadStore<Name extends 'attempts' | 'awards'> = import('idb').IDBPObjectStore<
  import('./database.ts').ParkSchema,
  ('attempts' | 'awards' | 'outbox' | 'rounds')[],
  Name,
  'readwrite'
>;

/**
 * How a stored round stands against `mine`: positive when it is the same round further on, or another one that is
 * still being played (two tabs then go on with one round instead of two), 0 at the same step, negative otherwise.
 */
function standsAgainst(stored: Round, mine: Round): number {
  if (stored.id !== mine.id) {
    if (stored.day !== mine.day) return -1;
    const leftBehind = mine.at > 0 && stored.beganAtMs > mine.beganAtMs;
    return stored.phase !== 'finished' || leftBehind ? 1 : -1;
  }
  const steps = (r: Round) => r.at * 3 + ['answering', 'judged', 'finished'].indexOf(r.phase);
  return steps(stored) - steps(mine);
}

/** Points of questions alone: what the day's cap counts. */
export function sumOfQuestions(awards: readonly EarnedAward[]): number {
  return awards.filter((a) => a.kind === 'question').reduce((sum, a) => sum + a.points, 0);
}

/** The latest attempt at a question decides; one from a clock that was ahead counts as the oldest. */
export function standingsOf(attempts: readonly Attempt[], nowMs: number): Map<string, Standing> {
  const at = ({ practisedAtMs }: Attempt) => (practisedAtMs > nowMs ? 0 : practisedAtMs);
  const sorted = [...attempts].sort((a, b) => at(a) - at(b));
  return new Map(sorted.map((a) => [a.questionId, a.right ? 'right' : 'wrong']));
}

import { awardsFor, dailyKey, stationKey, type Award, type JudgedAttempt } from './award.ts';
import type { Campaign } from './campaign.ts';
import { weekOf, type Day } from './day.ts';

/** An attempt with the id that makes applying it twice harmless. */
export type IdentifiedAttempt = JudgedAttempt & { id: string };

/**
 * A wallet's awards held in memory: folds attempts, in whatever order they arrive, through the one award rule.
 * It stands in where nothing can be stored, and is the model that the stores are tested against.
 */
export class Account {
  readonly awards = new Map<string, Award & { day: Day; attemptId: string }>();
  readonly #seen = new Set<string>();
  readonly #wrong = new Set<string>();
  readonly #questionPoints = new Map<Day, number>();
  readonly #rounds = new Map<string, Set<string>>();
  readonly #practised = new Map<string, Set<Day>>();
  readonly #rules: Campaign;
  readonly #calendar: Readonly<Record<Day, readonly string[]>>;
  readonly #stations: Readonly<Record<string, readonly string[]>>;
  #budgetLeft: number;

  constructor(
    rules: Campaign,
    calendar: Readonly<Record<Day, readonly string[]>>,
    budgetLeft: number = Infinity,
    stations: Readonly<Record<string, readonly string[]>> = {},
  ) {
    this.#rules = rules;
    this.#calendar = calendar;
    this.#stations = stations;
    this.#budgetLeft = budgetLeft;
  }

  get points(): number {
    return [...this.awards.values()].reduce((sum, a) => sum + a.points, 0);
  }

  /** Applies an attempt; a repeated id changes nothing and gives no awards. */
  apply(attempt: IdentifiedAttempt): Award[] {
    if (this.#seen.has(attempt.id)) return [];
    this.#seen.add(attempt.id);
    const week = setAt(this.#practised, weekOf(attempt.day));
    const [slot, roundQuestions] = this.#roundOf(attempt);
    const answered = setAt(this.#rounds, slot);
    const awards = awardsFor(
      attempt,
      {
        paid: (key) => this.awards.has(key),
        wrongBefore: this.#wrong.has(attempt.questionId),
        questionPointsToday: this.#questionPoints.get(attempt.day) ?? 0,
        ...(roundQuestions && { roundQuestions }),
        roundAnswered: answered,
        practisedDays: week,
        budgetLeft: this.#budgetLeft,
      },
      this.#rules,
    );
    week.add(attempt.day);
    answered.add(attempt.questionId);
    if (!attempt.right) this.#wrong.add(attempt.questionId);
    for (const award of awards) {
      if (award.points === 0) continue;
      this.awards.set(award.key, { ...award, day: attempt.day, attemptId: attempt.id });
      this.#budgetLeft -= award.points;
      if (award.kind === 'question') {
        this.#questionPoints.set(
          attempt.day,
          (this.#questionPoints.get(attempt.day) ?? 0) + award.points,
        );
      }
    }
    return awards;
  }

  #roundOf({ round }: JudgedAttempt): [slot: string, questions?: readonly string[] | undefined] {
    switch (round.kind) {
      case 'daily':
        return [dailyKey(round.date), this.#calendar[round.date]];
      case 'station':
        return [stationKey(round.station, round.run), this.#stations[round.station]];
      case 'topic':
        return [''];
    }
  }
}

function setAt<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  let set = map.get(key);
  if (!set) map.set(key, (set = new Set()));
  return set;
}

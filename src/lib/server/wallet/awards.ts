import {
  awardsFor,
  dailyKey,
  questionKey,
  stationKey,
  type Award,
} from '../../domain/points/award.ts';
import type { Campaign } from '../../domain/points/campaign.ts';
import { daysOfWeek, weekOf, type Day } from '../../domain/points/day.ts';
import type { SentAttempt } from '../../domain/sync/messages.ts';
import type { Tx } from '../database/store.ts';
import type { KeptVerdict } from '../database/tables.ts';
import { runOf, type Awardable } from './awardable.ts';

interface DayState {
  questionPoints: number;
  attempts: number;
  daily: Set<string>;
  changed: boolean;
}

/**
 * What a wallet's history says about attempts that are about to be booked: read once for a batch, then kept in step.
 * The same rule as on the phone decides (`awardsFor`).
 */
export class AwardBook {
  readonly #rules: Campaign;
  readonly #paid = new Set<string>();
  readonly #wrong = new Set<string>();
  readonly #days = new Map<Day, DayState>();
  readonly #weeks = new Map<Day, readonly Day[]>();
  /** By award key: the station's questions answered so far with a good code of that run. */
  readonly #stations = new Map<string, Set<string>>();
  #budgetLeft: number;
  #used = 0;

  private constructor(rules: Campaign, budgetLeft: number) {
    this.#rules = rules;
    this.#budgetLeft = budgetLeft;
  }

  static async read(
    tx: Tx,
    walletId: string,
    attempts: readonly Awardable[],
    rules: Campaign,
    budgetLeft: number,
  ): Promise<AwardBook> {
    const book = new AwardBook(rules, budgetLeft);
    if (attempts.length === 0) return book;
    const questions = [...new Set(attempts.map((a) => a.questionId))];
    const days = [...new Set(attempts.map((a) => a.day))];
    const weeks = [...new Set(days.flatMap(daysOfWeek))];
    const keys = [
      ...questions.map(questionKey),
      ...days.map(dailyKey),
      ...new Set(days.map((day) => `week:${weekOf(day)}`)),
      ...new Set(attempts.flatMap(({ round }) => stationKeyOf(round) ?? [])),
    ];
    // One connection: the queries run one after the other anyway.
    const paid = await tx
      .selectFrom('transfer')
      .select('award_key')
      .where('owner', '=', walletId)
      .where('kind', '=', 'award')
      .where('award_key', 'in', keys)
      .execute();
    const wrong = await tx
      .selectFrom('attempt')
      .select('question_id')
      .where('wallet_id', '=', walletId)
      .where('question_id', 'in', questions)
      .where('right', '=', 0)
      .execute();
    const practised = await tx
      .selectFrom('wallet_day')
      .selectAll()
      .where('wallet_id', '=', walletId)
      .where('day', 'in', weeks)
      .execute();
    for (const { award_key } of paid) book.#paid.add(award_key ?? '');
    for (const { question_id } of wrong) book.#wrong.add(question_id);
    for (const row of practised) {
      book.#days.set(row.day, {
        questionPoints: row.question_points,
        attempts: row.attempts,
        daily: new Set(JSON.parse(row.daily) as string[]),
        changed: false,
      });
    }
    await book.#readStations(tx, walletId, attempts);
    return book;
  }

  /** Looks into the history of the stations' questions where their award has not been paid. */
  async #readStations(tx: Tx, walletId: string, attempts: readonly Awardable[]): Promise<void> {
    const open = attempts.filter(({ round }) => {
      const key = stationKeyOf(round);
      return key !== undefined && !this.#paid.has(key);
    });
    const questions = [
      ...new Set(
        open.flatMap(({ asked = [], roundQuestions }) => [
          ...asked,
          ...(roundQuestions?.(new Set()) ?? []),
        ]),
      ),
    ];
    if (questions.length === 0) return;
    const rows = await tx
      .selectFrom('attempt')
      .select(['question_id', 'round', 'verdict'])
      .where('wallet_id', '=', walletId)
      .where('question_id', 'in', questions)
      .execute();
    for (const row of rows) {
      const { of } = JSON.parse(row.round) as SentAttempt['round'];
      if (of.kind !== 'station') continue;
      const verdict = JSON.parse(row.verdict) as KeptVerdict;
      const run = runOf(of, 'board' in verdict ? verdict.board : undefined);
      if (run !== undefined) this.#answeredAt(stationKey(of.station, run)).add(row.question_id);
    }
  }

  #answeredAt(key: string): Set<string> {
    let answered = this.#stations.get(key);
    if (!answered) this.#stations.set(key, (answered = new Set()));
    return answered;
  }

  /** Points that all attempts of this book were given. */
  get used(): number {
    return this.#used;
  }

  apply(attempt: Awardable): Award[] {
    const { day, questionId } = attempt;
    const today = this.#days.get(day) ?? {
      questionPoints: 0,
      attempts: 0,
      daily: new Set<string>(),
      changed: true,
    };
    const board = stationKeyOf(attempt.round);
    const answered = board === undefined ? today.daily : this.#answeredAt(board);
    const asked = attempt.roundQuestions?.(new Set([...answered, questionId]));
    const awards = awardsFor(
      attempt,
      {
        paid: (key) => this.#paid.has(key),
        wrongBefore: this.#wrong.has(questionId),
        questionPointsToday: today.questionPoints,
        ...(asked && { roundQuestions: asked }),
        roundAnswered: answered,
        practisedDays: this.#practisedIn(day),
        budgetLeft: this.#budgetLeft - this.#used,
      },
      this.#rules,
    );
    today.attempts += 1;
    today.changed = true;
    if (attempt.round.kind !== 'topic') answered.add(questionId);
    if (!attempt.right) this.#wrong.add(questionId);
    for (const { key, kind, points } of awards) {
      if (points === 0) continue;
      this.#paid.add(key);
      this.#used += points;
      if (kind === 'question') today.questionPoints += points;
    }
    this.#days.set(day, today);
    return awards;
  }

  #practisedIn(day: Day): ReadonlySet<Day> {
    let week = this.#weeks.get(day);
    if (!week) this.#weeks.set(day, (week = daysOfWeek(day)));
    return new Set(week.filter((d) => (this.#days.get(d)?.attempts ?? 0) > 0));
  }

  async write(tx: Tx, walletId: string): Promise<void> {
    const rows = [...this.#days]
      .filter(([, state]) => state.changed)
      .map(([day, state]) => ({
        wallet_id: walletId,
        day,
        question_points: state.questionPoints,
        attempts: state.attempts,
        daily: JSON.stringify([...state.daily]),
      }));
    if (rows.length === 0) return;
    await tx
      .insertInto('wallet_day')
      .values(rows)
      .onConflict((c) =>
        c.columns(['wallet_id', 'day']).doUpdateSet((e) => ({
          question_points: e.ref('excluded.question_points'),
          attempts: e.ref('excluded.attempts'),
          daily: e.ref('excluded.daily'),
        })),
      )
      .execute();
  }
}

const stationKeyOf = (round: Awardable['round']) =>
  round.kind === 'station' ? stationKey(round.station, round.run) : undefined;

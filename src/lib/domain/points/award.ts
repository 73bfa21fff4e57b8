import type { Campaign } from './campaign.ts';
import { weekOf, type Day } from './day.ts';

/**
 * An award key makes an award once-only for a wallet: `q:<id>`, `daily:<date>`, `station:<id>:<run>`,
 * `week:<year>-<week>`.
 */
export type AwardKey = string;
export type AwardKind = 'question' | 'daily' | 'station' | 'week';

/** A judged attempt, as far as awards need it. `day` is the day its round began (Asia/Shanghai). */
export interface JudgedAttempt {
  questionId: string;
  right: boolean;
  day: Day;
  round:
    | { kind: 'daily'; date: Day }
    /** With a code of the station's board that is good on that day, of that print run. */
    | { kind: 'station'; station: string; run: string }
    /** Every other: what counts is the question alone. */
    | { kind: 'topic' };
}

/** What a wallet already holds that bears on one attempt. */
export interface Circumstances {
  paid(key: AwardKey): boolean;
  /** The question was answered wrong at some time before. */
  wrongBefore: boolean;
  /** Question points already credited on the attempt's day. */
  questionPointsToday: number;
  /**
   * What is to be answered for the award of the attempt's round: the calendar's five of the day, or all that the
   * attempt's pack asks at the station. Absent where there is no such day or station.
   */
  roundQuestions?: readonly string[];
  /** Questions that are answered already in rounds of that day or, with a good code of that run, of that station. */
  roundAnswered: ReadonlySet<string>;
  /** Days of the attempt's week with at least one attempt. */
  practisedDays: ReadonlySet<Day>;
  /** Points the campaign can still give; Infinity where it is not known (on the phone). */
  budgetLeft: number;
}

export interface Award {
  key: AwardKey;
  kind: AwardKind;
  /** Credited. With 0 the key is not used and can be earned later. */
  points: number;
  /** What stood in the way of more. */
  limitedBy?: 'cap' | 'budget' | 'dates';
}

/**
 * The one rule that turns an attempt into awards (blueprint §5). Pure; the phone estimates with it and the server
 * books with it. An award that meets the cap or the budget is credited in part.
 */
export function awardsFor(attempt: JudgedAttempt, now: Circumstances, rules: Campaign): Award[] {
  const wanted = earned(attempt, now, rules).filter(({ key }) => !now.paid(key));
  const open = rules.earnFrom <= attempt.day && attempt.day <= rules.earnUntil;
  let budget = now.budgetLeft;
  return wanted.map(({ key, kind, points }) => {
    if (!open) return { key, kind, points: 0, limitedBy: 'dates' };
    const cap =
      kind === 'question' ? Math.max(0, rules.dailyCap - now.questionPointsToday) : Infinity;
    const credited = Math.min(points, cap, budget);
    budget -= credited;
    if (credited === points) return { key, kind, points };
    return { key, kind, points: credited, limitedBy: cap <= credited ? 'cap' : 'budget' };
  });
}

interface Earned {
  key: AwardKey;
  kind: AwardKind;
  points: number;
}

function earned(attempt: JudgedAttempt, now: Circumstances, rules: Campaign): Earned[] {
  const list: Earned[] = [];
  const { awards } = rules;
  if (attempt.right) {
    const points = now.wrongBefore ? awards.rightAfterWrong : awards.firstRight;
    list.push({ key: questionKey(attempt.questionId), kind: 'question', points });
  }
  const { round } = attempt;
  if (round.kind !== 'topic' && now.roundQuestions?.length) {
    const done = new Set([...now.roundAnswered, attempt.questionId]);
    if (now.roundQuestions.every((id) => done.has(id))) {
      const { kind } = round;
      const key = kind === 'daily' ? dailyKey(round.date) : stationKey(round.station, round.run);
      list.push({ key, kind, points: awards[kind] });
    }
  }
  if (new Set([...now.practisedDays, attempt.day]).size >= awards.week.days) {
    list.push({ key: `week:${weekOf(attempt.day)}`, kind: 'week', points: awards.week.points });
  }
  return list;
}

export const questionKey = (questionId: string): AwardKey => `q:${questionId}`;
export const dailyKey = (date: Day): AwardKey => `daily:${date}`;
export const stationKey = (station: string, run: string): AwardKey => `station:${station}:${run}`;

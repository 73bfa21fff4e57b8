import type { RoundKind } from '../quiz/round.ts';
import type { AttemptVerdict, RejectionReason } from '../sync/messages.ts';
import type { Day } from './day.ts';

/** A final verdict as a phone keeps it, with the points that it had shown as 待同步 for the attempt. */
export type KeptVerdict = Exclude<AttemptVerdict, { is: 'later' }> & { estimated?: number };

/** An attempt, as far as a statement needs it. */
export interface Practised {
  id: string;
  right: boolean;
  practisedAtMs: number;
  round: { id: string; of: RoundKind; day: Day };
  /** Made on another device of the wallet. */
  elsewhere?: true;
  /** Went with a wallet that this phone has left. */
  past?: true;
}

/** Why the server booked other points than the phone had estimated. */
export type DifferenceCause =
  /** The day's cap was reached, the budget is spent, or the campaign was not on. */
  | { why: 'capped'; by: 'cap' | 'budget' | 'dates' }
  /** The question had paid already, on another device. */
  | { why: 'known' }
  /** The phone's clock or a late sync: the attempt counts on another day than the phone had thought. */
  | { why: 'day'; from: Day; to: Day }
  /** The server judged the response otherwise than the phone. */
  | { why: 'judged'; right: boolean }
  | { why: 'rejected'; reason: RejectionReason }
  /** What other devices did counts too: wrong before, a week complete, five not complete. */
  | { why: 'recounted' };
export type Difference = DifferenceCause & {
  /** Booked less estimated; 0 where an attempt only changed its day. */
  points: number;
  attempts: number;
};

/** The server's judgement counts, once there is one. */
export const judgedRight = (attempt: Practised, verdict: KeptVerdict | undefined): boolean =>
  verdict && 'right' in verdict ? verdict.right : attempt.right;

/** Where booked and estimated points of a round differ, together by cause. */
export function differencesOf(
  attempts: readonly Practised[],
  verdicts: ReadonlyMap<string, KeptVerdict>,
): Difference[] {
  const causes = new Map<string, Difference>();
  for (const attempt of attempts) {
    const verdict = verdicts.get(attempt.id);
    for (const { points, ...cause } of verdict ? differences(attempt, verdict) : []) {
      const key = JSON.stringify(cause);
      const known = causes.get(key) ?? { ...cause, points: 0, attempts: 0 };
      known.points += points;
      known.attempts += 1;
      causes.set(key, known);
    }
  }
  return [...causes.values()];
}

function differences(
  attempt: Practised,
  verdict: KeptVerdict,
): (DifferenceCause & { points: number })[] {
  const booked = sum(estimable(verdict).map((a) => a.points));
  const points = verdict.estimated === undefined ? 0 : booked - verdict.estimated;
  const cause = points === 0 ? undefined : causeOf(attempt, verdict);
  if (!('day' in verdict) || verdict.day === attempt.round.day) {
    return cause ? [{ ...cause, points }] : [];
  }
  const moved = { why: 'day', from: attempt.round.day, to: verdict.day } as const;
  // Another day is cause enough where there is no better one.
  if (!cause || cause.why === 'recounted') return [{ ...moved, points }];
  return [
    { ...moved, points: 0 },
    { ...cause, points },
  ];
}

function causeOf(attempt: Practised, verdict: KeptVerdict): DifferenceCause {
  if (verdict.is === 'rejected') return { why: 'rejected', reason: verdict.why };
  if (verdict.right !== attempt.right) return { why: 'judged', right: verdict.right };
  const by =
    verdict.is === 'capped' ? verdict.by : estimable(verdict).find((a) => a.limitedBy)?.limitedBy;
  if (by) return { why: 'capped', by };
  return verdict.is === 'known' ? { why: 'known' } : { why: 'recounted' };
}

/** A station's award is never estimated: only the server can tell whether a board's code is right. */
const estimable = (verdict: KeptVerdict) =>
  'awards' in verdict ? verdict.awards.filter(({ kind }) => kind !== 'station') : [];

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

import type { Response } from '../bank/grade.ts';
import type { Day } from '../points/day.ts';
import type { JudgedAttempt } from '../points/award.ts';
import type { RoundKind } from './round.ts';

/** One answered question: an immutable fact with its own id (UUIDv7), made where it happened. */
export interface Attempt {
  id: string;
  questionId: string;
  packHash: string;
  response: Response;
  /** This device's verdict; a server judges the response again. */
  right: boolean;
  /** By this device's clock. */
  practisedAtMs: number;
  round: { id: string; of: RoundKind; day: Day };
}

export function judgedOf(attempt: Attempt): JudgedAttempt {
  const { of, day } = attempt.round;
  const { questionId, right } = attempt;
  return { questionId, right, day, round: of.kind === 'daily' ? of : { kind: 'topic' } };
}

import { Refused, type RefusalCode } from '../../domain/refusal.ts';

/** What the clerk must be told: the server's refusal, or what did not even get there. */
export type Trouble = RefusalCode | 'no-answer' | 'not-kept' | 'other-qr' | 'malformed-code';

/** After these the same question may be asked again and can still be booked; nobody has answered it. */
const NO_ANSWER: readonly Trouble[] = ['no-answer', 'slow-down', 'server-busy', 'server-failed'];
/** This device is no terminal any more, whatever it remembers. */
const ENDED: readonly Trouble[] = ['terminal-unknown', 'proof-missing'];

/** `api.ts` throws `Refused` for an answer that refuses; whatever else it is, there was no answer. */
export const troubleOf = (error: unknown): Trouble =>
  error instanceof Refused ? error.code : 'no-answer';

export const isNoAnswer = (trouble: Trouble): boolean => NO_ANSWER.includes(trouble);
export const isEnd = (trouble: Trouble): boolean => ENDED.includes(trouble);

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;

/** How long to wait before a question is asked again, after so many that had no answer. */
export function waitMs(error: unknown, tries: number): number {
  const asked = error instanceof Refused ? (error.details.retryAfterMs ?? 0) : 0;
  return Math.max(asked, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries));
}

import { isRefusalCode, Refused, refusals } from '$lib/domain/refusal.ts';
import { failureOf } from '$lib/device/database.ts';
import type { Problem } from '$lib/device/sync-driver.ts';
import { failureText } from '$lib/ui/text/failures.ts';

/** What an error of the wallet is called. */
export const problemOf = (error: unknown): Problem =>
  error instanceof Refused ? error.code : failureOf(error).code;

/** The sentence for a person. */
export function says(problem: Problem): string {
  if (isRefusalCode(problem)) return refusals[problem][1];
  const { says, todo } = failureText[problem];
  return says + todo;
}

import { failureOf } from '$lib/device/database.ts';
import { Refused, refusals, type RefusalCode } from '$lib/domain/refusal.ts';
import type { Outcome } from '$lib/ui/me/outcome.ts';
import { failureText } from '$lib/ui/text/failures.ts';
import { joinText, meText } from '$lib/ui/text/me.ts';

/** What can be done about a refusal. */
const todos: Partial<Record<RefusalCode, string>> = {
  'wallet-has-vouchers': joinText.otherWay,
  'recovery-unknown': joinText.newest,
};

/** The sentence for what went wrong. */
export function troubleOf(error: unknown): Outcome {
  if (!(error instanceof Refused)) {
    const { says, todo } = failureText[failureOf(error).code];
    return { good: false, says, todo };
  }
  const { code } = error;
  // Here nothing is tried again by itself.
  if (code === 'slow-down') return { good: false, says: meText.slowDown };
  return { good: false, says: refusals[code][1], todo: todos[code] };
}

const needsSignal: Outcome = { good: false, says: meText.needsSignal };
const needsSignalTyped: Outcome = { ...needsSignal, todo: meText.stillTyped };
/** What is said without asking the server. */
export const unasked = { plain: needsSignal, typed: needsSignalTyped } as const;

/** That a signal is missing is not said any longer once there is one. */
export const current = (outcome: Outcome | undefined, online: boolean): Outcome | undefined =>
  online && (outcome === needsSignal || outcome === needsSignalTyped) ? undefined : outcome;

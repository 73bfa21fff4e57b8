import type { SentAttempt, SentReport } from '../domain/sync/messages.ts';
import type { KeptAttempt, KeptVoucher, Report } from './database.ts';

/** What can be sent to the server, as it is sent. */
export type Item =
  | { kind: 'attempt'; id: string; body: SentAttempt }
  | { kind: 'report'; id: string; body: SentReport }
  | { kind: 'voucher'; id: string; body: string };

/** The server takes no more than these fields, and this phone's verdict counts for nothing. */
export function sentAttempt(attempt: KeptAttempt): Item {
  const { id, questionId, packHash, response, practisedAtMs, round } = attempt;
  const body = { id, questionId, packHash, response, practisedAtMs, round };
  return { kind: 'attempt', id, body };
}

export function sentReport({ id, questionId, packHash, reason, note, reportedAtMs }: Report): Item {
  return { kind: 'report', id, body: { id, questionId, packHash, reason, note, reportedAtMs } };
}

export function sentVoucher({ id, token }: KeptVoucher): Item {
  return { kind: 'voucher', id, body: token };
}

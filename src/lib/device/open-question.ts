import type { LookAnswer, Receipt, VoucherReading } from '../domain/voucher/messages.ts';

/** What a till has asked the server to book and has no answer to yet. Asked again with the same nonce. */
export type OpenQuestion =
  | {
      ask: 'hand-over' | 'sold-out';
      nonce: string;
      reading: VoucherReading;
      /** What the clerk was shown. */
      found: LookAnswer;
    }
  | { ask: 'undo'; nonce: string; receipt: Receipt };

const KEY = 'till';

/**
 * Keeps the question before it is asked, so that it outlives the page.
 * @returns false where the browser refuses storage: then it must not be asked
 */
export function keepQuestion(question: OpenQuestion): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(question));
    return true;
  } catch {
    return false;
  }
}

export function keptQuestion(): OpenQuestion | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<OpenQuestion> | null;
    return kept?.nonce && kept.ask ? (kept as OpenQuestion) : undefined;
  } catch {
    return undefined;
  }
}

/** It has its answer: nothing of the voucher stays on the till. Another tab's question stays. */
export function dropQuestion({ nonce }: OpenQuestion): void {
  try {
    if (keptQuestion()?.nonce === nonce) localStorage.removeItem(KEY);
  } catch {
    // What cannot be read was not kept.
  }
}

import { isRefusalCode, type RefusalCode } from '../../domain/refusal.ts';
import type { AskOnline } from '../../domain/terminal/verify.ts';
import { CODE_ALPHABET } from '../../domain/voucher/code.ts';
import type { LookAnswer, Receipt, VoucherReading } from '../../domain/voucher/messages.ts';
import type { OpenQuestion } from './database.ts';
import { isNoAnswer, type Trouble } from './trouble.ts';
import type { OwnVerdict } from './verdict.ts';

/** What is on the screen of the till. */
export type TillState =
  | { is: 'starting' }
  /** Whether this device is enrolled only the server knows, and it does not answer. */
  | { is: 'unreachable'; trouble: Trouble }
  /** `left`: hand-overs of an enrolment that has ended; they go up with the next one. */
  | { is: 'not-enrolled'; busy: boolean; trouble?: Trouble; left?: number }
  /** For the next voucher. */
  | { is: 'waiting'; trouble?: Trouble }
  | { is: 'looking' }
  /** `alone`: this terminal has judged by itself. */
  | { is: 'can'; reading: VoucherReading; found: LookAnswer; alone: boolean }
  | { is: 'cannot'; code: RefusalCode; found?: LookAnswer }
  /** Only the server could say, and it does not answer. */
  | { is: 'ask-online'; why: AskOnline; found?: LookAnswer }
  | { is: 'asking'; question: OpenQuestion }
  /** No answer: the goods stay. It is asked again until there is one. */
  | { is: 'unconfirmed'; question: OpenQuestion; trying: boolean; trouble?: Trouble }
  /** `late`: the answer came to a question that had been unconfirmed; the resident may have gone. */
  | { is: 'answered'; receipt: Receipt; late: boolean; alone: boolean; trouble?: Trouble };

/** What the server says only after it has looked for the nonce: with that one nothing was booked, nor will be. */
const NOT_BOOKED: readonly Trouble[] = [
  'voucher-handed-over',
  'voucher-cancelled',
  'voucher-expired',
  'nonce-used',
  'wrong-terminal',
  'too-late-to-undo',
  'nothing-to-undo',
  'already-settled',
];
const ABOUT_THE_VOUCHER = /^(voucher-.+|wrong-shop|redeeming-ended)$/;
export const VOUCHER_CODE = 10;
export const ENROLMENT_CODE = 12;

/** A question as it is sent. */
export const wordsOf = (question: OpenQuestion) =>
  question.ask === 'undo'
    ? { nonce: question.nonce }
    : {
        reading: question.reading,
        nonce: question.nonce,
        ...(question.clerk && { clerkId: question.clerk.id }),
      };

/** Why these goods are not to be handed over; everything else is about the till. */
export const isAboutTheVoucher = (trouble: Trouble): trouble is RefusalCode =>
  ABOUT_THE_VOUCHER.test(trouble);

/** As typed on any keyboard: full width, small, with spaces and dashes; undefined where it cannot be a code. */
export function tidyCode(typed: string, length: number): string | undefined {
  const code = typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase();
  const known = Array.from(code).every((symbol) => CODE_ALPHABET.includes(symbol));
  return known && code.length === length ? code : undefined;
}

/**
 * Whether a refusal says that nothing was booked with the nonce, nor will be.
 * @param again asked before: what was refused now may have been booked then
 */
export const isFinal = (trouble: Trouble, again: boolean): boolean =>
  again ? NOT_BOOKED.includes(trouble) : !isNoAnswer(trouble);

/** A code that this page does not know is younger than the page. */
export const knownRefusal = (code: string): RefusalCode =>
  isRefusalCode(code) ? code : 'client-too-old';

/** What this terminal has found by itself, as it is shown; undefined for goods that it could not show. */
export function shownOf(
  reading: VoucherReading,
  { verdict, found }: OwnVerdict,
): TillState | undefined {
  const known = found && { found };
  if (verdict.is === 'can') return found && { is: 'can', reading, found, alone: true };
  if (verdict.is === 'ask-online') return { is: 'ask-online', why: verdict.why, ...known };
  return { is: 'cannot', code: verdict.why, ...known };
}

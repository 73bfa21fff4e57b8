import { isRefusalCode, Refused, type RefusalCode } from '../domain/refusal.ts';
import { CODE_ALPHABET } from '../domain/voucher/code.ts';
import type {
  LookAnswer,
  Receipt,
  TerminalView,
  TodayAnswer,
  VoucherReading,
} from '../domain/voucher/messages.ts';
import { openToken } from '../domain/voucher/token.ts';
import type { Post } from './api.ts';
import { newId } from './ids.ts';
import { dropQuestion, keepQuestion, keptQuestion, type OpenQuestion } from './open-question.ts';

/** What the clerk must be told: the server's refusal, or what did not even get there. */
export type Trouble = RefusalCode | 'no-answer' | 'not-kept' | 'other-qr' | 'malformed-code';

export type TillState =
  | { is: 'starting' }
  /** Whether this device is enrolled only the server knows, and it does not answer. */
  | { is: 'unreachable'; trouble: Trouble }
  | { is: 'not-enrolled'; busy: boolean; trouble?: Trouble }
  /** For the next voucher. */
  | { is: 'waiting'; trouble?: Trouble }
  | { is: 'looking' }
  | { is: 'can'; reading: VoucherReading; found: LookAnswer }
  | { is: 'cannot'; code: RefusalCode; found?: LookAnswer }
  | { is: 'asking'; question: OpenQuestion }
  /** No answer: the goods stay. It is asked again until there is one. */
  | { is: 'unconfirmed'; question: OpenQuestion; trying: boolean; trouble?: Trouble }
  /** `late`: the answer came to a question that had been unconfirmed; the resident may have gone. */
  | { is: 'answered'; receipt: Receipt; late: boolean; trouble?: Trouble };

export interface Api {
  post: Post;
  get: <T>(path: string) => Promise<T>;
}

/** After these the same question may be asked again and can still be booked. */
const ASK_AGAIN: readonly Trouble[] = ['no-answer', 'slow-down', 'server-busy', 'server-failed'];
/** What the server says only after it has looked for the nonce: with that one nothing was booked, nor will be. */
const NOT_BOOKED: readonly Trouble[] = [
  'voucher-handed-over',
  'voucher-cancelled',
  'voucher-expired',
  'nonce-used',
  'wrong-terminal',
  'too-late-to-undo',
  'nothing-to-undo',
];
/** Why these goods are not to be handed over; everything else is about the till. */
const ABOUT_THE_VOUCHER = /^(voucher-.+|wrong-shop|redeeming-ended)$/;
/** Longer without an answer and the clerk is told, while it may still come. */
const SLOW_MS = 6_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
const VOUCHER_CODE = 10;
const ENROLMENT_CODE = 12;

/** One shop's device at the counter: what is on its screen, and every step it can take. */
export class Till {
  readonly #api: Api;
  #state = $state.raw<TillState>({ is: 'starting' });
  #terminal = $state.raw<TerminalView>();
  #today = $state.raw<TodayAnswer>();
  /** How far the server's clock is ahead of this device's, as far as is known. */
  #aheadMs = 0;
  #inFlight = false;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  get state(): TillState {
    return this.#state;
  }
  /** Absent until the server has said whose till this is. */
  get terminal(): TerminalView | undefined {
    return this.#terminal;
  }
  get today(): TodayAnswer | undefined {
    return this.#today;
  }
  /** Something was asked and has no answer: nothing else may be booked meanwhile. */
  get hasOpenQuestion(): boolean {
    return this.#state.is === 'asking' || this.#state.is === 'unconfirmed';
  }

  /** Takes up what was open when the page was left. @returns stops listening */
  start(): () => void {
    const question = keptQuestion();
    if (question) {
      void this.#ask(question, true);
      void this.refresh();
    } else void this.open();
    const online = () => (this.#state.is === 'unreachable' ? void this.open() : this.askAgain());
    addEventListener('online', online);
    return () => {
      removeEventListener('online', online);
      clearTimeout(this.#timer);
    };
  }

  /** Asks whose till this is. */
  async open(): Promise<void> {
    this.#state = { is: 'starting' };
    const trouble = await this.refresh();
    if (this.#state.is === 'starting') {
      this.#state = trouble ? { is: 'unreachable', trouble } : { is: 'waiting' };
    }
  }

  async enrol(code: string, name: string): Promise<void> {
    const tidied = tidyCode(code, ENROLMENT_CODE);
    if (!tidied) {
      this.#state = { is: 'not-enrolled', busy: false, trouble: 'malformed-code' };
      return;
    }
    this.#state = { is: 'not-enrolled', busy: true };
    try {
      this.#terminal = await this.#api.post<TerminalView>('/api/shop/enrol', {
        code: tidied,
        name: name.trim(),
      });
      this.#state = { is: 'waiting' };
      void this.refresh();
    } catch (error) {
      this.#state = { is: 'not-enrolled', busy: false, trouble: troubleOf(error) };
    }
  }

  /** Ends the enrolment of this device. @returns what stood in the way */
  async leave(): Promise<Trouble | undefined> {
    try {
      await this.#api.post('/api/shop/leave', {});
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble !== 'terminal-unknown') return trouble;
    }
    this.#terminal = this.#today = undefined;
    this.#state = { is: 'not-enrolled', busy: false };
    return undefined;
  }

  /** What the camera has read; another QR code is not sent anywhere, it may be somebody's payment code. */
  read(text: string): void {
    if (this.#state.is !== 'waiting') return;
    if (openToken(text)) void this.#look({ token: text });
    else if (this.#state.trouble !== 'other-qr')
      this.#state = { is: 'waiting', trouble: 'other-qr' };
  }

  /** What was typed; a scanner gun types the whole token. */
  async readCode(typed: string): Promise<void> {
    const code = tidyCode(typed, VOUCHER_CODE);
    if (openToken(typed.trim())) return this.read(typed.trim());
    if (code) await this.#look({ code });
    else this.#state = { is: 'waiting', trouble: 'malformed-code' };
  }

  async #look(reading: VoucherReading): Promise<void> {
    this.#state = { is: 'looking' };
    try {
      const found = await this.#api.post<LookAnswer>('/api/shop/look', { reading });
      if (found.refusal === undefined) this.#state = { is: 'can', reading, found };
      // A code that this page does not know is younger than the page.
      else {
        const code = isRefusalCode(found.refusal) ? found.refusal : 'client-too-old';
        this.#state = { is: 'cannot', code, found };
      }
    } catch (error) {
      const trouble = troubleOf(error);
      const mistyped = 'code' in reading && trouble === 'voucher-unknown';
      if (trouble === 'terminal-unknown') this.#enrolmentEnded();
      else if (isAboutTheVoucher(trouble) && !mistyped)
        this.#state = { is: 'cannot', code: trouble };
      else this.#state = { is: 'waiting', trouble };
    }
  }

  handOver = (): Promise<void> => this.#bookFound('hand-over');
  soldOut = (): Promise<void> => this.#bookFound('sold-out');

  async #bookFound(ask: 'hand-over' | 'sold-out'): Promise<void> {
    if (this.#state.is !== 'can') return;
    const { reading, found } = this.#state;
    await this.#book({ ask, nonce: newId(), reading, found });
  }

  async undo(receipt: Receipt): Promise<void> {
    if (this.hasOpenQuestion) return;
    await this.#book({ ask: 'undo', nonce: receipt.nonce, receipt });
  }

  /** @param nowMs this device's clock */
  canUndo({ did, undoUntilMs }: Receipt, nowMs: number): boolean {
    return did === 'handed-over' && nowMs + this.#aheadMs < (undoUntilMs ?? 0);
  }

  /** To the next voucher. */
  next(): void {
    if (this.hasOpenQuestion) return;
    if (this.#terminal) this.#state = { is: 'waiting' };
    else void this.open();
  }

  askAgain(): void {
    if (this.#state.is === 'unconfirmed') void this.#ask(this.#state.question, true);
  }

  /** The server answers, but not to this question: it is let go of, so that the till can go on. */
  setAside(): void {
    if (this.#state.is !== 'unconfirmed' || this.#inFlight) return;
    clearTimeout(this.#timer);
    dropQuestion(this.#state.question);
    void this.open();
  }

  /** Reads what the shop did today. @returns what stood in the way */
  async refresh(): Promise<Trouble | undefined> {
    try {
      this.#today = await this.#api.get<TodayAnswer>('/api/shop/today');
      this.#terminal = this.#today.terminal;
      return undefined;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === 'terminal-unknown') this.#enrolmentEnded();
      return trouble;
    }
  }

  #enrolmentEnded(): void {
    const was = this.#terminal;
    this.#terminal = this.#today = undefined;
    if (this.hasOpenQuestion) return;
    this.#state = { is: 'not-enrolled', busy: false, ...(was && { trouble: 'terminal-unknown' }) };
  }

  /** Kept first, then asked: whatever happens to the page, the question is asked again with this nonce. */
  async #book(question: OpenQuestion): Promise<void> {
    const other = keptQuestion();
    if (other && other.nonce !== question.nonce) await this.#ask(other, true);
    else if (keepQuestion(question)) await this.#ask(question, false);
    else this.#state = { is: 'waiting', trouble: 'not-kept' };
  }

  async #ask(question: OpenQuestion, again: boolean): Promise<void> {
    if (this.#inFlight) return;
    this.#inFlight = true;
    clearTimeout(this.#timer);
    const unsure = () => (this.#state = { is: 'unconfirmed', question, trying: true });
    if (again) unsure();
    else this.#state = { is: 'asking', question };
    const slow = setTimeout(unsure, SLOW_MS);
    try {
      const receipt = await this.#api.post<Receipt>(`/api/shop/${question.ask}`, wordsOf(question));
      this.#answered(question, receipt);
    } catch (error) {
      await this.#notBooked(question, error, again);
    } finally {
      clearTimeout(slow);
      this.#inFlight = false;
    }
  }

  #answered(question: OpenQuestion, receipt: Receipt): void {
    const late = this.#state.is === 'unconfirmed';
    if (!late && receipt.did === 'handed-over') this.#aheadMs = receipt.atMs - Date.now();
    this.#settle(question, { is: 'answered', receipt, late });
    void this.refresh();
  }

  async #notBooked(question: OpenQuestion, error: unknown, again: boolean): Promise<void> {
    const trouble = troubleOf(error);
    // A first question that is refused had no effect; one that was sent before may have had it already.
    const final = again ? NOT_BOOKED.includes(trouble) : !ASK_AGAIN.includes(trouble);
    if (!final) {
      this.#state = { is: 'unconfirmed', question, trying: false, trouble };
      this.#askLater(error);
    } else if (trouble === 'terminal-unknown') {
      this.#settle(question, { is: 'waiting' });
      this.#enrolmentEnded();
    } else if (question.ask === 'undo') {
      await this.refresh();
      const now = this.#today?.receipts.find(({ nonce }) => nonce === question.nonce);
      const receipt = now ?? question.receipt;
      const undone = receipt.did === 'undone';
      this.#settle(question, {
        is: 'answered',
        receipt,
        late: false,
        ...(!undone && { trouble }),
      });
    } else if (isRefusalCode(trouble)) {
      this.#settle(question, { is: 'cannot', code: trouble, found: question.found });
    }
  }

  #askLater(error: unknown): void {
    const asked = error instanceof Refused ? (error.details.retryAfterMs ?? 0) : 0;
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++);
    this.#timer = setTimeout(() => this.askAgain(), Math.max(asked, backoff));
  }

  #settle(question: OpenQuestion, state: TillState): void {
    this.#tries = 0;
    dropQuestion(question);
    this.#state = state;
  }
}

const wordsOf = (question: OpenQuestion) =>
  question.ask === 'undo'
    ? { nonce: question.nonce }
    : { reading: question.reading, nonce: question.nonce };

/** `api.ts` throws `Refused` for an answer that refuses; whatever else it is, there was no answer. */
const troubleOf = (error: unknown): Trouble =>
  error instanceof Refused ? error.code : 'no-answer';

const isAboutTheVoucher = (trouble: Trouble): trouble is RefusalCode =>
  ABOUT_THE_VOUCHER.test(trouble);

/** As typed on any keyboard: full width, small, with spaces and dashes; undefined where it cannot be a code. */
function tidyCode(typed: string, length: number): string | undefined {
  const code = typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase();
  const known = Array.from(code).every((symbol) => CODE_ALPHABET.includes(symbol));
  return known && code.length === length ? code : undefined;
}

import type {
  ClerkView,
  LookAnswer,
  Receipt,
  TerminalView,
  TodayAnswer,
  VoucherReading,
} from '../domain/voucher/messages.ts';
import { openToken } from '../domain/voucher/token.ts';
import { newId } from './ids.ts';
import { bookAlone, noteRefusal, undoBeforeUpload } from './terminal/alone.ts';
import { signIn, signOut } from './terminal/clerk.ts';
import type { BookQuestion, OpenQuestion } from './terminal/database.ts';
import { dayOf, type DayShown } from './terminal/day.ts';
import { endHere, enrolHere, keepView, leaveHere, type Wish } from './terminal/enrolment.ts';
import {
  forgetQuestion,
  keepQuestion,
  keepReceipt,
  setQuestionAside,
} from './terminal/hand-over.ts';
import { Line, type LineMeans } from './terminal/line.svelte.ts';
import { keptOf } from './terminal/settings.ts';
import { isEnd, isNoAnswer, troubleOf, waitMs, type Trouble } from './terminal/trouble.ts';
import {
  ENROLMENT_CODE,
  isAboutTheVoucher,
  isFinal,
  knownRefusal,
  shownOf,
  tidyCode,
  VOUCHER_CODE,
  wordsOf,
  type TillState,
} from './terminal/till-state.ts';
import { ownVerdict, receiptOf, type OwnVerdict } from './terminal/verdict.ts';

/** Longer without an answer and the clerk is told, while it may still come. */
const SLOW_MS = 6_000;
/** How long a terminal that can do without waits for an answer: to a look, and to a hand-over. */
const LOOK_MS = 800;
const HAND_OVER_MS = 3_000;

/** One shop's device at the counter: what is on its screen, and every step it can take. */
export class Till {
  readonly #means: LineMeans;
  readonly line: Line;
  #state = $state.raw<TillState>({ is: 'starting' });
  #terminal = $state.raw<TerminalView>();
  #clerk = $state.raw<ClerkView>();
  #day = $state.raw<DayShown>();
  #lostKey = false;
  #inFlight = false;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(means: LineMeans) {
    this.#means = means;
    this.line = new Line(
      means,
      (view, uploaded) => {
        this.#terminal = view;
        void this.#lookAround(uploaded > 0);
        const now = this.#state;
        // One that has answered with something else is asked again when it said.
        if (now.is === 'unconfirmed' && now.trouble === 'no-answer') this.askAgain();
      },
      (trouble) => {
        if (isEnd(trouble)) void this.#enrolmentEnded(trouble);
      },
    );
  }

  get state(): TillState {
    return this.#state;
  }
  /** Absent until it is known whose till this is. */
  get terminal(): TerminalView | undefined {
    return this.#terminal;
  }
  get clerk(): ClerkView | undefined {
    return this.#clerk;
  }
  /** The shop has clerks, and none of them stands here. */
  get needsClerk(): boolean {
    return (this.#terminal?.clerks.length ?? 0) > 0 && !this.#clerk;
  }
  get day(): DayShown | undefined {
    return this.#day;
  }
  /** Something was asked and has no answer: nothing else may be booked meanwhile. */
  get hasOpenQuestion(): boolean {
    return this.#state.is === 'asking' || this.#state.is === 'unconfirmed';
  }

  /** Takes up what was open when the page was left. @returns stops listening */
  start(): () => void {
    void this.open();
    const online = () => (this.#state.is === 'unreachable' ? void this.open() : this.askAgain());
    addEventListener('online', online);
    const stop = this.line.start();
    return () => {
      stop();
      removeEventListener('online', online);
      clearTimeout(this.#timer);
    };
  }

  /** Whose till this is: this device knows, or the server does. */
  async open(): Promise<void> {
    this.#state = { is: 'starting' };
    try {
      const db = await this.#means.open();
      const before = await keptOf(db, 'view', 'clerk', 'question', 'enrolling');
      const { view, clerk, question, enrolling } = before;
      if (!view) return await (enrolling ? this.#enrolAgain(enrolling) : this.#askWhose());
      this.#terminal = view;
      this.#clerk = clerk;
      if (question) void this.#ask(question, true);
      else this.#state = { is: 'waiting' };
      await this.#lookAround(false);
    } catch {
      this.#state = { is: 'unreachable', trouble: 'not-kept' };
      return;
    }
    await this.line.contact();
    await this.refresh();
  }

  /** Enrolled before there were keys, or all that this device knew was cleared. */
  async #askWhose(): Promise<void> {
    try {
      const today = await this.#means.api.get<TodayAnswer>('/api/shop/today');
      this.line.met();
      await this.#enrolled(today.terminal);
    } catch (error) {
      const trouble = this.#met(error);
      if (isEnd(trouble)) await this.#enrolmentEnded(trouble);
      else this.#state = { is: 'unreachable', trouble };
    }
  }

  async #enrolled(said: TerminalView): Promise<void> {
    this.#terminal = await keepView(await this.#means.open(), said);
    this.#state = { is: 'waiting' };
    await this.line.contact();
    await this.refresh();
  }

  /** @param offline it is to hand over also when nobody answers */
  async enrol(code: string, name: string, offline: boolean): Promise<void> {
    const tidied = tidyCode(code, ENROLMENT_CODE);
    if (!tidied) {
      this.#state = { is: 'not-enrolled', busy: false, trouble: 'malformed-code' };
      return;
    }
    this.#state = { is: 'not-enrolled', busy: true };
    try {
      await this.#enrol({ code: tidied, name: name.trim(), offline });
    } catch (error) {
      this.#state = { is: 'not-enrolled', busy: false, trouble: troubleOf(error) };
    }
  }

  /** The page was left before there was an answer. */
  async #enrolAgain(wish: Wish): Promise<void> {
    try {
      await this.#enrol(wish);
    } catch (error) {
      const trouble = this.#met(error);
      if (!isNoAnswer(trouble)) return this.#askWhose();
      this.#state = { is: 'unreachable', trouble };
    }
  }

  async #enrol(wish: Wish): Promise<void> {
    const { open, api, time } = this.#means;
    const nowMs = Math.round(time.estimateMs());
    const view = await enrolHere(await open(), api, wish, nowMs, this.#lostKey);
    this.#lostKey = false;
    this.#clerk = undefined;
    await this.#enrolled(view);
  }

  /** Ends the enrolment of this device. @returns what stood in the way */
  async leave(): Promise<Trouble | undefined> {
    await this.line.contact();
    const { open, api } = this.#means;
    const trouble = await leaveHere(await open(), api);
    if (trouble) return trouble;
    this.#terminal = this.#clerk = this.#day = undefined;
    this.#state = { is: 'not-enrolled', busy: false };
    await this.line.look();
    return undefined;
  }

  /** @returns what stood in the way */
  async signIn(clerk: ClerkView, pin: string): Promise<Trouble | undefined> {
    const { open, api, time } = this.#means;
    try {
      const how = { atMs: time.estimateMs(), ask: !this.line.gone };
      await signIn(await open(), api, clerk, pin, how);
      this.#clerk = clerk;
      return undefined;
    } catch (error) {
      return this.#met(error);
    }
  }

  /** The next clerk signs in. */
  async changeClerk(): Promise<void> {
    const { open, api, time } = this.#means;
    this.#clerk = undefined;
    await signOut(await open(), api, time.estimateMs()).catch(() => undefined);
  }

  /** What the camera has read; another QR code is not sent anywhere, it may be somebody's payment code. */
  read(text: string): void {
    if (this.#state.is !== 'waiting' || this.needsClerk) return;
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

  /** Asks the server; a terminal that can say by itself does not wait long for it, or at all. */
  async #look(reading: VoucherReading): Promise<void> {
    this.#state = { is: 'looking' };
    const own = await this.#own(reading);
    const sure = own && own.verdict.is !== 'ask-online';
    if (sure && this.line.gone) return this.#showOwn(reading, own);
    try {
      const limitMs = sure ? LOOK_MS : undefined;
      const found = await this.#means.api.post<LookAnswer>('/api/shop/look', { reading }, limitMs);
      this.line.met();
      if (found.refusal === undefined) this.#state = { is: 'can', reading, found, alone: false };
      else this.#state = { is: 'cannot', code: knownRefusal(found.refusal), found };
    } catch (error) {
      const trouble = this.#met(error);
      const mistyped = 'code' in reading && trouble === 'voucher-unknown';
      if (isEnd(trouble)) await this.#enrolmentEnded(trouble);
      else if (isNoAnswer(trouble) && own && 'token' in reading) this.#showOwn(reading, own);
      else if (isAboutTheVoucher(trouble) && !mistyped)
        this.#state = { is: 'cannot', code: trouble };
      else this.#state = { is: 'waiting', trouble };
    }
  }

  #own(reading: VoucherReading): Promise<OwnVerdict | undefined> {
    return ownVerdict(this.#means, reading).catch(() => undefined);
  }

  #showOwn(reading: VoucherReading, own: OwnVerdict): void {
    this.#state = shownOf(reading, own) ?? this.#state;
    void noteRefusal(this.#means, own, this.#clerk?.id);
    void this.line.look();
  }

  handOver = (): Promise<void> => this.#end('hand-over');
  soldOut = (): Promise<void> => this.#end('sold-out');

  async #end(ask: BookQuestion['ask']): Promise<void> {
    if (this.#state.is !== 'can') return;
    const { reading, found } = this.#state;
    const by = this.#clerk && { clerk: this.#clerk };
    await this.#book({ ask, nonce: newId(), reading, found, ...by });
  }

  async undo(receipt: Receipt): Promise<void> {
    if (this.hasOpenQuestion) return;
    const mayAlone = async () => this.line.gone && (await this.line.mayAlone());
    const undone = await undoBeforeUpload(this.#means, receipt.nonce, mayAlone);
    if (undone) return this.#doneHere(receiptOf(undone), false);
    await this.#book({ ask: 'undo', nonce: receipt.nonce, receipt });
  }

  /** @param nowMs this device's clock */
  canUndo({ did, undoUntilMs }: Receipt, nowMs: number): boolean {
    const aheadMs = this.#means.time.estimateMs() - Date.now();
    return did === 'handed-over' && nowMs + aheadMs < (undoUntilMs ?? 0);
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
  async setAside(): Promise<void> {
    if (this.#state.is !== 'unconfirmed' || this.#inFlight) return;
    clearTimeout(this.#timer);
    await setQuestionAside(await this.#means.open(), this.#state.question);
    await this.open();
  }

  /** Reads what the shop did today. @returns what stood in the way */
  async refresh(): Promise<Trouble | undefined> {
    try {
      const today = await this.#means.api.get<TodayAnswer>('/api/shop/today');
      this.line.met();
      this.#terminal = await keepView(await this.#means.open(), today.terminal, today);
      await this.#lookAround(false);
      return undefined;
    } catch (error) {
      const trouble = this.#met(error);
      if (isEnd(trouble)) await this.#enrolmentEnded(trouble);
      return trouble;
    }
  }

  /** What is kept has changed. @param more the server has something new to say of today */
  async #lookAround(more: boolean): Promise<void> {
    const { open, time } = this.#means;
    const db = await open();
    this.#clerk = (await keptOf(db, 'clerk')).clerk;
    this.#day = await dayOf(db, time.estimateMs());
    await this.line.look();
    if (more) void this.refresh();
  }

  #met(error: unknown): Trouble {
    const trouble = troubleOf(error);
    this.line.met(trouble);
    return trouble;
  }

  async #enrolmentEnded(trouble: Trouble): Promise<void> {
    if (this.hasOpenQuestion || this.#state.is === 'not-enrolled') return;
    const was = this.#terminal;
    this.#lostKey = trouble === 'proof-missing';
    this.#terminal = this.#clerk = this.#day = undefined;
    this.#state = {
      ...{ is: 'not-enrolled', busy: false },
      ...((was ?? this.#lostKey) && { trouble }),
    };
    const db = await this.#means.open();
    const left = await db.countFromIndex('handovers', 'waiting');
    if (was) await endHere(db);
    if (left > 0 && !this.#terminal)
      this.#state = { is: 'not-enrolled', busy: false, trouble, left };
    await this.line.look();
  }

  /** Kept first, then asked: whatever happens to the page, the question is asked again with this nonce. */
  async #book(question: OpenQuestion): Promise<void> {
    if (this.#inFlight) return;
    this.#inFlight = true;
    let first: OpenQuestion;
    try {
      first = await keepQuestion(await this.#means.open(), question);
    } catch {
      this.#state = { is: 'waiting', trouble: 'not-kept' };
      return;
    } finally {
      this.#inFlight = false;
    }
    await this.#ask(first, first.nonce !== question.nonce);
  }

  async #ask(question: OpenQuestion, again: boolean): Promise<void> {
    if (this.#inFlight) return;
    this.#inFlight = true;
    clearTimeout(this.#timer);
    const unsure = () => (this.#state = { is: 'unconfirmed', question, trying: true });
    if (again) unsure();
    else this.#state = { is: 'asking', question };
    const slow = setTimeout(unsure, SLOW_MS);
    const alone = question.ask !== 'sold-out' && (await this.line.mayAlone());
    try {
      if (alone && this.line.gone && (await this.#bookHere(question))) return;
      const limitMs = alone ? HAND_OVER_MS : undefined;
      const path = `/api/shop/${question.ask}`;
      const receipt = await this.#means.api.post<Receipt>(path, wordsOf(question), limitMs);
      await this.#answered(question, receipt);
    } catch (error) {
      if (isNoAnswer(this.#met(error)) && alone && (await this.#bookHere(question))) return;
      await this.#notBooked(question, error, again);
    } finally {
      clearTimeout(slow);
      this.#inFlight = false;
    }
  }

  /** Nobody answers: what this terminal may do by itself. @returns false where it may not */
  async #bookHere(question: OpenQuestion): Promise<boolean> {
    const late = this.#state.is === 'unconfirmed' && question.ask !== 'undo';
    const booked = await bookAlone(this.#means, question);
    if (booked?.is === 'done') await this.#doneHere(receiptOf(booked.kept), late);
    else if (booked?.is === 'used' && question.ask !== 'undo') {
      const own = await this.#own(question.reading);
      if (own) this.#showOwn(question.reading, own);
    }
    return booked !== undefined;
  }

  async #doneHere(receipt: Receipt, late: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#tries = 0;
    this.#state = { is: 'answered', receipt, late, alone: true };
    await this.#lookAround(false);
    if (!this.line.gone) void this.line.contact();
  }

  async #answered(question: OpenQuestion, receipt: Receipt): Promise<void> {
    const late = this.#state.is === 'unconfirmed';
    this.line.met();
    const shopId = this.#terminal?.shop.id ?? '';
    await keepReceipt(await this.#means.open(), question, receipt, shopId);
    await this.#settle({ is: 'answered', receipt, late, alone: false });
    void this.refresh();
    // A typed code says nothing of its voucher; the next list does.
    if (question.ask !== 'undo' && 'code' in question.reading) void this.line.contact();
  }

  async #notBooked(question: OpenQuestion, error: unknown, again: boolean): Promise<void> {
    const trouble = troubleOf(error);
    if (!isFinal(trouble, again)) {
      this.#state = { is: 'unconfirmed', question, trying: false, trouble };
      this.#askLater(error);
      return;
    }
    const db = await this.#means.open();
    await forgetQuestion(db, question);
    if (isEnd(trouble)) {
      this.#state = { is: 'waiting' };
      await this.#enrolmentEnded(trouble);
    } else if (question.ask === 'undo') {
      await this.refresh();
      const now = this.#day?.lines.find(({ nonce }) => nonce === question.nonce);
      const receipt = now ?? question.receipt;
      const told = receipt.did !== 'undone' && { trouble };
      const state = { receipt, late: false, alone: false, ...told } as const;
      await this.#settle({ is: 'answered', ...state });
    } else if (trouble === 'clerk-signed-out' || trouble === 'clerk-unknown') {
      await this.changeClerk();
      await this.#settle({ is: 'waiting', trouble });
    } else {
      await this.#settle({ is: 'cannot', code: knownRefusal(trouble), found: question.found });
    }
  }

  #askLater(error: unknown): void {
    this.#timer = setTimeout(() => this.askAgain(), waitMs(error, this.#tries++));
  }

  async #settle(state: TillState): Promise<void> {
    this.#tries = 0;
    this.#state = state;
    await this.#lookAround(false);
  }
}

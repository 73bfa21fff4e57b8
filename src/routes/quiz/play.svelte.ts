import { grade, type Response, type Verdict } from '$lib/domain/bank/grade.ts';
import { questionsOf, type Pack, type Question } from '$lib/domain/bank/pack.ts';
import { Failure, type FailureCode } from '$lib/domain/failure.ts';
import type { Award } from '$lib/domain/points/award.ts';
import { dayAt } from '$lib/domain/points/day.ts';
import type { Attempt } from '$lib/domain/quiz/attempt.ts';
import {
  answer,
  beginRound,
  currentItem,
  extendRound,
  mayResume,
  next,
  slotOf,
  withAnswersOf,
  type Round,
  type RoundItem,
  type RoundKind,
} from '$lib/domain/quiz/round.ts';
import { failureOf } from '$lib/device/database.ts';
import { newId, newSeed } from '$lib/device/ids.ts';
import { isPast, markPast } from '$lib/device/hints.ts';
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';
import { setInRound, tell } from '$lib/device/tabs.ts';
import { campaign, packHash } from 'virtual:catalogue';
import type { Opening } from 'virtual:openings';
import type { Plan } from './plan.ts';
import { Saving } from './saving.ts';

/** What the page shows at a moment. */
export type Stage =
  | { is: 'loading' }
  | { is: 'asking'; question: Question; item: RoundItem; chosen?: number[] }
  | {
      is: 'judged';
      question: Question;
      item: RoundItem;
      response: Response;
      verdict: Verdict;
      kept: Kept;
    }
  | { is: 'finished'; round: Round }
  | { is: 'none' }
  | { is: 'failed'; code: FailureCode };

/** Whether the judged attempt is on the phone; points are named only when it is. `awards`: those that came with it now. */
export type Kept =
  | { is: 'saving' }
  | { is: 'saved'; awards?: Award[]; lasting: boolean }
  | { is: 'unsaved'; code: FailureCode };

/** One page's play through one round: brings the round, the pack and the journal together. */
export class Play {
  #stage = $state.raw<Stage>({ is: 'loading' });
  #round = $state.raw<Round>();
  /** Another tab was further on, so this page follows it. */
  #followed = $state(false);
  #waiting = $state(false);
  readonly #plan: Plan;
  #of: RoundKind;
  #opening: Opening | undefined;
  /** The question that this page was opened for, until it has been answered. */
  #wanted: string | undefined;
  #pack: Pack | undefined;
  #questions = new Map<string, Question>();
  /** What this phone knew when the page began to fill the round. */
  #attempts = $state.raw<readonly Attempt[]>();
  #filled = $state(false);
  /** Resolves when the round has its questions, or the next of them. */
  #complete: Promise<void> | undefined;
  #unsavedCode = $state<FailureCode>();
  readonly #saving = new Saving(() => this.#rules(), {
    saved: (attempt, { round, awards }, lasting) => {
      markPast(slotOf(this.#of));
      tell('changed');
      this.#forgetWanted();
      this.#unsavedCode = undefined;
      this.#keep(round);
      this.#setKept(attempt.id, { is: 'saved', awards, lasting });
    },
    elsewhere: (round) => this.#follow(round),
    failed: (attempts, code) => {
      this.#unsavedCode = code;
      for (const { id } of attempts) this.#setKept(id, { is: 'unsaved', code });
    },
  });

  constructor(plan: Plan, opening: Opening | undefined, wanted?: string) {
    this.#plan = plan;
    this.#of = plan.of(dayAt(Date.now()));
    this.#opening = opening;
    this.#wanted = wanted;
    if (opening)
      this.#stage = { is: 'asking', question: opening.question, item: printed(opening.question) };
  }

  get packHash(): string {
    return this.#round?.packHash ?? packHash;
  }
  get stage(): Stage {
    return this.#stage;
  }
  get followed(): boolean {
    return this.#followed;
  }
  /** Why answers of this round are not on the phone; absent when all are. */
  get unsavedCode(): FailureCode | undefined {
    return this.#unsavedCode;
  }
  /** 下一题 was pressed and waits for the pack. */
  get waiting(): boolean {
    return this.#waiting;
  }
  /** The place of the question shown, from 1. */
  get at(): number {
    return (this.#round?.at ?? 0) + 1;
  }
  /** A saved round has been looked for, and the questions are there. */
  get filled(): boolean {
    return this.#attempts !== undefined;
  }
  /** How many questions there are; unknown until the round is complete. */
  get total(): number | undefined {
    return this.#filled ? this.#round?.items.length : this.#plan.size;
  }

  /** In the browser only: goes on with a saved round, or begins with the printed question. */
  async start(): Promise<void> {
    const today = dayAt(Date.now());
    this.#of = this.#plan.of(today);
    const slot = slotOf(this.#of);
    if (this.#opening && (this.#opening.slot !== slot || isPast(slot))) this.#opening = undefined;
    if (this.#wanted && this.#wanted !== this.#opening?.question.id) this.#opening = undefined;
    setInRound(true);
    if (this.#opening) {
      const { question, second } = this.#opening;
      const printed = second ? [question, second] : [question];
      this.#questions = new Map(printed.map((q) => [q.id, q]));
      this.#begin(printed);
      this.#takeEarly();
    } else {
      window.early?.stop?.();
      this.#show({ is: 'loading' });
    }
    delete document.documentElement.dataset.opening;
    await this.#prepare();
  }

  /** Tries again to get what was missing. */
  async #prepare(): Promise<void> {
    this.#complete = this.#fill();
    try {
      await this.#complete;
    } catch (cause) {
      this.#complete = undefined;
      if (this.#stage.is === 'loading') this.#show({ is: 'failed', code: failureOf(cause).code });
    }
  }

  retry = (): Promise<void> => {
    this.#show({ is: 'loading' });
    return this.#prepare();
  };

  async #fill(): Promise<void> {
    const pack = loadPack(packHash, phone.open);
    // It may be the wrong one: a saved round is played from its own.
    pack.catch(() => undefined);
    const journal = await within(SAVE_WAIT_MS, phone.journal());
    const attempts = journal?.attempts().catch(() => undefined);
    const stored = await journal?.loadRound(slotOf(this.#of)).catch(() => undefined);
    const resumed = stored && this.#maySwitchTo(stored) && (await this.#resumed(stored));
    if (resumed) this.#adopt(resumed);
    else this.#usePack(await pack);
    // The round under way keeps its questions; what is added to it, or begun, is in play.
    const pruned = this.#pack && (await journal?.inForce(this.#pack).catch(() => undefined));
    if (pruned) this.#pack = pruned;
    // The printed question may be one that is not asked any more.
    const first = this.#round?.items[0];
    if (pruned && first && !first.answer && !questionsOf(pruned).has(first.questionId))
      this.#round = undefined;
    this.#attempts = (await attempts) ?? [];
    this.#grow();
  }

  /** Gives the round the questions it is to have by now. */
  #grow(): void {
    if (!this.#attempts) return;
    const chosen = this.#choose(this.#attempts);
    const has = new Set(this.#round?.items.map((item) => item.questionId));
    const size = this.#plan.size ?? chosen.length;
    const more = chosen.filter((q) => !has.has(q.id)).slice(0, Math.max(0, size - has.size));
    // Where the next one depends on the answer that is still to come, what was chosen is there already.
    this.#filled = chosen.length === 0 || has.size + more.length >= size;
    if (!this.#round) {
      if (more.length === 0) return this.#show({ is: 'none' });
      this.#begin(more);
      this.#ask();
    } else if (more.length > 0) {
      this.#round = extendRound(this.#round, more, newSeed());
      this.#saving.step(() => this.#round);
    }
  }

  /** A saved round as it is taken up; undefined where the wanted question needs a new one. */
  async #resumed(stored: Round): Promise<Round | undefined> {
    this.#usePack(await loadPack(stored.packHash, phone.open));
    return this.#wanted ? (await import('./extras.ts')).askIn(stored, this.#wanted) : stored;
  }

  /** Opened again, the page goes on with the round: it does not ask for the question a second time. */
  #forgetWanted(): void {
    if (!this.#wanted) return;
    this.#wanted = undefined;
    // Kit's own replaceState would have Back return to the address with the question.
    history.replaceState(history.state, '', location.pathname);
  }

  /** A saved round is taken up unless this page has been answered already. */
  #maySwitchTo(stored: Round): boolean {
    const done = this.#plan.once && stored.phase === 'finished';
    const touched = this.#stage.is === 'asking' && this.#stage.chosen !== undefined;
    const free = !touched && this.#round?.items[0]?.answer === undefined;
    return free && (done || mayResume(stored, Date.now()));
  }

  #choose(attempts: readonly Attempt[]): readonly Question[] {
    if (!this.#pack) return [];
    return this.#plan.choose({
      of: this.#of,
      pack: this.#pack,
      questions: questionsOf(this.#pack),
      attempts,
      round: this.#round,
      openingId: this.#round?.items[0]?.questionId ?? this.#wanted,
      seed: newSeed(),
      nowMs: Date.now(),
    });
  }

  #usePack(pack: Pack): void {
    this.#pack = pack;
    this.#questions = questionsOf(pack);
  }

  #begin(questions: Question[]): void {
    const openingId = this.#opening?.question.id;
    this.#round = beginRound(questions, {
      id: newId(),
      of: this.#of,
      packHash,
      beganAtMs: Date.now(),
      seed: newSeed(),
      ...(openingId && { openingId }),
    });
  }

  /** What was tapped before the app had started becomes the first attempt. */
  #takeEarly(): void {
    const early = window.early;
    early?.stop?.();
    if (early?.option === undefined || this.#stage.is !== 'asking') return;
    const { question } = this.#stage;
    this.#show({ ...this.#stage, chosen: [early.option] });
    if (early.at === undefined) return;
    const response: Response =
      question.type === 'judge'
        ? { type: 'judge', value: early.option === 1 }
        : { type: 'single', option: early.option };
    this.answer(response, early.at);
    if (early.next) void this.next();
  }

  answer = (response: Response, atMs = Date.now()): void => {
    const round = this.#round;
    const question = round && this.#questions.get(currentItem(round).questionId);
    if (!round || !question || round.phase !== 'answering') return;
    const attempt: Attempt = {
      id: newId(),
      questionId: question.id,
      packHash: round.packHash,
      response,
      right: false,
      practisedAtMs: atMs,
      round: { id: round.id, of: round.of, day: round.day },
    };
    const judged = answer(round, question, attempt.id, response);
    this.#round = judged.round;
    const item = currentItem(judged.round);
    this.#show({
      is: 'judged',
      question,
      item,
      response,
      verdict: judged.verdict,
      kept: { is: 'saving' },
    });
    this.#saving.add({ ...attempt, right: judged.verdict.right }, judged.round);
    if (!this.#filled) this.#grow();
  };

  /** Writes what is not on the phone yet. */
  save = (): void => void this.#saving.run();

  #rules() {
    const five =
      this.#of.kind === 'daily'
        ? (this.#pack?.daily[this.#of.date] ?? this.#opening?.daily)
        : undefined;
    return { campaign, ...(five && { dailyQuestions: five }) };
  }

  /** The points that a saved attempt earned come back into the round, which may have gone on meanwhile. */
  #keep(saved: Round): void {
    if (!this.#round || this.#round.id !== saved.id) return;
    this.#round = withAnswersOf(this.#round, saved);
    if (this.#stage.is === 'finished') this.#show({ is: 'finished', round: this.#round });
  }

  #setKept(attemptId: string, kept: Kept): void {
    if (this.#stage.is !== 'judged' || this.#stage.item.answer?.attemptId !== attemptId) return;
    this.#show({ ...this.#stage, kept });
  }

  async #follow(round: Round): Promise<void> {
    this.#followed = true;
    this.#usePack(await loadPack(round.packHash, phone.open));
    this.#adopt(round);
    if (!this.#filled) this.#grow();
  }

  #adopt(round: Round): void {
    this.#round = round;
    this.#opening = undefined;
    if (round.phase === 'finished') return this.#finish();
    const item = currentItem(round);
    const question = this.#questions.get(item.questionId);
    if (!question) throw new Failure('pack-unreadable');
    if (round.phase === 'answering' || !item.answer) return this.#ask();
    const { response } = item.answer;
    const kept: Kept = { is: 'saved', lasting: true };
    this.#show({
      is: 'judged',
      question,
      item,
      response,
      verdict: grade(question, response),
      kept,
    });
  }

  next = async (): Promise<void> => {
    this.#waiting = true;
    try {
      const hasNext = this.#round && this.#round.at + 1 < this.#round.items.length;
      if (!hasNext) await (this.#complete ??= this.#fill());
      // An older page may hold the database for long: the round goes on, its answers wait in line.
      await within(SAVE_WAIT_MS, this.#saving.run());
      const round = this.#round;
      if (round?.phase !== 'judged') return;
      this.#round = next(round);
      this.#followed = false;
      this.#saving.step(() => this.#round);
      if (this.#round.phase === 'finished') this.#finish();
      else this.#ask();
    } catch (cause) {
      this.#complete = undefined;
      const { code } = failureOf(cause);
      if (this.#stage.is === 'judged') this.#missing = code;
      else this.#show({ is: 'failed', code });
    } finally {
      this.#waiting = false;
    }
  };

  /** Why there is no next question yet. */
  #missing = $state<FailureCode>();
  get missing(): FailureCode | undefined {
    return this.#missing;
  }

  #ask(): void {
    if (!this.#round) return;
    const item = currentItem(this.#round);
    const question = this.#questions.get(item.questionId);
    if (!question) throw new Failure('pack-unreadable');
    this.#missing = undefined;
    this.#show({ is: 'asking', question, item });
  }

  #finish(): void {
    if (!this.#round) return;
    setInRound(false);
    this.#show({ is: 'finished', round: this.#round });
    void phone.askToPersist();
  }

  #show(stage: Stage): void {
    this.#stage = stage;
  }
}

/** The printed question lies in the order of the bank. */
function printed(question: Question): RoundItem {
  const order = 'options' in question ? question.options.map((_, i) => i) : [];
  return { questionId: question.id, order };
}

const SAVE_WAIT_MS = 3000;

/** Waits for `task`, but not longer than `ms`; gives undefined then. */
async function within<T>(ms: number, task: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>(
    (resolve) => (timer = setTimeout(() => resolve(undefined), ms)),
  );
  return Promise.race([task, late]).finally(() => clearTimeout(timer));
}

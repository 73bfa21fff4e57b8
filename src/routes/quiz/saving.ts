import type { FailureCode } from '$lib/domain/failure.ts';
import type { Attempt } from '$lib/domain/quiz/attempt.ts';
import { withAnswersOf, type Round } from '$lib/domain/quiz/round.ts';
import { failureOf } from '$lib/device/database.ts';
import type { Recorded, Rules } from '$lib/device/journal.ts';
import { phone } from '$lib/device/phone.svelte.ts';

interface Unsaved {
  attempt: Attempt;
  /** The round as it stood with this answer. */
  round: Round;
}

interface Outcome {
  saved(attempt: Attempt, recorded: Recorded & { kind: 'saved' }, lasting: boolean): void;
  elsewhere(round: Round): Promise<void>;
  failed(attempts: readonly Attempt[], code: FailureCode): void;
}

/** Writes a round's answers to the phone one after the other, and keeps those that could not be written yet. */
export class Saving {
  #unsaved: Unsaved[] = [];
  #running: Promise<void> = Promise.resolve();
  readonly #outcome: Outcome;
  readonly #rules: () => Rules;

  constructor(rules: () => Rules, outcome: Outcome) {
    this.#rules = rules;
    this.#outcome = outcome;
  }

  get pending(): boolean {
    return this.#unsaved.length > 0;
  }

  add(attempt: Attempt, round: Round): void {
    this.#unsaved.push({ attempt, round });
    // The verdict is painted first.
    setTimeout(() => void this.run());
  }

  /** Tries everything that is not on the phone yet. */
  run(): Promise<void> {
    return (this.#running = this.#running.then(() => this.#writeAll()));
  }

  /**
   * Keeps where a round stands. While an answer is unsaved the stored round must not run ahead of it.
   * @param round asked for when its turn has come
   */
  step(round: () => Round | undefined): void {
    this.#running = this.#running.then(async () => {
      const current = round();
      if (!current || current.items[0]?.answer === undefined || this.pending) return;
      const journal = await phone.journal();
      await journal.saveRound(current).catch(() => undefined);
    });
  }

  async #writeAll(): Promise<void> {
    for (let first = this.#unsaved[0]; first; first = this.#unsaved[0]) {
      try {
        const journal = await phone.journal();
        const recorded = await journal.record(first.attempt, first.round, this.#rules());
        this.#unsaved.shift();
        if (recorded.kind === 'elsewhere') {
          this.#unsaved = [];
          return await this.#outcome.elsewhere(recorded.round);
        }
        // Later answers were given before this one's points were known.
        this.#unsaved = this.#unsaved.map(({ attempt, round }) => ({
          attempt,
          round: withAnswersOf(round, recorded.round),
        }));
        this.#outcome.saved(first.attempt, recorded, journal.lasting);
      } catch (cause) {
        const attempts = this.#unsaved.map(({ attempt }) => attempt);
        return this.#outcome.failed(attempts, failureOf(cause).code);
      }
    }
  }
}

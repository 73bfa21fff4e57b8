import type { Outcome } from '$lib/ui/me/outcome.ts';
import { troubleOf } from './trouble.ts';

/** Something that is asked of the server, one at a time, and what became of it. */
export class Task {
  #busy = $state(false);
  #outcome = $state.raw<Outcome>();

  get busy(): boolean {
    return this.#busy;
  }
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  say(outcome: Outcome | undefined): void {
    this.#outcome = outcome;
  }

  /** @param work returns what to say; what it throws is said too */
  async run(work: () => Promise<Outcome | undefined>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#outcome = undefined;
    try {
      this.#outcome = await work();
    } catch (error) {
      this.#outcome = troubleOf(error);
    } finally {
      this.#busy = false;
    }
  }
}

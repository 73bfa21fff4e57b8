/** Things to do in the order they were put in, each not before its time. The times given must not decrease. */
export class Timeline {
  #due: { atMs: number; run: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param atMs on the clock of `performance.now()` */
  add(atMs: number, run: () => void): void {
    this.#due.push({ atMs, run });
    this.#timer ??= this.#wait();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = [];
  }

  #wait(): NodeJS.Timeout | undefined {
    const first = this.#due[0];
    if (!first) return undefined;
    return setTimeout(() => this.#runDue(), Math.max(0, Math.ceil(first.atMs - performance.now())));
  }

  #runDue(): void {
    const now = performance.now();
    const count = this.#due.findIndex(({ atMs }) => atMs > now);
    const due = this.#due.splice(0, count < 0 ? this.#due.length : count);
    for (const { run } of due) run();
    this.#timer = this.#wait();
  }
}

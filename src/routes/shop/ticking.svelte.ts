const STEP_MS = 5_000;

/** The time, for what stops being possible while it is on the screen. */
class Ticking {
  #nowMs = $state(Date.now());

  get nowMs(): number {
    return this.#nowMs;
  }

  /** @returns stops it */
  start(): () => void {
    this.#nowMs = Date.now();
    const timer = setInterval(() => (this.#nowMs = Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }
}

export const ticking = new Ticking();

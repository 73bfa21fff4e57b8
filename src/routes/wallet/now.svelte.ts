const STEP_MS = 15_000;

/** The time, for pages on which it passes: 3分钟前, a voucher that ends while it is looked at. */
class Now {
  #ms = $state(Date.now());

  get ms(): number {
    return this.#ms;
  }

  /** Goes on until the returned function is called. */
  start(): () => void {
    const step = () => (this.#ms = Date.now());
    step();
    const timer = setInterval(step, STEP_MS);
    document.addEventListener('visibilitychange', step);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', step);
    };
  }
}

export const now = new Now();

import { readClock, type ClockAnchor, type ClockReading } from '../../domain/terminal/clock.ts';

/** The device's two clocks. */
export interface Clocks {
  wallMs(): number;
  /** Of this page. */
  monotonicMs(): number;
}

export const deviceClocks: Clocks = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/**
 * The server's time as far as this device can tell. What is stored of it outlives the page; the monotonic clock does
 * not, so its share is kept here.
 */
export class ServerTime {
  readonly #clocks: Clocks;
  #here: { serverMs: number; monotonicMs: number } | undefined;
  #anchor: ClockAnchor | undefined;

  constructor(clocks: Clocks = deviceClocks) {
    this.#clocks = clocks;
  }

  /** The server has just said what time it is. @returns what is to be stored */
  heard(serverMs: number): ClockAnchor {
    this.#here = { serverMs, monotonicMs: this.#clocks.monotonicMs() };
    return (this.#anchor = { serverMs, wallMs: this.#clocks.wallMs(), latestMs: serverMs });
  }

  /** What is stored, with what this page knows beside it. */
  anchor(stored: ClockAnchor | undefined): ClockAnchor | undefined {
    this.#anchor = stored;
    if (!stored || stored.serverMs !== this.#here?.serverMs) return stored;
    return { ...stored, monotonicMs: this.#here.monotonicMs };
  }

  now(): ClockReading {
    return { wallMs: this.#clocks.wallMs(), monotonicMs: this.#clocks.monotonicMs() };
  }

  /** For what only has to be about right: a proof, a list of today. Falls back on the device's clock. */
  estimateMs(): number {
    const read = readClock(this.anchor(this.#anchor), this.now());
    return read.is === 'sane' ? read.nowMs : this.#clocks.wallMs();
  }
}

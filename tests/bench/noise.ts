import { cpus, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { median } from './statistics.ts';

/** How much else the machine had to do; with much of it the absolute times mean little. */
export interface Noise {
  processors: number;
  /** Runnable processes in the last minute, before and after. */
  load: [before: number, after: number];
  /** The same piece of work, timed again before each visit: ms. */
  work: { median: number; min: number; max: number };
  /** How late the timers of this process (which paces the link) were: ms. */
  timersLate: { p99: number; max: number };
}

export class NoiseWatch {
  #loadBefore = loadavg()[0] ?? 0;
  #workMs: number[] = [];
  #delays = monitorEventLoopDelay({ resolution: 2 });

  /** Blocks for some 10 ms, so only between visits. */
  sample(): void {
    this.#delays.disable();
    const begin = performance.now();
    let sum = 0;
    for (let i = 0; i < 8_000_000; i++) sum += i % 7;
    if (sum > 0) this.#workMs.push(performance.now() - begin);
    this.#delays.enable();
  }

  end(): Noise {
    this.#delays.disable();
    return {
      processors: cpus().length,
      load: [this.#loadBefore, loadavg()[0] ?? 0],
      work: {
        median: median(this.#workMs),
        min: Math.min(...this.#workMs),
        max: Math.max(...this.#workMs),
      },
      // The histogram holds the whole interval in ns; 2 ms of it are on purpose.
      timersLate: {
        p99: Math.max(0, this.#delays.percentile(99) / 1e6 - 2),
        max: Math.max(0, this.#delays.max / 1e6 - 2),
      },
    };
  }
}

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refused } from '../../domain/refusal.ts';

/**
 * How often one who asks may ask. A whole park is behind one address of a mobile network, so what goes by address is
 * wide; who is over it waits and is never turned away for good.
 */
const LIMITS = {
  /** New wallets, by address. */
  open: { points: 1000, duration: 3600 },
  /** Recovery codes tried, by address: they have 99 bits, this only keeps the log readable. */
  join: { points: 120, duration: 3600 },
  /** Enrolment codes tried, by address. */
  enrol: { points: 60, duration: 3600 },
  /** Requests of one wallet; an open voucher asks every three seconds. */
  wallet: { points: 120, duration: 60 },
  /** Requests of one till. */
  terminal: { points: 240, duration: 60 },
  /** Requests without a session, by address. */
  address: { points: 3000, duration: 60 },
} as const;
type LimitName = keyof typeof LIMITS;
/** What is counted for who has no session yet. */
export type NewLimit = 'open' | 'join' | 'enrol';

export class Limits {
  readonly #limiters: Record<LimitName, RateLimiterMemory>;

  /** @param scale for load tests: everything that many times as often */
  constructor(scale = 1) {
    const entries = Object.entries(LIMITS).map(([name, { points, duration }]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points: points * scale, duration }),
    ]);
    this.#limiters = Object.fromEntries(entries) as Record<LimitName, RateLimiterMemory>;
  }

  /**
   * Counts a request: by its cookie's secret, else by address. Whoever has seen a wallet's id so cannot use up its
   * owner's share; and since a secret that is new or has been quiet counts by address too, made-up cookies gain nothing.
   * @throws Refused `slow-down` with the time to wait
   */
  async admit(name: 'wallet' | 'terminal', address: string, secret?: string): Promise<void> {
    const known = secret !== undefined && (await this.#count(name, secret)) > 1;
    if (!known) await this.#count('address', address);
  }

  /** Counts, beside that, what someone without a session wants. @throws Refused as `admit` */
  async admitNew(name: NewLimit, address: string): Promise<void> {
    await this.#count(name, address);
  }

  /** @returns how many there were within the time counted */
  async #count(name: LimitName, key: string): Promise<number> {
    try {
      return (await this.#limiters[name].consume(key)).consumedPoints;
    } catch (over) {
      if (!(over instanceof RateLimiterRes)) throw over;
      throw new Refused('slow-down', { retryAfterMs: Math.max(1000, over.msBeforeNext) });
    }
  }
}

import { sql } from 'kysely';
import { StoreBusy, StoreUnsure, type Store } from '../database/store.ts';

/** Points that one process leases at least at a time; what it has not given out is lost to the campaign when it crashes. */
const SLICE = 1000;

/** A part of the budget set aside for one unit of work. */
export interface Reservation {
  /** @throws StoreBusy where the database was restored since: what was set aside is not set aside there */
  readonly points: number;
  /** Says what was given out; the rest can be reserved again. Below 0 where more was taken back. */
  settle(used: number): void;
  /** Says that the unit of work failed. What may have been given out all the same is not given out again. */
  fail(error: unknown): void;
}

/**
 * The campaign's budget, leased in slices: the row that all wallets share is touched once for many awards, and
 * Σ issued ≤ Σ leased ≤ budget holds whatever process ends when.
 */
export class Budget {
  readonly #store: Store;
  readonly #campaign: string;
  #free = 0;
  readonly #waiting: {
    points: number;
    resolve: (reserved: Reservation) => void;
    reject: (reason: unknown) => void;
  }[] = [];
  #leasing = false;
  /** How often this began: what was leased of another database is worth nothing. */
  #begun = 0;

  private constructor(store: Store, campaign: string) {
    this.#store = store;
    this.#campaign = campaign;
  }

  /** @param store where slices are leased */
  static async open(store: Store, campaign: { id: string; budget: number }): Promise<Budget> {
    const budget = new Budget(store, campaign.id);
    await budget.begin(store, campaign.budget);
    return budget;
  }

  /**
   * Puts the campaign into the database, and forgets what was leased before: a restored one does not know of it. A
   * budget that was lowered below what is leased already stands at that.
   */
  async begin(store: Store, budget: number): Promise<void> {
    this.#begun++;
    this.#free = 0;
    await store.write(async (tx) => {
      await tx
        .insertInto('campaign_budget')
        .values({ campaign_id: this.#campaign, budget, leased: 0 })
        .onConflict((c) =>
          c.column('campaign_id').doUpdateSet({
            budget: sql<number>`case when campaign_budget.leased > ${budget} then campaign_budget.leased else ${budget} end`,
          }),
        )
        .execute();
    });
  }

  /**
   * Sets aside up to `points`; fewer where the campaign has no more. Must be called outside of a unit of work, and
   * settled after it.
   */
  reserve(points: number): Promise<Reservation> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ points, resolve, reject });
      this.#serve();
    });
  }

  #setAside(points: number): Reservation {
    this.#free -= points;
    const begun = this.#begun;
    const stands = () => begun === this.#begun;
    return {
      get points() {
        if (!stands()) throw new StoreBusy('what was set aside is gone');
        return points;
      },
      settle: (used) => {
        if (stands()) this.#free += points - used;
      },
      fail: (error) => {
        if (stands() && !(error instanceof StoreUnsure)) this.#free += points;
      },
    };
  }

  /** In the order in which they asked. */
  #serve(): void {
    for (let next = this.#waiting[0]; next && next.points <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      next.resolve(this.#setAside(next.points));
    }
    if (this.#waiting.length === 0 || this.#leasing) return;
    this.#leasing = true;
    this.#lease()
      .then((leased) => {
        if (leased > 0) return;
        // The campaign has no more: who waits gets what is left.
        this.#waiting.shift()?.resolve(this.#setAside(this.#free));
      })
      .catch((reason: unknown) => {
        for (const { reject } of this.#waiting.splice(0)) reject(reason);
      })
      .finally(() => {
        this.#leasing = false;
        this.#serve();
      });
  }

  /** @returns how much there was; 0 when the campaign has no more */
  async #lease(): Promise<number> {
    // Twice what is asked for now: in a busy evening most reservations then need not wait for a lease.
    const wanted = this.#waiting.reduce((sum, { points }) => sum + points, 0);
    const want = Math.max(SLICE, 2 * wanted);
    const begun = this.#begun;
    const leased = await this.#store.write(async (tx) => {
      const row = await tx
        .selectFrom('campaign_budget')
        .select(['budget', 'leased'])
        .where('campaign_id', '=', this.#campaign)
        .$if(this.#store.engine === 'postgres', (q) => q.forUpdate())
        .executeTakeFirstOrThrow();
      const points = Math.min(want, row.budget - row.leased);
      if (points > 0) {
        await tx
          .updateTable('campaign_budget')
          .set({ leased: row.leased + points })
          .where('campaign_id', '=', this.#campaign)
          .execute();
      }
      return Math.max(0, points);
    });
    if (begun === this.#begun) this.#free += leased;
    return leased;
  }

  /** Returns what this process has not given out. */
  async close(): Promise<void> {
    const left = this.#free;
    this.#free = 0;
    if (left === 0) return;
    await this.#store.write(async (tx) => {
      await tx
        .updateTable('campaign_budget')
        .set((e) => ({ leased: e('leased', '-', left) }))
        .where('campaign_id', '=', this.#campaign)
        .execute();
    });
  }
}

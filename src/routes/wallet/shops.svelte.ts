import type { ShopsAnswer } from '$lib/domain/voucher/messages.ts';
import type { Problem } from '$lib/device/sync-driver.ts';
import { wallet } from '$lib/device/wallet.svelte.ts';
import { problemOf } from './says.ts';

/** What can be had where, as far as this page knows. */
class Shops {
  #answer = $state.raw<ShopsAnswer>();
  #fresh = $state(false);
  #problem = $state<Problem>();
  #chosen = $state<string>();

  get answer(): ShopsAnswer | undefined {
    return this.#answer;
  }
  /** False where it is what was seen last, without a signal. */
  get fresh(): boolean {
    return this.#fresh;
  }
  /** Why there is nothing to show. */
  get problem(): Problem | undefined {
    return this.#problem;
  }
  get chosen(): ShopsAnswer['shops'][number] | undefined {
    const all = this.#answer?.shops;
    return all?.find(({ id }) => id === this.#chosen) ?? all?.find(({ open }) => open) ?? all?.[0];
  }

  choose(shopId: string): void {
    this.#chosen = shopId;
  }

  async load(): Promise<void> {
    try {
      const { answer, fresh } = await wallet.shops();
      this.#answer = answer;
      this.#fresh = fresh;
      this.#problem = undefined;
    } catch (error) {
      this.#fresh = false;
      this.#problem = problemOf(error);
    }
  }
}

export const shops = new Shops();

import { Kept, type PrecacheList } from './kept.ts';

const CACHE = 'civil-code-park-shop';

/**
 * What only the clerk's page needs: its code, the scanner and its wasm. Residents never load it; a page at /shop asks
 * for it once, and from then on this device has it with every version.
 */
export class ShopPages {
  readonly #kept: Kept;

  constructor(list: PrecacheList) {
    this.#kept = new Kept(list, { cacheName: CACHE });
  }

  get route() {
    return this.#kept.route;
  }

  /** @throws without a signal; what was fetched stays */
  async keep(): Promise<void> {
    await this.#kept.fetchAll();
  }

  /** A new version: on a device that is a terminal it comes with all of it, or not at all. */
  async keepIfKept(): Promise<void> {
    if (await caches.has(CACHE)) await this.keep();
  }

  async tidy(event: ExtendableEvent): Promise<void> {
    if (await caches.has(CACHE)) await this.#kept.tidy(event);
  }
}

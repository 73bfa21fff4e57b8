import { PrecacheController, PrecacheRoute } from 'workbox-precaching';

const CACHE = 'civil-code-park-shop';

/**
 * What only the clerk's page needs: its code, the scanner and its wasm. Residents never load it; a page at /shop asks
 * for it once, and from then on this device has it with every version.
 */
export class ShopPages {
  readonly #precache = new PrecacheController({ cacheName: CACHE });
  readonly route: PrecacheRoute;

  constructor(list: { url: string; revision: string | null }[]) {
    this.#precache.addToCacheList(list);
    this.route = new PrecacheRoute(this.#precache, {
      ignoreURLParametersMatching: [/^/],
      directoryIndex: '',
      cleanURLs: false,
    });
  }

  /**
   * Fetches what is not there yet. (Workbox keeps anything only while the worker is being installed.)
   * @throws without a signal; what was fetched stays
   */
  async keep(): Promise<void> {
    const cache = await caches.open(CACHE);
    for (const [url, key] of this.#precache.getURLsToCacheKeys()) {
      if (await cache.match(key)) continue;
      const response = await fetch(url, { cache: 'reload', credentials: 'same-origin' });
      if (!response.ok) throw new Error(`${response.status} for ${url}`);
      await cache.put(key, response);
    }
  }

  /** A new version: on a device that is a terminal it comes with all of it, or not at all. */
  async keepIfKept(): Promise<void> {
    if (await caches.has(CACHE)) await this.keep();
  }

  /** Drops what earlier versions had. */
  async tidy(event: ExtendableEvent): Promise<void> {
    if (await caches.has(CACHE)) await this.#precache.activate(event);
  }
}

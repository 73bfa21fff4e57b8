import { PrecacheController, PrecacheRoute } from 'workbox-precaching';

/** What scripts/precache-list.ts makes. */
export type PrecacheList = { url: string; revision: string | null }[];

/** Files on the way at a time: the page in front of the resident needs connections too. */
const LANES = 4;
/** A walk from one mast to the next breaks off what was on the way. */
const AGAIN_AFTER_MS = [1000, 3000, 9000];

/**
 * Files that a version has whole or not at all. Workbox answers with them and drops what earlier versions had; it would
 * fetch them one after the other, which over a slow signal takes most of a minute, and give up at the first that fails.
 */
export class Kept {
  readonly #controller: PrecacheController;
  readonly route: PrecacheRoute;

  /** @param cacheName Workbox's own where it is left out */
  constructor(list: PrecacheList, cacheName?: string) {
    this.#controller = new PrecacheController(cacheName ? { cacheName } : {});
    this.#controller.addToCacheList(list);
    this.route = new PrecacheRoute(this.#controller, {
      // The query string of a board or a shared link leads to the same page.
      ignoreURLParametersMatching: [/^/],
      directoryIndex: '',
      cleanURLs: false,
    });
  }

  get cacheName(): string {
    return this.#controller.strategy.cacheName;
  }

  /**
   * Fetches what is not there yet.
   * @throws without a signal, or where the server answers with something else; what was fetched stays
   */
  async fetchAll(): Promise<void> {
    const cache = await caches.open(this.cacheName);
    const there = new Set((await cache.keys()).map(({ url }) => url));
    const missing = [...this.#controller.getURLsToCacheKeys()]
      .filter(([, key]) => !there.has(key))
      .values();
    const lane = async () => {
      for (const [url, key] of missing) await persistently(() => keep(cache, url, key));
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** The answer to any address, from a page that is kept. */
  respondWith(url: string) {
    return this.#controller.createHandlerBoundToURL(url);
  }

  match(url: string): Promise<Response | undefined> {
    return this.#controller.matchPrecache(url);
  }

  /** Drops what earlier versions had. */
  async tidy(event: ExtendableEvent): Promise<void> {
    await this.#controller.activate(event);
  }
}

async function keep(cache: Cache, url: string, key: string): Promise<void> {
  const response = await fetch(url, {
    // A hashed file that the page has just loaded is not loaded twice.
    cache: url === key ? 'default' : 'reload',
    credentials: 'same-origin',
    redirect: 'error',
    priority: 'low',
  });
  if (!response.ok) throw new Error(`${response.status} for ${url}`);
  await cache.put(key, response);
}

/** @throws what the last of several tries throws */
export async function persistently<T>(task: () => Promise<T>): Promise<T> {
  for (const ms of AGAIN_AFTER_MS) {
    try {
      return await task();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
  return task();
}

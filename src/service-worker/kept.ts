import { PrecacheController, PrecacheRoute } from 'workbox-precaching';

/** What scripts/precache-list.ts makes. */
export type PrecacheList = { url: string; revision: string | null; bundled?: true }[];
type PageBundle = Record<string, { csp: string; html: string }>;

/** Said of a file on its way, not of a page that came in it. */
const OF_THE_FILE = [
  ...['content-length', 'content-encoding', 'transfer-encoding', 'etag', 'last-modified', 'date'],
  ...['accept-ranges', 'connection', 'keep-alive'],
];

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
  readonly #bundle: string | undefined;
  /** Full addresses → as they are called in the bundle. */
  readonly #bundled: ReadonlyMap<string, string>;
  readonly route: PrecacheRoute;

  /**
   * @param bundle address of the file in which the bundled pages of the list are
   * @param cacheName Workbox's own where it is left out
   */
  constructor(list: PrecacheList, { bundle, cacheName }: { bundle?: string; cacheName?: string }) {
    this.#bundle = bundle;
    const bundled = list.filter((entry) => entry.bundled);
    this.#bundled = new Map(bundled.map(({ url }) => [new URL(url, location.href).href, url]));
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
    const all = [...this.#controller.getURLsToCacheKeys()];
    const missing = all.filter(([, key]) => !there.has(key));
    const pages = missing.filter(([url]) => this.#bundled.has(url));
    const files = missing.filter(([url]) => !this.#bundled.has(url)).values();
    const lane = async () => {
      for (const [url, key] of files) await persistently(() => keep(cache, url, key));
    };
    const lanes = Array.from({ length: LANES }, lane);
    await Promise.all([persistently(() => this.#keepPages(cache, pages)), ...lanes]);
  }

  async #keepPages(cache: Cache, pages: [url: string, key: string][]): Promise<void> {
    if (!this.#bundle || pages.length === 0) return;
    const file = await answerOf(this.#bundle, 'no-store');
    const bundle = (await file.json()) as PageBundle;
    for (const [url, key] of pages) {
      const page = bundle[this.#bundled.get(url) ?? ''];
      if (!page) throw new Error(`${url} is not in ${this.#bundle}`);
      await cache.put(key, pageOf(page, file.headers));
    }
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
  // A hashed file that the page has just loaded is not loaded twice.
  await cache.put(key, await answerOf(url, url === key ? 'default' : 'reload'));
}

async function answerOf(url: string, cache: RequestCache): Promise<Response> {
  const response = await fetch(url, {
    ...{ cache, credentials: 'same-origin', redirect: 'error', priority: 'low' },
  });
  if (!response.ok) throw new Error(`${response.status} for ${url}`);
  return response;
}

/** As the server would have sent it by itself. */
function pageOf({ csp, html }: PageBundle[string], ofTheFile: Headers): Response {
  const headers = new Headers(ofTheFile);
  for (const name of OF_THE_FILE) headers.delete(name);
  headers.set('content-type', 'text/html;charset=utf-8');
  headers.set('content-security-policy', csp);
  headers.set('cache-control', 'no-cache');
  return new Response(html, { headers });
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

import { ExpirationPlugin } from 'workbox-expiration';
import { CacheFirst, StaleWhileRevalidate } from 'workbox-strategies';
import { version } from '$service-worker';

const PREFIX = 'civil-code-park';
const DAILY_CACHE = `${PREFIX}-daily-${version}`;
const DAILY_PAGE = '/quiz/daily';

/**
 * 今日五题 is made anew each day, so it cannot be precached: the last copy opens at once, the next visit has today's.
 * A copy of another day hides its question and takes today's from the pack (early.js). A copy from another build is
 * not kept: its chunks would be missing without a signal.
 */
export const dailyPage = new StaleWhileRevalidate({
  cacheName: DAILY_CACHE,
  plugins: [
    {
      cacheKeyWillBeUsed: () => Promise.resolve(DAILY_PAGE),
      cacheWillUpdate: ({ response }) =>
        Promise.resolve(
          response.ok && response.headers.get('x-build') === version ? response : null,
        ),
    },
  ],
});

/** Part of the installation. @throws without a signal; the browser then tries again later */
export async function warmDailyPage(event: ExtendableEvent): Promise<void> {
  const [response, done] = dailyPage.handleAll({ event, request: DAILY_PAGE });
  await Promise.all([response, done]);
}

/** Drops the daily pages of earlier builds; only caches of our own prefix are touched. */
export async function dropOldDailyPages(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(`${PREFIX}-daily-`) && name !== DAILY_CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Pictures that are not needed to play: kept on first use, dropped first when room is short. */
export const pictures = new CacheFirst({
  cacheName: `${PREFIX}-pictures`,
  plugins: [new ExpirationPlugin({ maxEntries: 60, purgeOnQuotaError: true })],
});

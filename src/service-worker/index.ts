/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
import { setCacheNameDetails } from 'workbox-core';
import { cleanupOutdatedCaches } from 'workbox-precaching';
import { NavigationRoute, registerRoute, setCatchHandler } from 'workbox-routing';
import { NetworkOnly } from 'workbox-strategies';
import { version } from '$service-worker';
import { drainInBackground, SYNC_TAG } from './background.ts';
import { Kept, persistently, type PrecacheList } from './kept.ts';
import { ShopPages } from './shop.ts';
import { dailyPage, dropOldDailyPages, pictures, warmDailyPage } from './strategies.ts';

/** Not in TypeScript's library. */
interface SyncEvent extends ExtendableEvent {
  tag: string;
}
declare const self: ServiceWorkerGlobalScope & {
  __PRECACHE: PrecacheList;
  /** Address of the file with all pages of the list. */
  __PAGES: string;
  __SHOP_PRECACHE: PrecacheList;
};

setCacheNameDetails({ prefix: 'civil-code-park' });

// The lists and that address are written in by scripts/finish-build.ts.
const pages = new Kept(self.__PRECACHE, { bundle: self.__PAGES });
registerRoute(pages.route);
cleanupOutdatedCaches();
const shop = new ShopPages(self.__SHOP_PRECACHE);
registerRoute(shop.route);

registerRoute(new NavigationRoute(dailyPage, { allowlist: [/^\/quiz\/daily(\?|$)/] }));
// Which voucher it is, the page finds on the phone.
registerRoute(
  new NavigationRoute(pages.respondWith('/wallet/vouchers/shell'), {
    allowlist: [/^\/wallet\/vouchers\/[^/?]+(\?|$)/],
  }),
);
registerRoute(({ request, sameOrigin }) => sameOrigin && request.destination === 'image', pictures);
registerRoute(new NavigationRoute(new NetworkOnly()));
// An address that is not on the phone, without a signal.
setCatchHandler(async ({ request }) => {
  const page = request.mode === 'navigate' ? await pages.match('/offline') : undefined;
  return page ?? Response.error();
});

self.addEventListener('install', (event) =>
  event.waitUntil(
    Promise.all([pages.fetchAll(), persistently(() => warmDailyPage(event)), shop.keepIfKept()]),
  ),
);
self.addEventListener('activate', (event) => {
  // The very first worker serves the open page at once, so that the walk can begin.
  event.waitUntil(
    Promise.all([dropOldDailyPages(), pages.tidy(event), shop.tidy(event), self.clients.claim()]),
  );
});
// Browsers with Background Sync: there is a signal again, perhaps long after the page was closed.
self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent;
  if (sync.tag === SYNC_TAG) sync.waitUntil(drainInBackground());
});
self.addEventListener('message', (event) => {
  const type = (event.data as { type?: string } | null)?.type;
  // A new version waits until the resident agrees; workbox-window sends this.
  if (type === 'SKIP_WAITING') void self.skipWaiting();
  if (type === 'KEEP_SHOP') {
    const answer = (kept: boolean) => event.ports[0]?.postMessage(kept);
    event.waitUntil(
      shop.keep().then(
        () => answer(true),
        () => answer(false),
      ),
    );
  }
  if (type === 'VERSION') event.ports[0]?.postMessage(version);
});

import { setTimeout as pause } from 'node:timers/promises';
import type { Chromium } from './chromium.ts';
import { Phone, type Tab } from './phone.ts';
import { places, watchPress } from './press-probe.ts';
import { robot, type Played } from './robot.ts';
import { SLOW } from './shaper.ts';
import type { Site } from './site.ts';
import type { Cost, SeenRequest } from './traffic.ts';

/** How many times slower than this machine the page's main thread is. */
const SLOWER = 4;
/** A link on which nothing moved for so long has nothing more to carry. */
const QUIET_MS = 1500;

/** Until the browser has ended what showed a page that was closed: the next page has a process of its own to start. */
const PUT_AWAY_MS = 2500;

export interface Visit extends Played {
  untilFeedback: Cost;
  untilNext: Cost;
  requests: SeenRequest[];
}

/** Somebody's very first visit, over the slow link. */
export async function coldVisit(browser: Chromium, site: Site): Promise<Visit> {
  return withPhone(browser, (phone) => play(phone, site, site.path));
}

/** The second visit, with the service worker installed but not running, over the slow link. Nothing was answered yet. */
export async function warmVisit(browser: Chromium, site: Site): Promise<Visit> {
  return withPhone(browser, async (phone) => {
    await visitBefore(phone, site);
    return play(phone, site, site.pathWithWorker);
  });
}

/** The same with the server stopped and the network cut. */
export async function offlineVisit(browser: Chromium, site: Site): Promise<Visit> {
  return withPhone(browser, async (phone) => {
    await visitBefore(phone, site);
    await Promise.all([site.shaper.cut(), site.down()]);
    try {
      return await play(phone, site, site.pathWithWorker);
    } finally {
      await site.up();
      await site.shaper.restore();
    }
  });
}

/** Somebody's very first visit, over the slow link. @returns ms from the navigation until it would open without a signal */
export async function visitUntilKept(browser: Chromium, site: Site): Promise<number> {
  return withPhone(browser, async (phone) => {
    const tab = await phone.tab();
    await tab.slowDown(SLOWER);
    site.shaper.renew(SLOW);
    await tab.open(site.shaper.url + site.pathWithWorker);
    await workerReady(tab);
    return tab.evaluate(() => performance.now());
  });
}

/** On a page that has finished loading. @returns ms from the finger leaving 提交 to the painted verdict */
export async function pressToFeedback(browser: Chromium, site: Site): Promise<number> {
  return withPhone(browser, async (phone) => {
    site.shaper.renew();
    const tab = await phone.tab();
    await tab.open(site.shaper.url + site.path);
    await untilQuiet(site);
    await tab.slowDown(SLOWER);
    await tab.touch((await tab.evaluate(places)).option);
    await pause(500);
    const { submit } = await tab.evaluate(places);
    const told = tab.hear<number>();
    await tab.evaluate(watchPress);
    await pause(200);
    await tab.touch(submit);
    return told;
  });
}

async function withPhone<Result>(
  browser: Chromium,
  use: (phone: Phone) => Promise<Result>,
): Promise<Result> {
  const phone = await Phone.unpack(browser);
  try {
    return await use(phone);
  } finally {
    await phone.throwAway();
  }
}

async function play(phone: Phone, site: Site, path: string): Promise<Visit> {
  const tab = await phone.tab();
  await tab.slowDown(SLOWER);
  await tab.inject(robot);
  site.shaper.renew(SLOW);
  const told = tab.hear<Played>();
  const [played] = await Promise.all([told, tab.open(site.shaper.url + path)]);
  const { traffic } = site.shaper;
  return {
    ...played,
    untilFeedback: traffic.costUntil(played.navigationAtMs + played.feedback),
    untilNext: traffic.costUntil(played.navigationAtMs + played.next),
    requests: traffic.requests,
  };
}

/** Near the server, so that preparing takes less time; it ends with everything on the phone and nothing running. */
async function visitBefore(phone: Phone, site: Site): Promise<void> {
  site.shaper.renew();
  const tab = await phone.tab();
  await tab.open(site.shaper.url + site.pathWithWorker);
  await workerReady(tab);
  await untilQuiet(site);
  await tab.stopWorkers();
  await tab.close();
  await pause(PUT_AWAY_MS);
}

async function workerReady(tab: Tab): Promise<void> {
  await tab.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active && active.state !== 'activated') {
      await new Promise((resolve) => active.addEventListener('statechange', resolve));
    }
  });
}

async function untilQuiet(site: Site): Promise<void> {
  do await pause(100);
  while (site.shaper.traffic.quietMs < QUIET_MS);
}

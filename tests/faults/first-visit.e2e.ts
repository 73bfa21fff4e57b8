import type { Page } from '@playwright/test';
import { Cable } from '../support/cable.ts';
import { expect, readyOffline, test } from '../support/test.ts';

/** Files that the service worker keeps by now; it has hundreds to fetch. */
const keptOn = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const opened = await Promise.all(names.map((name) => caches.open(name)));
    const keys = await Promise.all(opened.map((cache) => cache.keys()));
    return keys.flat().length;
  });
const installedOn = (page: Page) =>
  page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.active));

test('a signal that breaks off while the first visit is being kept does not keep it from being kept', async ({
  page,
  server,
}) => {
  const cable = await Cable.lay(server.port);
  const park = `http://127.0.0.1:${cable.port}`;
  try {
    await page.goto(`${park}/rules`);
    await expect.poll(() => keptOn(page), { intervals: [10] }).toBeGreaterThan(5);
    await cable.cut();
    expect(await installedOn(page)).toBe(false);
    await page.waitForTimeout(500);
    expect(await installedOn(page)).toBe(false);
    await cable.mend();
    await readyOffline(page);

    await cable.cut();
    await page.goto(`${park}/quiz/topic/contract`);
    await expect(page.getByRole('button', { name: '提交' })).toBeVisible();
  } finally {
    await cable.cut();
  }
});

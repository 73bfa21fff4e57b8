import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { Cable } from '../support/cable.ts';
import { expect, readyOffline, test } from '../support/test.ts';

/** Headers that say how a response came, not what it is. */
const OF_THE_WAY = [
  ...['connection', 'content-encoding', 'content-length', 'date', 'etag', 'keep-alive'],
  ...['last-modified', 'transfer-encoding', 'vary'],
];

/** How long the signal is away: long enough for what was on the way to fail. */
const OUTAGE_MS = 500;

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
    await page.waitForTimeout(OUTAGE_MS);
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

test('a signal that breaks off before the service worker has come does not keep it away', async ({
  browser,
  server,
}) => {
  // The browser itself reports the script that did not come.
  const context = await browser.newContext();
  const page = await context.newPage();
  let refused = 0;
  let broken = true;
  const line = createServer((near) => {
    const far = connect(server.port, '127.0.0.1');
    near.on('data', (data) => {
      if (!broken || !data.includes('GET /service-worker.js')) return;
      refused++;
      near.destroy();
    });
    near.on('error', () => undefined).on('close', () => far.destroy());
    far.on('error', () => undefined).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await once(line.listen(0, '127.0.0.1'), 'listening');
  try {
    await page.goto(`http://127.0.0.1:${(line.address() as AddressInfo).port}/rules`);
    await expect.poll(() => refused).toBeGreaterThan(0);
    await page.waitForTimeout(OUTAGE_MS);
    broken = false;
    await readyOffline(page);
  } finally {
    await context.close();
    line.close();
  }
});

test('a page that the phone has kept is the server’s, with its headers', async ({
  page,
  server,
}) => {
  await page.goto('/rules');
  await readyOffline(page);
  for (const path of ['/', '/topics', '/quiz/topic/anti-fraud', '/s/birth-gate', '/offline']) {
    const kept = await page.evaluate(async (address) => {
      const response = await fetch(address);
      return { headers: Object.fromEntries(response.headers), html: await response.text() };
    }, path);
    const sent = await fetch(server.url + path);
    expect(kept.html, path).toBe(await sent.text());
    const headers = new Headers(sent.headers);
    for (const name of OF_THE_WAY) headers.delete(name);
    delete kept.headers.vary;
    expect(kept.headers, path).toEqual(Object.fromEntries(headers));
    expect(kept.headers['content-security-policy'], path).toMatch(/script-src[^;]*'sha256-/);
  }
});

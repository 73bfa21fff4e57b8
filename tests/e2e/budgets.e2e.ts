import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Request } from '@playwright/test';
import { expect, readyOffline, test } from '../support/test.ts';
import { answerOn } from '../support/play.ts';

// Bytes as they cross the air (brotli), counted by the browser itself. They do not vary, so they are budgets.
const KB = 1000;
const KINDS: Record<string, 'html' | 'js' | 'css'> = {
  document: 'html',
  script: 'js',
  stylesheet: 'css',
};

test.describe('until the first answer has its full feedback', () => {
  for (const path of ['/quiz/topic/anti-fraud', '/quiz/daily']) {
    test(`${path}: JavaScript ≤ 45 KB, HTML with CSS ≤ 15 KB, nothing from another origin`, async ({
      page,
      server,
    }) => {
      const finished: Request[] = [];
      const foreign: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(server.url)) foreign.push(request.url());
      });
      page.on('requestfinished', (request) => finished.push(request));
      // What comes when the phone has nothing else to do is not needed for the answer.
      await page.addInitScript(() => {
        window.requestIdleCallback = () => 0;
      });
      await page.goto(path);
      await answerOn(page, true);
      await expect(page.getByText('答对 +2')).toBeVisible();
      const bytes = { html: 0, js: 0, css: 0 };
      for (const request of [...finished]) {
        const kind = KINDS[request.resourceType()];
        if (kind) bytes[kind] += (await request.sizes()).responseBodySize;
      }
      console.log(`${path}: ${JSON.stringify(bytes)}`);
      expect(bytes.js).toBeGreaterThan(10 * KB);
      expect(bytes.js).toBeLessThanOrEqual(45 * KB);
      expect(bytes.html).toBeGreaterThan(2 * KB);
      expect(bytes.html + bytes.css).toBeLessThanOrEqual(15 * KB);
      expect(foreign).toEqual([]);
    });
  }
});

test('what every resident’s phone loads for playing without a signal is at most 400 KB compressed', () => {
  const worker = readFileSync('build/client/service-worker.js', 'utf8');
  const [list = [], shopList = []] = [...worker.matchAll(/\[\{"url":.*?\}\]/g)]
    .map(([text]) => JSON.parse(text) as { url: string; bundled?: true }[])
    .sort((a, b) => b.length - a.length);
  const [urls, shops] = [list.map(({ url }) => url), shopList.map(({ url }) => url)];
  expect(urls.length).toBeGreaterThan(30);
  // All pages come in one file.
  const [bundle = ''] = /\/pages-\w+\.json/.exec(worker) ?? [];
  const fetched = [bundle, ...list.filter(({ bundled }) => !bundled).map(({ url }) => url)];
  const total = fetched.map((url) => compressedSize(url)).reduce((sum, n) => sum + n, 0);
  console.log(`precache: ${urls.length} entries in ${fetched.length} files, ${total} bytes`);
  expect(fetched.length).toBeLessThanOrEqual(150);
  expect(total).toBeLessThanOrEqual(400 * KB);
  const pages = ['/', '/topics', '/review', '/quiz/review', '/wallet', '/me', '/rules', '/privacy'];
  for (const page of [...pages, '/offline']) expect(urls).toContain(page);
  expect(urls.filter((url) => url.startsWith('/packs/'))).toHaveLength(1);
  expect(urls.filter((url) => /shop|\.wasm$/.test(url))).toEqual([]);
  const beside = shops.map((url) => compressedSize(url)).reduce((sum, n) => sum + n, 0);
  console.log(`a shop’s beside it: ${shops.length} files, ${beside} bytes`);
  expect(shops).toContain('/shop');
  expect(shops.filter((url) => url.endsWith('.wasm'))).toHaveLength(1);
  expect(shops.filter((url) => urls.includes(url))).toEqual([]);
});

test('a page that the service worker serves loads its own scripts and no others', async ({
  page,
}) => {
  await page.goto('/');
  await readyOffline(page);
  await page.reload();
  await page.waitForLoadState('networkidle');
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.endsWith('.js')),
  );
  console.log(`a second visit of the first page: ${scripts.length} scripts`);
  expect(scripts.length).toBeGreaterThan(5);
  expect(scripts.length).toBeLessThanOrEqual(40);
});

/** As the server sends it: by brotli where that makes it smaller. */
function compressedSize(url: string): number {
  const candidates = [
    join('build/client', url),
    join('build/prerendered', `${url === '/' ? '/index' : url}.html`),
  ];
  const file = candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (!file) throw new Error(`${url} is in the list but not in the build`);
  return statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
}

test('the pictures for installing are there and of the size they claim', async ({ request }) => {
  const manifest = (await (await request.get('/manifest.webmanifest')).json()) as {
    icons: { src: string; sizes: string }[];
    screenshots: { src: string; sizes: string }[];
    shortcuts: { url: string; icons: { src: string; sizes: string }[] }[];
  };
  const pictures = [
    ...manifest.icons,
    ...manifest.screenshots,
    ...manifest.shortcuts.flatMap((s) => s.icons),
  ];
  for (const { src, sizes } of pictures) {
    const png = await (await request.get(src)).body();
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, src).toBe(sizes);
  }
  for (const { url } of manifest.shortcuts)
    expect((await request.get(url)).status(), url).toBe(200);
  expect(readdirSync('static/icons').length).toBeGreaterThan(8);
});

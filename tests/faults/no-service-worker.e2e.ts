import { readdirSync, readFileSync } from 'node:fs';
import { createServer, connect, type Server } from 'node:net';
import { once } from 'node:events';
import type { Page } from '@playwright/test';
import { contradictionsIn, keptOn } from '../support/kept.ts';
import { answerOn, goOn, playToEnd } from '../support/play.ts';
import { earnedOn } from '../support/wallet.ts';
import { TestServer, freePort } from '../support/server.ts';
import { expect, test as base } from '../support/test.ts';

/** A server that a test may stop. */
const test = base.extend<{ site: TestServer }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a fixture needs from this pattern
  site: async ({}, use) => {
    const site = await TestServer.start();
    await use(site);
    await site.remove();
  },
  baseURL: async ({ site }, use) => use(site.url),
});

/** The path of the chunk of the build under test in which all these strings are. */
function chunkWith(...strings: string[]): string {
  const dir = '_app/immutable/chunks';
  const found = readdirSync(`build/client/${dir}`)
    .filter((file) => file.endsWith('.js'))
    .find((file) => {
      const code = readFileSync(`build/client/${dir}/${file}`, 'utf8');
      return strings.every((string) => code.includes(string));
    });
  if (!found) throw new Error(`no chunk has ${strings.join(', ')}`);
  return `/${dir}/${found}`;
}

/** The path of the code of the page at `path`, which the first page does not load. */
async function codeOf(site: TestServer, path: string): Promise<string> {
  const nodes = async (at: string): Promise<readonly string[]> =>
    (await (await fetch(site.url + at)).text()).match(/_app\/immutable\/nodes\/[\w.-]+\.js/g) ?? [];
  const home = await nodes('/');
  const found = (await nodes(path)).find((node) => !home.includes(node));
  if (!found) throw new Error(`${path} names no code of its own`);
  return `/${found}`;
}

/** All that the page fetches while it idles has come. */
async function idleAt(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.waitForLoadState('networkidle');
}

const WITHOUT = {
  'service workers refused': { serviceWorkers: 'block', undefine: false },
  'no service workers at all': { serviceWorkers: 'allow', undefine: true },
} as const;

for (const [how, { serviceWorkers, undefine }] of Object.entries(WITHOUT)) {
  // For the pages it is the same; npm run test:long tries it both ways.
  if (!process.env.LONG && !undefine) continue;
  test.describe(how, () => {
    test.use({ serviceWorkers });
    test.beforeEach(async ({ context }) => {
      if (undefine)
        await context.addInitScript(() =>
          Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'),
        );
    });

    test('from the first page, without a signal: a whole round can be played, and the wallet has its points', async ({
      page,
      site,
    }) => {
      await idleAt(page, '/');
      await site.down();
      await page.getByRole('link', { name: '主题练习' }).click();
      await page.getByRole('link', { name: '枫桥经验与基层治理' }).click();
      await playToEnd(page, () => true);
      await page.getByRole('link', { name: '看钱包' }).click();
      await expect.poll(() => earnedOn(page)).toBe(20);
      expect(contradictionsIn(await keptOn(page))).toEqual([]);
    });

    test('from a round, without a signal: it goes on to its end and to another topic', async ({
      page,
      site,
    }) => {
      await idleAt(page, '/quiz/topic/fengqiao');
      await site.down();
      await playToEnd(page, () => true);
      await page.getByRole('link', { name: '换个主题' }).click();
      await page.getByRole('link', { name: '反诈' }).click();
      await answerOn(page, true);
      await expect(page.getByText('答对 +2')).toBeVisible();
    });

    test('from 今日五题, without a signal: all five, and home with its points', async ({
      page,
      site,
    }) => {
      await idleAt(page, '/quiz/daily');
      await site.down();
      await playToEnd(page, () => true);
      await expect(page.getByText('+13 积分')).toBeVisible();
      await page.getByRole('link', { name: '回首页' }).click();
      await expect(page.locator('.points strong')).toHaveText('13');
    });

    test('what the idle phone could not fetch comes when the signal is back, and serves without one', async ({
      page,
      site,
    }) => {
      const awayFor = new Set([
        chunkWith('/quiz/checkup', '/quiz/review', '/privacy'),
        await codeOf(site, '/quiz/topic/fengqiao'),
      ]);
      const came = new Set<string>();
      page.on('requestfinished', (request) => came.add(new URL(request.url()).pathname));
      // Away when the page asks for the part that keeps the rest, and again in the middle of the rest.
      await page.route('**/_app/immutable/**', (route) =>
        awayFor.delete(new URL(route.request().url()).pathname) ? route.abort() : route.continue(),
      );
      const missed = [...awayFor];
      await page.goto('/');
      await expect
        .poll(() => missed.every((path) => came.has(path)), { timeout: 40_000 })
        .toBe(true);
      expect(awayFor.size).toBe(0);
      await page.waitForLoadState('networkidle');
      await site.down();
      await page.getByRole('link', { name: '主题练习' }).click();
      await page.getByRole('link', { name: '枫桥经验与基层治理' }).click();
      await answerOn(page, true);
    });

    test('a stylesheet that did not come is asked for until it is there', async ({ page }) => {
      const missed = new Set<string>();
      await page.route('**/*.css', (route) => {
        const { pathname } = new URL(route.request().url());
        if (missed.has(pathname)) return route.continue();
        missed.add(pathname);
        return route.abort();
      });
      await page.goto('/');
      await expect.poll(() => missed.size).toBeGreaterThan(3);
      const there = () =>
        page.evaluate(() =>
          [...document.styleSheets].map(({ href }) => href && new URL(href).pathname),
        );
      await expect(async () => {
        expect(await there()).toEqual(expect.arrayContaining([...missed]));
      }).toPass({ timeout: 40_000 });
    });

    test('the signal comes back: nothing is lost', async ({ page, site }) => {
      await idleAt(page, '/quiz/topic/fengqiao');
      await site.down();
      await answerOn(page, true);
      await expect(page.getByText('答对 +2')).toBeVisible();
      await site.up();
      await page.reload();
      await expect(page.getByRole('status').first()).toHaveText(/^答对了/);
    });
  });
}

test.describe('in WeChat', () => {
  test.use({
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50 NetType/4G Language/zh_CN',
    serviceWorkers: 'block',
  });
  const hint = (page: Page) => page.getByText('在浏览器打开', { exact: true });

  test('the first page offers 在浏览器打开 before any points', async ({ page }) => {
    await page.goto('/');
    await expect(hint(page)).toBeVisible();
    await expect(page.locator('.points strong')).toHaveText('0');
  });

  test('who comes by a link to a topic is offered it too', async ({ page }) => {
    await page.goto('/quiz/topic/fengqiao');
    await expect(hint(page)).toBeVisible();
    await answerOn(page, true);
    await expect(hint(page)).toHaveCount(0);
  });

  test('不用了 is a no, also on the next visit', async ({ page }) => {
    await page.goto('/');
    await page.getByRole('button', { name: '不用了' }).click();
    await expect(hint(page)).toHaveCount(0);
    await page.reload();
    await page.waitForLoadState('networkidle');
    await expect(hint(page)).toHaveCount(0);
  });
});

/** A line to the server that breaks off once in the middle of the pack. */
async function brokenLine(
  to: number,
): Promise<{ url: string; mend: () => void; close: () => void }> {
  const port = await freePort();
  const state = { broken: true };
  const line: Server = createServer((phone) => {
    const server = connect(to, '127.0.0.1');
    let pack = false;
    phone.on('data', (data) => (pack ||= data.includes('GET /packs/')));
    server.on('data', (data: Buffer) => {
      if (state.broken && pack) {
        phone.write(data.subarray(0, Math.min(4000, data.length >> 1)), () => phone.destroy());
        server.destroy();
      } else phone.write(data);
    });
    phone.on('data', (data) => server.write(data));
    for (const [one, two] of [
      [phone, server],
      [server, phone],
    ] as const) {
      one.on('error', () => two.destroy());
      one.on('close', () => two.end());
    }
  }).listen(port, '127.0.0.1');
  await once(line, 'listening');
  return {
    url: `http://localhost:${port}`,
    mend: () => (state.broken = false),
    close: () => line.close(),
  };
}

test.describe('a pack that broke off on the way', () => {
  test.use({ serviceWorkers: 'block' });

  test('is fetched again by 再试一次 when the line is mended', async ({ page, site }) => {
    const line = await brokenLine(site.port);
    await page.goto(`${line.url}/quiz/topic/fengqiao`);
    await answerOn(page, true);
    await goOn(page);
    // The second question came with the page; the third needs the pack.
    await answerOn(page, true);
    await page.getByRole('button', { name: /^(下一题|看成绩)$/ }).click();
    await expect(page.getByText('题目还没下载完')).toBeVisible();
    line.mend();
    await page.getByRole('button', { name: '再试一次' }).click();
    await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '2');
    await expect(page.getByRole('button', { name: '提交' })).toBeVisible();
    line.close();
  });
});

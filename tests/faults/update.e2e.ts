import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { contradictionsIn, keptOn } from '../support/kept.ts';
import { answerOn, goOn } from '../support/play.ts';
import { buildNext } from '../support/second-build.ts';
import { TestServer } from '../support/server.ts';
import { expect, readyOffline, test as base } from '../support/test.ts';

const TOPIC = '/quiz/topic/fengqiao';
const NEW_GREETING = '湖边走一走，新版学一学';
const OLD_BUILD = resolve('build');

const test = base.extend<{ site: TestServer }, { next: string }>({
  next: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a fixture needs from this pattern
    async ({}, use) => {
      const next = buildNext(NEW_GREETING);
      await use(next.buildDir);
      next.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  /** A server for each test, which begins with the old build. */
  // eslint-disable-next-line no-empty-pattern -- as above
  site: async ({}, use) => {
    const site = await TestServer.start({ buildDir: OLD_BUILD });
    await use(site);
    await site.remove();
  },
  baseURL: async ({ site }, use) => use(site.url),
});

/** The same address and data directory, the next build. */
async function deploy(site: TestServer, buildDir: string): Promise<void> {
  await site.down();
  await site.up({ buildDir });
}

/** What the browser does by itself when a page is opened, or comes to the front again. */
async function lookForUpdate(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    const next = registration.installing ?? registration.waiting;
    await new Promise<void>((done) => {
      const look = () => (next?.state === 'installed' ? done() : undefined);
      next?.addEventListener('statechange', look);
      look();
    });
  });
}

const bar = (page: Page) => page.getByRole('status').filter({ hasText: '有新版本了。' });
const update = (page: Page) => page.getByRole('button', { name: '更新', exact: true });

/** On the first page, controlled by the old worker, as on every visit but the first. */
async function openAgain(page: Page, path = '/'): Promise<void> {
  await page.goto(path);
  await readyOffline(page);
  await page.reload();
  await page.waitForLoadState('networkidle');
}

test('chunks and the pack of the old build are still served, also those no page had loaded', async ({
  page,
  site,
  next,
}) => {
  const files = readdirSync(`${OLD_BUILD}/client`, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /^(packs|_app\/immutable)\/.*\.(js|css|json)$/.test(file),
  );
  await deploy(site, next);
  const answers = await Promise.all(
    files.map(async (file) => (await page.request.get(`/${file}`)).status()),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(new Set(answers)).toEqual(new Set([200]));
});

test.describe('without a service worker', () => {
  test.use({ serviceWorkers: 'block' });

  test('the old page plays on after the new build came, on pages it had not opened', async ({
    page,
    site,
    next,
  }) => {
    await page.goto(TOPIC);
    await answerOn(page, true);
    await deploy(site, next);
    await goOn(page);
    await answerOn(page, true);
    await page.getByRole('link', { name: '主题' }).first().click();
    await page.getByRole('link', { name: '护航亚运' }).click();
    await answerOn(page, true);
    await expect(page.locator('.award')).toBeVisible();
  });

  test('a saved round is taken up by the new build even if its old pack must be fetched again', async ({
    page,
    site,
    next,
  }) => {
    await page.goto(TOPIC);
    await answerOn(page, true);
    await goOn(page);
    await expect.poll(async () => (await keptOn(page)).rounds[0]?.at).toBe(1);
    const stem = await page.locator('form legend').innerText();
    await deploy(site, next);
    await page.goto('/icon.svg');
    await page.evaluate(async () => {
      const request = indexedDB.open('civil-code-park');
      await new Promise((done) => (request.onsuccess = done));
      const tx = request.result.transaction('packs', 'readwrite');
      tx.objectStore('packs').clear();
      await new Promise((done) => (tx.oncomplete = done));
      request.result.close();
    });
    await page.goto(TOPIC);
    await expect(page.locator('form legend')).toHaveText(stem);
  });
});

test('the new version is offered on a page outside of a round, and 更新 brings it', async ({
  page,
  site,
  next,
}) => {
  await openAgain(page);
  await deploy(site, next);
  await lookForUpdate(page);
  await update(page).click();
  await expect(page.getByText(NEW_GREETING)).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
});

test('更新 brings the new version also to the page of the very first visit', async ({
  page,
  site,
  next,
}) => {
  await page.goto('/');
  await readyOffline(page);
  await page.waitForLoadState('networkidle');
  await deploy(site, next);
  await lookForUpdate(page);
  await update(page).click();
  await expect(page.getByText(NEW_GREETING)).toBeVisible();
});

test('以后再说 leaves the old version in peace until the next page', async ({
  page,
  site,
  next,
}) => {
  await openAgain(page);
  await deploy(site, next);
  await lookForUpdate(page);
  await page.getByRole('button', { name: '以后再说' }).click();
  await expect(bar(page)).toHaveCount(0);
  await expect(page.getByText(NEW_GREETING)).toHaveCount(0);
});

test('within a round nothing is offered, and the round goes on; behind it the bar is there', async ({
  page,
  site,
  next,
}) => {
  await openAgain(page, TOPIC);
  await answerOn(page, true);
  await deploy(site, next);
  await lookForUpdate(page);
  await goOn(page);
  await answerOn(page, true);
  await expect(bar(page)).toHaveCount(0);
  await page.getByRole('link', { name: '主题' }).first().click();
  await expect(bar(page)).toBeVisible();
});

test('a second round by 再来一轮 is a round too', async ({ page, context, site, next }) => {
  test.slow();
  await openAgain(page, TOPIC);
  for (let n = 0; n < 10; n++) {
    await answerOn(page, true);
    await goOn(page);
  }
  await page.getByRole('button', { name: '再来一轮' }).click();
  await answerOn(page, true);
  await deploy(site, next);
  await lookForUpdate(page);
  const other = await context.newPage();
  await other.goto('/');
  await expect(other.getByText('我的积分')).toBeVisible();
  await expect
    .poll(() =>
      other.evaluate(async () =>
        Boolean((await navigator.serviceWorker.getRegistration())?.waiting),
      ),
    )
    .toBe(true);
  await other.getByRole('link', { name: '积分规则' }).click();
  await expect(other.getByRole('heading', { name: '积分规则' })).toBeVisible();
  await expect(bar(other)).toHaveCount(0);
});

test('while another tab is in a round nothing is offered; when it has left the round, it is', async ({
  page,
  context,
  site,
  next,
}) => {
  await openAgain(page);
  const other = await context.newPage();
  await other.goto(TOPIC);
  await answerOn(other, true);
  await deploy(site, next);
  await lookForUpdate(page);
  await page.getByRole('link', { name: '积分规则' }).click();
  await expect(page.getByRole('heading', { name: '积分规则' })).toBeVisible();
  await expect(bar(page)).toHaveCount(0);

  await other.close();
  await page.getByRole('link', { name: '首页' }).first().click();
  await expect(bar(page)).toBeVisible();
});

test('a round begun in another tab after the offer is not disturbed by 更新', async ({
  page,
  context,
  site,
  next,
}) => {
  await openAgain(page);
  await deploy(site, next);
  await lookForUpdate(page);
  await expect(bar(page)).toBeVisible();
  const other = await context.newPage();
  await other.goto(TOPIC);
  await answerOn(other, true);
  await other.evaluate(() => Object.assign(window, { undisturbed: true }));

  await update(page).click();
  await expect(page.getByText('另一个页面正在答题')).toBeVisible();
  await goOn(other);
  expect(await other.evaluate(() => 'undisturbed' in window)).toBe(true);
});

test('a saved round survives the update: same question, same order, same pack', async ({
  page,
  context,
  site,
  next,
}) => {
  await openAgain(page, TOPIC);
  await answerOn(page, true);
  await goOn(page);
  await expect.poll(async () => (await keptOn(page)).rounds[0]?.at).toBe(1);
  const stem = await page.locator('form legend').innerText();
  const options = await page.locator('form .label').allInnerTexts();
  const before = await keptOn(page);
  await page.goto('/');
  await deploy(site, next);
  await lookForUpdate(page);
  await update(page).click();
  await expect(page.getByText(NEW_GREETING)).toBeVisible();

  await context.setOffline(true);
  await page.goto(TOPIC);
  await expect(page.locator('form legend')).toHaveText(stem);
  expect(await page.locator('form .label').allInnerTexts()).toEqual(options);
  await answerOn(page, true);
  await expect(page.locator('.award')).toBeVisible();
  const kept = await keptOn(page);
  expect(kept.attempts.map(({ packHash }) => packHash)).toEqual(
    Array(2).fill(before.rounds[0]?.packHash),
  );
  expect(contradictionsIn(kept)).toEqual([]);
});

test('two tabs outside of a round: 更新 in one brings the new version to both', async ({
  page,
  context,
  site,
  next,
}) => {
  await openAgain(page);
  const other = await context.newPage();
  await other.goto('/');
  await other.waitForLoadState('networkidle');
  await deploy(site, next);
  await lookForUpdate(page);
  await update(page).click();
  for (const tab of [page, other]) await expect(tab.getByText(NEW_GREETING)).toBeVisible();
});

import { readdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { contradictionsIn, keptOn } from '../support/kept.ts';
import { answerKept, answerOn, goOn, playToEnd } from '../support/play.ts';
import { NEW_GREETING, OLD_BUILD, UNTOUCHED_TOPIC } from '../support/next-build.ts';
import { expect, readyOffline } from '../support/test.ts';
import { deployNext, test } from '../support/two-builds.ts';

const TOPIC = `/quiz/topic/${UNTOUCHED_TOPIC}`;

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
  site,
}) => {
  const files = readdirSync(`${OLD_BUILD}/client`, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /^(packs|_app\/immutable)\/.*\.(js|css|json)$/.test(file),
  );
  await deployNext(site);
  const answers = await Promise.all(
    files.map(async (file) => (await fetch(`${site.url}/${file}`)).status),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(new Set(answers)).toEqual(new Set([200]));
});

test.describe('without a service worker', () => {
  test.use({ serviceWorkers: 'block' });

  test('the old page plays on after the new build came, on pages it had not opened', async ({
    page,
    site,
  }) => {
    await page.goto(TOPIC);
    await answerOn(page, true);
    await goOn(page);
    // SvelteKit has asked for its error page by then: nothing is on the way while the server restarts.
    await page.waitForLoadState('networkidle');
    await deployNext(site);
    await answerOn(page, true);
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
  }) => {
    await page.goto(TOPIC);
    await answerOn(page, true);
    await goOn(page);
    await expect.poll(async () => (await keptOn(page)).rounds[0]?.at).toBe(1);
    const stem = await page.locator('form legend').innerText();
    await deployNext(site);
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

test('更新 brings the new version also to the page of the very first visit', async ({
  page,
  site,
}) => {
  await page.goto('/');
  await readyOffline(page);
  await page.waitForLoadState('networkidle');
  await deployNext(site);
  await lookForUpdate(page);
  await update(page).click();
  await expect(page.getByText(NEW_GREETING)).toBeVisible();
});

test('within a round nothing is offered, nor in the next by 再来一轮; behind them it is, until 以后再说', async ({
  page,
  context,
  site,
}) => {
  test.slow();
  await openAgain(page, TOPIC);
  await answerKept(page, true);
  await deployNext(site);
  await lookForUpdate(page);
  await goOn(page);
  await answerOn(page, true);
  await expect(bar(page)).toHaveCount(0);
  await goOn(page);
  await playToEnd(page, () => true);

  await page.getByRole('button', { name: '再来一轮' }).click();
  await answerKept(page, true);
  await expect(bar(page)).toHaveCount(0);
  const other = await context.newPage();
  await other.goto('/');
  await expect(other.getByText('我的积分')).toBeVisible();
  await other.getByRole('link', { name: '积分规则' }).click();
  await expect(other.getByRole('heading', { name: '积分规则' })).toBeVisible();
  await expect(bar(other)).toHaveCount(0);

  await page.getByRole('link', { name: '主题' }).first().click();
  await page.getByRole('button', { name: '以后再说' }).click();
  await expect(bar(page)).toHaveCount(0);
  await expect(page.getByText(NEW_GREETING)).toHaveCount(0);
  await page.goto('/rules');
  await expect(bar(page)).toBeVisible();
});

test('while another tab is in a round nothing is offered; one begun after the offer is not disturbed by 更新', async ({
  page,
  context,
  site,
}) => {
  await openAgain(page);
  const first = await context.newPage();
  await first.goto(TOPIC);
  await answerKept(first, true);
  await deployNext(site);
  await lookForUpdate(page);
  await page.getByRole('link', { name: '积分规则' }).click();
  await expect(page.getByRole('heading', { name: '积分规则' })).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
  await first.close();
  await page.getByRole('link', { name: '首页' }).first().click();
  await expect(bar(page)).toBeVisible();

  const second = await context.newPage();
  await second.goto(TOPIC);
  await expect(second.getByRole('status').first()).toHaveText(/^答对了/);
  await second.evaluate(() => Object.assign(window, { undisturbed: true }));
  await update(page).click();
  await expect(page.getByText('另一个页面正在答题')).toBeVisible();
  await goOn(second);
  expect(await second.evaluate(() => 'undisturbed' in window)).toBe(true);
});

test('a saved round survives the update: same question, same order, same pack', async ({
  page,
  context,
  site,
}) => {
  await openAgain(page, TOPIC);
  await answerOn(page, true);
  await goOn(page);
  await expect.poll(async () => (await keptOn(page)).rounds[0]?.at).toBe(1);
  const stem = await page.locator('form legend').innerText();
  const options = await page.locator('form .label').allInnerTexts();
  const before = await keptOn(page);
  await page.goto('/');
  await deployNext(site);
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

test('outside of a round the new version is offered, and 更新 in one tab brings it to both', async ({
  page,
  context,
  site,
}) => {
  await openAgain(page);
  const other = await context.newPage();
  await other.goto('/');
  await other.waitForLoadState('networkidle');
  await deployNext(site);
  await lookForUpdate(page);
  await update(page).click();
  for (const tab of [page, other]) await expect(tab.getByText(NEW_GREETING)).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
});

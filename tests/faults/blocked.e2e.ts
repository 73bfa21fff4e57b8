import type { BrowserContext, Page } from '@playwright/test';
import { answerOn, goOn } from '../support/play.ts';
import { expect, readyOffline, test } from '../support/test.ts';

const TOPIC = '/quiz/topic/fengqiao';

/** A page of the same origin that runs no code of the app and holds the database open at a version. */
async function holdAt(context: BrowserContext, url: string, version: number): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/icon.svg`);
  await page.evaluate(async (wanted) => {
    const request = indexedDB.open('civil-code-park', wanted);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion > 0) return;
      // As the first version of the app made it.
      const db = request.result;
      db.createObjectStore('attempts', { keyPath: 'id' }).createIndex('byQuestion', 'questionId');
      db.createObjectStore('awards', { keyPath: 'key' }).createIndex('byDay', 'day');
      db.createObjectStore('outbox', { keyPath: 'id' });
      db.createObjectStore('rounds');
      db.createObjectStore('packs', { keyPath: 'hash' });
      db.createObjectStore('settings');
    };
    await new Promise((resolve, reject) => {
      request.onsuccess = resolve;
      request.onerror = () => reject(new Error(String(request.error)));
    });
    Object.assign(window, { held: request.result });
  }, version);
  return page;
}

test('an older page that holds the database: plain words, and the app goes on when it closes', async ({
  page,
  context,
  server,
}) => {
  const older = await holdAt(context, server.url, 1);
  await page.goto(TOPIC);
  await expect(page.getByRole('alert').filter({ hasText: '另一个旧页面还开着' })).toBeVisible();
  await answerOn(page, true);
  await expect(page.locator('.award')).toHaveCount(0);

  await older.close();
  await expect(page.getByText('答对 +2')).toBeVisible();
  await expect(page.getByText('另一个旧页面还开着')).toHaveCount(0);
  await goOn(page);
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
});

test('an older page that holds the database does not keep a resident from the next question', async ({
  page,
  context,
  server,
}) => {
  await holdAt(context, server.url, 1);
  await page.goto(TOPIC);
  await expect(page.getByRole('alert').filter({ hasText: '另一个旧页面还开着' })).toBeVisible();
  await answerOn(page, true);
  await goOn(page);
});

test('a newer database from the start: plain words that fit, and a question can be answered', async ({
  page,
  context,
  server,
}) => {
  const newer = await holdAt(context, server.url, 99);
  await newer.close();
  await page.goto(TOPIC);
  await answerOn(page, true);
  await goOn(page);
  await expect(
    page.getByRole('alert').filter({ hasText: '民法典公园已在另一个页面更新' }),
  ).toBeVisible();
  await expect(page.getByText('这个浏览器不让网页存东西')).toHaveCount(0);
});

test('a newer app in another tab while a round is open: what was saved is kept, the next answer says it is not', async ({
  page,
  context,
  server,
}) => {
  await page.goto(TOPIC);
  await readyOffline(page);
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();

  await holdAt(context, server.url, 99);
  await expect(
    page.getByRole('alert').filter({ hasText: '民法典公园已在另一个页面更新' }),
  ).toBeVisible();
  await goOn(page);
  await answerOn(page, true);
  await expect(page.locator('.unsaved')).toContainText('这里存不了新的作答');
  await expect(page.locator('.award')).toHaveCount(0);
});

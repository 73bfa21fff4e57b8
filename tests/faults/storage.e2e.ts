import type { BrowserContext, Page } from '@playwright/test';
import { contradictionsIn, keptOn, pointsOf } from '../support/kept.ts';
import { Phone, test, expect } from '../support/phone.ts';
import { answerOn, goOn, playToEnd } from '../support/play.ts';
import { earnedOn } from '../support/wallet.ts';
import { readyOffline } from '../support/test.ts';

const TOPIC = '/quiz/topic/fengqiao';
const NOT_SAVED = /还没有存下|没能存下/;

/** The database has what the page names. */
async function expectSaved(page: Page, attempts: number): Promise<void> {
  await expect.poll(async () => (await keptOn(page)).attempts.length).toBe(attempts);
}

/** A phone whose browser has been on the site before. Made once for each worker, copied for each test. */
const usedBefore = test.extend<{ used: Phone }, { visited: Phone }>({
  visited: [
    async ({ server }, use) => {
      const phone = new Phone(server.url);
      const page = await phone.open(TOPIC);
      await readyOffline(page);
      await page.waitForLoadState('networkidle');
      await phone.kill();
      await use(phone);
      await phone.remove();
    },
    { scope: 'worker' },
  ],
  used: async ({ visited }, use) => {
    const phone = visited.copy();
    await use(phone);
    await phone.remove();
    expect(phone.errors, 'no page reports an error').toEqual([]);
  },
});

test.describe('a browser that lets no site keep anything', () => {
  const SITE_DATA_BLOCKED = { profile: { default_content_setting_values: { cookies: 2 } } };

  async function openRefused(phone: Phone, path: string): Promise<Page> {
    const page = await phone.prefer(SITE_DATA_BLOCKED).open(path);
    const refused = await page.evaluate(async () => {
      const request = indexedDB.open('try');
      const opened = await new Promise((resolve) => {
        request.onsuccess = () => resolve('opened');
        request.onerror = () => resolve(request.error?.name);
      });
      try {
        return [opened, localStorage.length];
      } catch (error) {
        return [opened, (error as DOMException).name];
      }
    });
    expect(refused, 'storage is refused for real').toEqual(['UnknownError', 'SecurityError']);
    return page;
  }

  test('says so in plain words, names no points as kept, and a whole round can be played', async ({
    phone,
  }) => {
    const page = await openRefused(phone, TOPIC);
    await answerOn(page, true);
    await expect(
      page.getByRole('alert').filter({ hasText: '这个浏览器不让网页存东西' }),
    ).toBeVisible();
    // Either no points at all, or with the word that they end with the page.
    await expect(page.locator('.kept')).not.toHaveText(/^\s*答对 \+2\s*$/);
    await goOn(page);
    await playToEnd(page, () => true);
    await expect(page.getByText('答对 10 题，共 10 题')).toBeVisible();
  });

  test('neither the wallet nor 我的 claims that the answers are on this phone', async ({
    phone,
  }) => {
    const page = await openRefused(phone, '/');
    // The app has started: from here on no link loads a page anew, with which all would be gone.
    await expect(
      page.getByRole('alert').filter({ hasText: '这个浏览器不让网页存东西' }),
    ).toBeVisible();
    await page.getByRole('link', { name: '主题练习' }).click();
    await page.getByRole('link', { name: '反诈' }).click();
    await answerOn(page, true);
    await page.goBack();
    await page.goBack();
    await page.getByRole('link', { name: '钱包' }).click();
    await expect.poll(() => earnedOn(page)).toBe(2);
    await expect(page.getByText('只存在这台手机上')).toHaveCount(0);
    await page.getByRole('button', { name: '知道了' }).click();
    await page.getByRole('link', { name: '首页' }).first().click();
    await page.getByRole('link', { name: '我的', exact: true }).click();
    await expect(page.getByRole('switch', { name: '长辈版' })).toBeVisible();
    await expect(page.getByText(/这台手机上存着 \d+ 次作答/)).toHaveCount(0);
  });
});

test.describe('a full phone', () => {
  /** The app was used before the phone was full. The browser counts room anew only after a restart. */
  async function openFull(phone: Phone, path: string) {
    const page = await phone.open('about:blank');
    const session = await page.context().newCDPSession(page);
    const origin = phone.baseURL;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    await page.goto(path);
    return { page, makeRoom: () => session.send('Storage.overrideQuotaForOrigin', { origin }) };
  }

  usedBefore(
    'an answer that finds no room says so, names no points, and is saved once there is room',
    async ({ used }) => {
      const { page, makeRoom } = await openFull(used, TOPIC);
      await answerOn(page, true);
      await expect(page.getByText('手机存储空间满了，这一题还没有存下。')).toBeVisible();
      await expect(page.locator('.award')).toHaveCount(0);
      expect((await keptOn(page)).attempts).toHaveLength(0);

      await makeRoom();
      await page.getByRole('button', { name: '再存一次' }).click();
      await expect(page.getByText('答对 +2')).toHaveCount(1);
      const kept = await keptOn(page);
      expect(pointsOf(kept)).toBe(2);
      expect(contradictionsIn(kept)).toEqual([]);
    },
  );

  usedBefore('pressing 再存一次 many times saves the answer once', async ({ used }) => {
    const { page, makeRoom } = await openFull(used, TOPIC);
    await answerOn(page, true);
    await expect(page.getByText(NOT_SAVED)).toBeVisible();
    await makeRoom();
    await page.evaluate(() => {
      const again = [...document.querySelectorAll('button')].find(
        (b) => b.textContent === '再存一次',
      );
      for (let i = 0; i < 5; i++) again?.click();
    });
    await expect(page.getByText('答对 +2')).toHaveCount(1);
    await expectSaved(page, 1);
    expect(contradictionsIn(await keptOn(page))).toEqual([]);
  });

  usedBefore(
    'a second answer says so too; what waited is saved by the next one',
    async ({ used }) => {
      const { page, makeRoom } = await openFull(used, TOPIC);
      for (let n = 0; n < 2; n++) {
        await answerOn(page, true);
        await expect(page.getByText(NOT_SAVED)).toBeVisible();
        await goOn(page);
      }
      await makeRoom();
      await answerOn(page, true);
      await expect(page.getByText('答对 +2')).toHaveCount(1);
      const kept = await keptOn(page);
      expect(pointsOf(kept)).toBe(6);
      expect(contradictionsIn(kept)).toEqual([]);
    },
  );

  usedBefore(
    'a round that ends with unsaved answers says so at its end and can still save them',
    async ({ used }) => {
      const { page, makeRoom } = await openFull(used, TOPIC);
      await playToEnd(page, () => true);
      await expect(page.getByText(NOT_SAVED)).toBeVisible();
      await makeRoom();
      await page.getByRole('button', { name: '再存一次' }).click();
      await expectSaved(page, 10);
      await expect(page.getByText('+20 积分')).toBeVisible();
    },
  );

  test('a phone that is full at the first visit is told so, not that the browser refuses', async ({
    phone,
  }) => {
    const { page } = await openFull(phone, TOPIC);
    await answerOn(page, true);
    await expect(page.getByText('手机存储空间满了')).toBeVisible();
    await expect(page.getByText('这个浏览器不让网页存东西')).toHaveCount(0);
  });
});

test.describe('site data cleared', () => {
  async function clear(context: BrowserContext, page: Page, url: string, storageTypes = 'all') {
    const session = await context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', { origin: url, storageTypes });
  }

  test('while a round is open: the page says what happened, later answers are saved, and the result adds up what is kept', async ({
    page,
    context,
    server,
  }) => {
    await page.goto(TOPIC);
    await readyOffline(page);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    await clear(context, page, server.url);
    await expect(page.getByRole('alert').filter({ hasText: '刚刚清空了本站的数据' })).toBeVisible();

    await goOn(page);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    await expectSaved(page, 1);
    await goOn(page);
    await playToEnd(page, () => true);
    expect(pointsOf(await keptOn(page))).toBe(18);
    await expect(page.getByText('+18 积分')).toBeVisible();
  });

  test('while the wallet is open: it shows what is left', async ({ page, context, server }) => {
    await page.goto(TOPIC);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    await page.goto('/wallet');
    await expect.poll(() => earnedOn(page)).toBe(2);
    await clear(context, page, server.url);
    await expect(page.getByRole('alert').filter({ hasText: '刚刚清空了本站的数据' })).toBeVisible();
    await expect.poll(() => earnedOn(page)).toBe(0);
  });

  test('while nothing had been answered: it does not speak of lost answers', async ({
    page,
    context,
    server,
  }) => {
    await page.goto('/');
    await readyOffline(page);
    await expect(page.getByText('练了 0 天')).toBeVisible();
    const opened = page.evaluate(async () => (await indexedDB.databases()).length);
    await expect.poll(() => opened).toBe(1);
    await clear(context, page, server.url);
    await expect
      // A worker that was cleared too may bring the page anew.
      .poll(() => page.evaluate(async () => (await indexedDB.databases()).length).catch(() => 0))
      .toBe(1);
    await expect(page.getByText('没有同步的作答已经不在了')).toHaveCount(0);
  });

  test('between two visits: the app opens, works and keeps the next answers', async ({
    page,
    context,
    server,
  }) => {
    await page.goto(TOPIC);
    await readyOffline(page);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    await page.goto('about:blank');
    await clear(context, page, server.url);

    await page.goto('/wallet');
    await expect.poll(() => earnedOn(page)).toBe(0);
    await page.goto(TOPIC);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    expect(contradictionsIn(await keptOn(page))).toEqual([]);
  });

  test('only the database, between two visits: the topic opens with a question, offline too', async ({
    page,
    context,
    server,
  }) => {
    await page.goto(TOPIC);
    await readyOffline(page);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    await page.goto('about:blank');
    await clear(context, page, server.url, 'indexeddb');
    await context.setOffline(true);

    await page.goto(TOPIC);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
  });

  test('in another tab by 清除本机数据: this tab does not speak of an update', async ({
    page,
    context,
  }) => {
    await page.goto(TOPIC);
    await readyOffline(page);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    const other = await context.newPage();
    await other.goto('/me');
    await other.getByRole('button', { name: '清除本机数据' }).click();
    await other.getByRole('button', { name: '清除', exact: true }).click();
    await expect(other.getByText('本机数据已清除。')).toBeVisible();

    await goOn(page);
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    await expect(page.getByText('已在另一个页面更新')).toHaveCount(0);
  });
});

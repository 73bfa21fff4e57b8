import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { checkInEveryLook, checkScreen, looks, seenIn, tooWide } from '../support/look.ts';
import { answerOn, goOn } from '../support/play.ts';

// Every screen in light, dark and 长辈版, and nothing cut off at 320 px.

/** Each screen by name, and how to come to it. */
const screens: [string, (page: Page) => Promise<void>][] = [
  ['home', async (page) => void (await page.goto('/'))],
  ['topics', async (page) => void (await page.goto('/topics'))],
  ['review', async (page) => void (await page.goto('/review'))],
  ['wallet, empty', async (page) => void (await page.goto('/wallet'))],
  ['me', async (page) => void (await page.goto('/me'))],
  ['rules', async (page) => void (await page.goto('/rules'))],
  ['privacy', async (page) => void (await page.goto('/privacy'))],
  ['offline', async (page) => void (await page.goto('/offline'))],
  [
    'a missing page',
    async (page) => {
      await page.goto('/nowhere');
      await expect(page.getByText('没有这一页')).toBeVisible();
    },
  ],
  ['daily', async (page) => void (await page.goto('/quiz/daily'))],
  ['a voucher that is not here', async (page) => void (await page.goto('/wallet/vouchers/none'))],
  ['the till, not enrolled', async (page) => void (await page.goto('/shop'))],
  [
    'the question to clear everything',
    async (page) => {
      await page.goto('/me');
      await page.getByRole('button', { name: '清除本机数据' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
];

test('every page in every look, and nothing is cut off on any width', async ({ page }) => {
  test.setTimeout(240_000);
  for (const [name, go] of screens) {
    await page.setViewportSize({ width: 360, height: 780 });
    await go(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await checkInEveryLook(page, name);
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await tooWide(page), `${name} at ${width} px`).toEqual([]);
    }
  }
});

for (const look of looks.slice(1)) {
  test.describe(look.name, () => {
    seenIn(look);

    test('opened in that look', async ({ page }) => {
      for (const path of ['/', '/wallet', '/quiz/daily']) {
        await page.goto(path);
        await checkScreen(page, path, look);
      }
    });
  });
}

test('every kind of question, right and wrong, the result and the statement', async ({ page }) => {
  test.setTimeout(240_000);
  const seen = new Set<string>();
  await page.goto('/quiz/topic/fengqiao');
  for (let round = 0; seen.size < 12 && round < 4; round++) {
    for (let n = 0; ; n++) {
      if (await page.getByRole('heading', { name: '本轮成绩' }).count()) break;
      const right = (n + round) % 2 === 0;
      const question = await answerOn(page, right);
      const kind = `${question.type}, ${right ? 'right' : 'wrong'}`;
      if (!seen.has(kind)) await checkInEveryLook(page, kind);
      seen.add(kind);
      await goOn(page);
      if (n === 1) await checkInEveryLook(page, 'a question');
    }
    if (round === 0) await checkInEveryLook(page, 'result');
    if (round < 3) await page.getByRole('button', { name: '再来一轮' }).click();
  }
  await page.goto('/wallet');
  await expect(page.getByRole('heading', { name: '积分明细' })).toBeVisible();
  await checkInEveryLook(page, 'wallet');
});

test('reduced motion is honoured', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/quiz/topic/anti-fraud');
  await answerOn(page, true);
  const longest = await page.evaluate(() =>
    Math.max(
      0,
      ...document.getAnimations().map((a) => Number(a.effect?.getComputedTiming().duration ?? 0)),
    ),
  );
  expect(longest).toBeLessThanOrEqual(1);
});

import type { BrowserContext, Page } from '@playwright/test';
import { contradictionsIn, keptOn, pointsOf } from '../support/kept.ts';
import { answerKept, answerOn, goOn, playToEnd } from '../support/play.ts';
import { expect, readyOffline, test } from '../support/test.ts';
import { amountsOn } from '../support/wallet.ts';

const TOPIC = '/quiz/topic/fengqiao';
const YEAR_MS = 365.25 * 86_400_000;

/** A tab on a phone whose clock is wrong by so much; it runs on as clocks do. */
async function tabWithClock(context: BrowserContext, offsetMs: number): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript((offset) => {
    const now = Date.now.bind(Date);
    window.Date = new Proxy(Date, {
      construct: (target, args, self) =>
        Reflect.construct(target, args.length ? args : [now() + offset], self) as object,
    });
    Date.now = () => now() + offset;
  }, offsetMs);
  return page;
}

for (const [clock, offset] of [
  ['ten years ahead', 10 * YEAR_MS],
  ['ten years back', -10 * YEAR_MS],
] as const) {
  test.describe(`a clock ${clock}`, () => {
    test('a round by topic can be played: the phone promises nothing, the server knows the time and books', async ({
      context,
    }) => {
      const page = await tabWithClock(context, offset);
      await page.goto(TOPIC);
      const year = await page.evaluate(() => new Date().getFullYear());
      expect(Math.abs(year - new Date().getFullYear())).toBe(10);
      await answerOn(page, true);
      await expect(page.getByText('不在活动时间内，不计积分')).toBeVisible();
      await goOn(page);
      await playToEnd(page, (_, n) => n % 2 === 0);
      const kept = await keptOn(page);
      expect(kept.attempts).toHaveLength(10);
      expect(contradictionsIn(kept)).toEqual([]);
      await page.goto('/wallet');
      await expect.poll(() => amountsOn(page)).toEqual({ available: 12, pending: 0, held: 0 });
    });

    test('the right clock again: answers, points and the round that was open before are there', async ({
      page: right,
      context,
    }) => {
      await right.goto(TOPIC);
      await answerOn(right, true);
      await goOn(right);
      await expect.poll(async () => (await keptOn(right)).rounds[0]?.at).toBe(1);
      const stem = await right.locator('form legend').innerText();
      const options = await right.locator('form .label').allInnerTexts();

      const wrong = await tabWithClock(context, offset);
      await wrong.goto('/quiz/topic/anti-fraud');
      await answerOn(wrong, true);
      await expect(wrong.locator('.award')).toBeVisible();
      await wrong.goto(TOPIC);
      await expect(wrong.locator('form legend')).toBeVisible();
      await wrong.close();

      await right.reload();
      await expect(right.locator('form legend')).toHaveText(stem);
      expect(await right.locator('form .label').allInnerTexts()).toEqual(options);
      const kept = await keptOn(right);
      expect(kept.attempts).toHaveLength(2);
      // The wrong clock promised nothing for the second; the server, which knows better, books it.
      expect([2, 4]).toContain(pointsOf(kept));
      expect(contradictionsIn(kept)).toEqual([]);
    });

    // Behind every other clock the rest is the same.
    if (offset < 0 && !process.env.LONG) return;

    test('今日五题 says that there are none for that day and leads to the topics', async ({
      context,
    }) => {
      const page = await tabWithClock(context, offset);
      await page.goto('/quiz/daily');
      await expect(page.getByRole('heading', { name: '今天的五题还没有排好' })).toBeVisible();
      await expect(page.locator('form')).toHaveCount(0);
      await page.getByRole('link', { name: '换个主题' }).click();
      await expect(page.getByRole('heading', { name: '主题练习' })).toBeVisible();
    });

    test('今日五题 says so too from the phone’s own copy, without a signal', async ({
      page: right,
      context,
    }) => {
      await right.goto('/quiz/daily');
      await readyOffline(right);
      await context.setOffline(true);
      const page = await tabWithClock(context, offset);
      await page.goto('/quiz/daily');
      await expect(page.getByRole('heading', { name: '今天的五题还没有排好' })).toBeVisible();
    });

    test('the week on the first page counts that day’s practice', async ({ context }) => {
      const page = await tabWithClock(context, offset);
      await page.goto(TOPIC);
      await answerKept(page, true);
      await page.goto('/');
      await expect(page.getByText('练了 1 天')).toBeVisible();
      await expect(page.locator('ol.week > li')).toHaveCount(7);
      await expect(page.locator('ol.week > li.today.done')).toHaveCount(1);
    });

    test('the right clock again: a question answered meanwhile gives its points now', async ({
      page: right,
      context,
    }) => {
      const wrong = await tabWithClock(context, offset);
      await wrong.goto(TOPIC);
      await answerOn(wrong, true);
      await expect(wrong.locator('.award')).toBeVisible();
      await wrong.close();

      await right.goto(TOPIC);
      await playToEnd(right, () => true);
      await expect(right.getByText('+20 积分')).toBeVisible();
      expect(contradictionsIn(await keptOn(right))).toEqual([]);
    });
  });
}

import type { Page } from '@playwright/test';
import { answerOn, goOn, playToEnd, questionOn } from '../support/play.ts';
import { checkInEveryLook } from '../support/look.ts';
import { almostMastered, attemptOf, keepAttempts, tapped } from '../support/practised.ts';
import { TestServer } from '../support/server.ts';
import { expect, readyOffline, test } from '../support/test.ts';

// 错题本 over days and weeks: the phone's clock is moved on.
const DAY_MS = 86_400_000;
const TOPIC = '/quiz/topic/anti-fraud';

/** The phone's day, counted from today; its clock stands still within it. */
async function onDay(page: Page, n: number): Promise<void> {
  await page.clock.setFixedTime(Date.now() + n * DAY_MS);
}
const start = (page: Page) => page.getByRole('link', { name: /^开始复习/ });
const group = (page: Page, when: string | RegExp) =>
  page.getByRole('heading', { name: when, level: 2 });

/** Past answers on a phone that has opened the app once. */
async function withHistory(page: Page, attempts: Parameters<typeof keepAttempts>[1]) {
  await page.goto('/review');
  await expect(page.getByText('还没有错题')).toBeVisible();
  await keepAttempts(page, attempts);
}
const wrongYesterday = (n: number) => tapped.slice(0, n).map(({ id }) => attemptOf(id, false, 1));

test.describe('错题本', () => {
  test('has what went wrong the next day; reviewed without a signal it comes back later', async ({
    page,
    context,
  }) => {
    const server = await TestServer.start();
    try {
      await onDay(page, 0);
      await page.goto(server.url + TOPIC);
      const played = await playToEnd(page, (_, n) => n !== 1);
      const stem = played[1]?.stem ?? '';
      await page.getByRole('link', { name: '错题本' }).click();
      await expect(page.getByRole('heading', { name: '错题本', level: 1 })).toBeVisible();
      await expect(page.getByText('今天没有要复习的题')).toBeVisible();
      await expect(group(page, '明天 1 题')).toBeVisible();
      await expect(page.getByRole('listitem').filter({ hasText: stem })).toContainText(
        '错过 1 次今天答错',
      );
      await readyOffline(page);
      await server.down();
      await context.setOffline(true);

      await onDay(page, 1);
      await page.goto(server.url);
      await expect(page.getByText('有 1 题该复习')).toBeVisible();
      await page.getByRole('link', { name: '错题本' }).click();
      await expect(page.getByRole('listitem').filter({ hasText: stem })).toContainText('昨天答错');
      await start(page).click();
      expect((await questionOn(page)).stem).toBe(stem);
      await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuemax', '1');
      await playToEnd(page, () => true);
      await page.getByText('2 天后再见').click();
      await expect(page.getByRole('listitem').filter({ hasText: stem }).first()).toBeVisible();

      await page.getByRole('link', { name: '看错题本' }).click();
      await expect(page.getByText('今天的复习做完了')).toBeVisible();
      await expect(start(page)).toHaveCount(0);
      await page.goto(`${server.url}/quiz/review`);
      await expect(page.getByRole('heading', { name: '今天没有要复习的题' })).toBeVisible();

      await onDay(page, 2);
      await page.goto(`${server.url}/review`);
      await expect(group(page, '明天 1 题')).toBeVisible();
      await onDay(page, 3);
      await page.reload();
      await expect(start(page)).toHaveText('开始复习（1 题）');
      await start(page).click();
      await answerOn(page, true);
      await expect(page.getByText('这题以前得过分，不重复计分')).toBeVisible();
      await goOn(page);
      await expect(page.getByText('答对 1/1')).toBeVisible();
      await expect(page.getByText('有 1 题以前得过分，不重复计分。')).toBeVisible();
    } finally {
      await server.remove();
    }
  });

  test('says goodbye to what is mastered, which comes back only when it is wrong again', async ({
    page,
  }) => {
    const question = tapped[0] as (typeof tapped)[number];
    await withHistory(page, [
      ...almostMastered(question.id),
      attemptOf(tapped[1]?.id ?? '', false, 1),
    ]);
    await page.goto('/quiz/review');
    await playToEnd(page, ({ id }) => id === question.id);
    await expect(page.getByText('这道题，你已经记牢了。')).toBeVisible();
    await expect(page.getByText('就此别过，湖边再见')).toBeVisible();
    await expect(page.getByText('明天再见')).toBeVisible();

    await page.getByRole('link', { name: '看错题本' }).click();
    await expect(group(page, '已掌握 1 题')).toBeVisible();
    await expect(page.getByText(question.stem)).toHaveCount(0);
    await onDay(page, 200);
    await page.reload();
    await expect(start(page)).toHaveText('开始复习（1 题）');
    await expect(page.getByText(question.stem)).toHaveCount(0);

    await keepAttempts(page, [attemptOf(question.id, false, 0)]);
    await page.reload();
    await expect(start(page)).toHaveText('开始复习（2 题）');
    await expect(page.getByText(question.stem)).toBeVisible();
  });

  test('asks at most twenty a day; a round that was left goes on where it was', async ({
    page,
  }) => {
    await withHistory(page, wrongYesterday(30));
    await page.reload();
    await expect(page.getByText('一天最多复习 20 题，还有 10 题')).toBeVisible();
    await expect(group(page, '明天 10 题')).toBeVisible();
    await start(page).click();
    await answerOn(page, true);
    await goOn(page);
    await answerOn(page, false);
    await goOn(page);
    const { stem } = await questionOn(page);

    await page.goto('/review');
    await expect(page.getByText('今天已经复习了 2 题')).toBeVisible();
    await expect(start(page)).toHaveText('开始复习（18 题）');
    await start(page).click();
    await expect(page.getByRole('group', { name: stem })).toBeVisible();
    await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuemax', '20');
    // One of the eighteen in another round.
    await keepAttempts(page, [attemptOf(tapped[19]?.id ?? '', true, 0)]);
    await page.goto('/review');
    await expect(start(page)).toHaveText('开始复习（17 题）');
  });

  test('of a thick book shows the next days first', async ({ page }) => {
    await withHistory(page, wrongYesterday(90));
    await page.reload();
    await expect(page.getByRole('listitem')).toHaveCount(40);
    await page.getByRole('button', { name: '再往后还有 50 题' }).click();
    await expect(page.getByRole('listitem')).toHaveCount(80);
    await page.getByRole('button', { name: '再往后还有 10 题' }).click();
    await expect(page.getByRole('listitem')).toHaveCount(90);
    await expect(page.getByRole('button')).toHaveCount(0);
  });

  test('knows on the next page what another tab has answered', async ({ page, context }) => {
    await withHistory(page, wrongYesterday(2));
    await page.reload();
    await expect(start(page)).toHaveText('开始复习（2 题）');
    const other = await context.newPage();
    await other.goto('/quiz/review');
    await answerOn(other, true);
    await expect(start(page)).toHaveText('开始复习（1 题）');
    await expect(page.getByText('今天已经复习了 1 题')).toBeVisible();
  });

  test('an answer from a clock ten years ahead is due when the clock is right', async ({
    page,
  }) => {
    await onDay(page, 3653);
    await page.goto(TOPIC);
    const { stem } = await answerOn(page, false);
    await expect(page.getByRole('button', { name: /^(下一题|看成绩)$/ })).toBeEnabled();
    await expect
      .poll(() => page.evaluate(() => localStorage.getItem('topic:anti-fraud')))
      .toBe('1');
    await onDay(page, 0);
    await page.goto('/review');
    await expect(page.getByRole('listitem').filter({ hasText: stem })).toBeVisible();
    await start(page).click();
    await playToEnd(page, () => true);
    await expect(page.getByText('2 天后再见')).toBeVisible();
  });

  test('says what it is before any script has come, and what to do where there are no questions', async ({
    page,
    request,
  }) => {
    const html = await (await request.get('/review')).text();
    expect(html).toContain('答错的题会自动记到这里');
    await page.route('**/packs/**', (route) => route.abort());
    await page.goto('/review');
    await expect(page.getByText('还没有错题')).toBeVisible();
    await keepAttempts(page, wrongYesterday(1));
    await page.reload();
    await expect(page.getByText('题目还没下载完')).toBeVisible();
    await page.unroute('**/packs/**');
    await page.getByRole('button', { name: '再试一次' }).click();
    await expect(start(page)).toBeVisible();
  });
});

test.describe('where there is no service worker', () => {
  test.use({ serviceWorkers: 'block' });

  test('an open page finds its way to 错题本 and plays it without a signal', async ({
    page,
    context,
  }) => {
    await withHistory(page, wrongYesterday(2));
    await page.goto('/');
    await page.waitForLoadState('networkidle');
    await context.setOffline(true);
    await expect(page.getByText('有 2 题该复习')).toBeVisible();
    await page.getByRole('link', { name: '错题本' }).click();
    await start(page).click();
    await playToEnd(page, () => true);
    await page.getByRole('link', { name: '看错题本' }).click();
    await expect(page.getByText('今天的复习做完了')).toBeVisible();
  });
});

test('错题本 on every kind of day, its round and its result', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('/review');
  await expect(page.getByText('还没有错题')).toBeVisible();
  await checkInEveryLook(page, 'nothing yet');
  await keepAttempts(page, [
    ...wrongYesterday(4),
    ...tapped.slice(30, 33).flatMap(({ id }) => almostMastered(id)),
  ]);
  await page.reload();
  await expect(start(page)).toBeVisible();
  await checkInEveryLook(page, 'something due');
  await page.goto('/');
  await expect(page.getByText('有 7 题该复习')).toBeVisible();
  await checkInEveryLook(page, 'the first page');
  await page.goto('/quiz/review');
  await questionOn(page);
  await checkInEveryLook(page, 'a question');
  await playToEnd(page, (_, n) => n !== 0);
  await expect(page.getByText('你已经记牢了')).toBeVisible();
  await page.getByText('2 天后再见').click();
  await checkInEveryLook(page, 'the result');
  await page.goto('/quiz/review');
  await expect(page.getByText('到了日子就能复习')).toBeVisible();
  await checkInEveryLook(page, 'no more questions');
  await page.goto('/review');
  await expect(page.getByText('今天的复习做完了')).toBeVisible();
  await checkInEveryLook(page, 'done');
  await keepAttempts(page, wrongYesterday(29));
  await page.reload();
  await expect(page.getByText('不用着急')).toBeVisible();
  await checkInEveryLook(page, 'more than a day’s');
});

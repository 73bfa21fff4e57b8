import type { Page } from '@playwright/test';
import { keptOn } from '../support/kept.ts';
import { checkInEveryLook } from '../support/look.ts';
import {
  answered,
  CORRECTED,
  five,
  mended,
  NEW_EXPLANATION,
  NEW_GREETING,
  NEXT_BUILD,
  substitute,
  unseen,
  untouched,
  WITHDRAWN,
} from '../support/next-build.ts';
import { answerKept, answerOn, goOn, playToEnd, questionOn } from '../support/play.ts';
import { rowsIn } from '../support/stored.ts';
import { expect, readyOffline } from '../support/test.ts';
import { deployNext, test } from '../support/two-builds.ts';
import { amountsOn } from '../support/wallet.ts';

// The operator withdraws and corrects questions in the next build. Phones hear of it by sync, before they have that
// build: they are told what has changed of what they answered, and new rounds are without it.

const topic = ({ id }: { id: string }) => `/quiz/topic/${id}`;
const bar = (page: Page) => page.getByRole('status').filter({ hasText: '答过的题改了' });

/** Answers the first question of topics, until the server has the answers. The page is the old build's for good. */
async function answerFirst(page: Page, ...topics: { id: string }[]): Promise<void> {
  await page.goto('/');
  await readyOffline(page);
  for (const one of topics) {
    await page.goto(topic(one));
    await answerKept(page, true);
  }
  await expect.poll(async () => (await keptOn(page)).verdicts.length).toBe(topics.length);
}

const noticesOn = async (page: Page) => (await rowsIn(page, 'notices')).length;

test('who answered a question that is withdrawn or corrected is told so, once, with what was wrong', async ({
  page,
  site,
}) => {
  await answerFirst(page, answered, mended);
  await deployNext(site);
  await page.goto('/');
  await expect(bar(page)).toHaveText(/更正：有 2 道答过的题改了/);
  await expect(page.getByText(NEW_GREETING), 'the app is the old one').toHaveCount(0);

  await page.getByRole('button', { name: '看一看' }).click();
  const dialog = page.getByRole('dialog', { name: '更正' });
  const gone = dialog.getByRole('article').filter({ hasText: answered.first.stem });
  await expect(gone).toContainText('已撤下');
  await expect(gone).toContainText(WITHDRAWN);
  await expect(dialog.getByRole('article').filter({ hasText: mended.first.stem })).toContainText(
    CORRECTED,
  );
  await expect(dialog).toContainText('已经得到的积分不收回');
  await checkInEveryLook(page, '更正');
  await dialog.getByRole('button', { name: '知道了' }).click();
  await expect(bar(page)).toHaveCount(0);

  await page.goto('/wallet');
  await expect.poll(() => amountsOn(page)).toMatchObject({ available: 4 });
  await page.goto('/');
  await expect(page.getByText('我的积分')).toBeVisible();
  await page.getByRole('link', { name: '积分规则' }).click();
  await page.getByRole('link', { name: '首页' }).first().click();
  await expect(bar(page)).toHaveCount(0);
});

test('with the new build the 更正 shows the explanation as it is now', async ({ page, site }) => {
  await answerFirst(page, mended);
  await deployNext(site);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).unregister());
  await page.goto('/');
  await expect(page.getByText(NEW_GREETING)).toBeVisible();
  await page.getByRole('button', { name: '看一看' }).click();
  const article = page.getByRole('dialog').getByRole('article');
  await expect(article).toContainText('已更正');
  await expect(article).toContainText(NEW_EXPLANATION);
  await page.getByRole('button', { name: '知道了' }).click();
});

test('who answered other questions is told nothing', async ({ page, site }) => {
  await answerFirst(page, untouched);
  await deployNext(site);
  await page.goto('/');
  await expect.poll(() => noticesOn(page)).toBe(4);
  await expect(page.getByText('我的积分')).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
});

test('new rounds are without them although the app is the old one; a round under way goes on', async ({
  page,
  context,
  site,
}) => {
  test.slow();
  await answerFirst(page, answered);
  await goOn(page);
  const underWay = await questionOn(page);
  await page.goto('/quiz/daily');
  await expect(page.locator('form legend')).toBeVisible();
  await deployNext(site);
  await page.goto('/');
  await expect(bar(page)).toBeVisible();
  await site.down();
  await context.setOffline(true);

  await page.goto(topic(answered));
  expect((await questionOn(page)).id).toBe(underWay.id);

  await page.goto(topic(unseen));
  const first = await answerOn(page, true);
  expect(first.id).not.toBe(unseen.first.id);
  await expect
    .poll(async () => {
      const { rounds } = await keptOn(page);
      return rounds.find(({ of }) => of.kind === 'topic' && of.topic === unseen.id)?.items.length;
    })
    .toBeGreaterThan(2);
  const asked = (await keptOn(page)).rounds.flatMap(({ of, items }) =>
    of.kind === 'topic' && of.topic === unseen.id ? items : [],
  );
  expect(asked.map(({ questionId }) => questionId)).not.toContain(unseen.first.id);

  await page.goto('/quiz/daily');
  const played = await playToEnd(page, () => true);
  expect(new Set(played.map(({ id }) => id))).toEqual(new Set([substitute?.id, ...five.slice(1)]));

  await site.up({ buildDir: NEXT_BUILD });
  await context.setOffline(false);
  await page.goto('/wallet');
  // Two for each of seven questions, three for the day.
  await expect.poll(() => amountsOn(page)).toEqual({ available: 17, pending: 0, held: 0 });
});

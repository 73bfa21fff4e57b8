import type { Page } from '@playwright/test';
import { contradictionsIn, keptOn, pointsOf } from '../support/kept.ts';
import * as play from '../support/play.ts';
import { earnedOn } from '../support/wallet.ts';
import { expect, readyOffline, test } from '../support/test.ts';

const TOPIC = '/quiz/topic/fengqiao';
const FOLLOWED = '这一轮已在另一个页面往前答了，接着那里继续。';

/** The browser draws only the tab in front, so a resident's finger is there. */
async function answerOn(page: Page, right: boolean) {
  await page.bringToFront();
  return play.answerOn(page, right);
}
async function goOn(page: Page) {
  await page.bringToFront();
  return play.goOn(page);
}
async function playToEnd(page: Page) {
  await page.bringToFront();
  return play.playToEnd(page, () => true);
}

/** Not only printed: the page has looked for a saved round, so another tab's answer comes after that. */
async function open(page: Page, path = TOPIC) {
  await page.goto(path);
  await expect(page.locator('main[data-filled]')).toBeAttached();
}

const stemOn = (page: Page) => page.locator('form legend').innerText();

/** Fills in the right answer without pressing 提交, and gives the press. Only for choices. */
async function readyToSubmit(page: Page): Promise<() => Promise<void>> {
  await page.bringToFront();
  const question = await play.questionOn(page);
  if (question.type === 'single') {
    await page
      .getByRole('radio', { name: question.options[question.answer] ?? '', exact: true })
      .check({ force: true });
  } else if (question.type === 'judge') {
    await page
      .getByRole('radio', { name: question.answer ? '对' : '错', exact: true })
      .check({ force: true });
  } else throw new Error('not a simple choice');
  const submit = await page.getByRole('button', { name: '提交' }).elementHandle();
  return async () => submit?.evaluate((button) => (button as HTMLButtonElement).click());
}

test('both tabs answer the same question: its points come once', async ({ page, context }) => {
  const other = await context.newPage();
  await open(page);
  await open(other);
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
  await answerOn(other, true);
  await expect(other.getByText(FOLLOWED)).toBeVisible();
  const kept = await keptOn(page);
  expect(pointsOf(kept)).toBe(2);
  expect(contradictionsIn(kept)).toEqual([]);
});

test('both tabs press 提交 at the same moment: one answer counts, and both tabs stand there', async ({
  page,
  context,
}) => {
  const other = await context.newPage();
  const tabs = [page, other];
  for (const tab of tabs) await open(tab);
  const presses = [];
  for (const tab of tabs) presses.push(await readyToSubmit(tab));
  await Promise.all(presses.map((press) => press()));
  for (const tab of tabs) await expect(tab.getByRole('status').first()).toHaveText(/^答对了/);
  const following = () => Promise.all(tabs.map((tab) => tab.getByText(FOLLOWED).count()));
  await expect.poll(async () => (await following()).sort()).toEqual([0, 1]);
  const kept = await keptOn(page);
  expect(kept.attempts).toHaveLength(1);
  expect(contradictionsIn(kept)).toEqual([]);
});

test('the slower tab follows the faster one to its question, with the same order of options, and says so', async ({
  page,
  context,
}) => {
  const slower = await context.newPage();
  await open(page);
  await open(slower);
  for (let n = 0; n < 3; n++) {
    await answerOn(page, true);
    await goOn(page);
  }
  await expect.poll(async () => (await keptOn(page)).rounds[0]?.at).toBe(3);
  await (
    await readyToSubmit(slower)
  )();
  await expect(slower.getByText(FOLLOWED)).toBeVisible();
  expect(await stemOn(slower)).toBe(await stemOn(page));
  expect(await slower.locator('form .label').allInnerTexts()).toEqual(
    await page.locator('form .label').allInnerTexts(),
  );
  const kept = await keptOn(page);
  expect(kept.attempts).toHaveLength(3);
  expect(contradictionsIn(kept)).toEqual([]);
});

test('a whole round played in turns by two tabs ends as one round with every question once', async ({
  page,
  context,
}) => {
  const other = await context.newPage();
  const tabs = [page, other];
  for (const tab of tabs) await open(tab);
  for (let n = 0; n < 10; n++) {
    const [first, second] = n % 2 ? tabs : tabs.toReversed();
    if (!first || !second) throw new Error('two tabs');
    await answerOn(first, true);
    await expect(first.locator('.award')).toBeVisible();
    await answerOn(second, true);
    await expect(second.getByText(FOLLOWED)).toBeVisible();
    await goOn(first);
    await goOn(second);
  }
  for (const tab of tabs) await expect(tab.getByText('+20 积分')).toBeVisible();
  const kept = await keptOn(page);
  expect(kept.attempts).toHaveLength(10);
  expect(contradictionsIn(kept)).toEqual([]);
});

test('a tab left behind after another finished the round and the next one corrupts neither', async ({
  page,
  context,
}) => {
  const left = await context.newPage();
  await open(page);
  await open(left);
  await answerOn(page, true);
  await answerOn(left, true);
  await expect(left.getByText(FOLLOWED)).toBeVisible();
  await goOn(page);
  await playToEnd(page);
  await page.getByRole('button', { name: '再来一轮' }).click();
  await answerOn(page, true);
  await expect(page.locator('.award')).toBeVisible();

  await goOn(left);
  await answerOn(left, true);
  await expect(left.getByText(FOLLOWED)).toBeVisible();
  expect(contradictionsIn(await keptOn(page))).toEqual([]);
});

test('a tab left behind after another finished two rounds answers no question of the old one again', async ({
  page,
  context,
}) => {
  const left = await context.newPage();
  await open(page);
  await open(left);
  await answerOn(page, true);
  await answerOn(left, true);
  await expect(left.getByText(FOLLOWED)).toBeVisible();
  await goOn(page);
  await playToEnd(page);
  await page.getByRole('button', { name: '再来一轮' }).click();
  await playToEnd(page);

  await goOn(left);
  await left.bringToFront();
  await play.handIn(left, true);
  await expect(left.getByText(FOLLOWED)).toBeVisible();
  await expect(left.getByRole('heading', { name: '本轮成绩' })).toBeVisible();
  const kept = await keptOn(page);
  const answers = kept.attempts.map(({ questionId, round }) => `${round.id} ${questionId}`);
  expect(new Set(answers).size, 'no question twice in a round').toBe(answers.length);
  expect(contradictionsIn(kept)).toEqual([]);
});

test('the wallet in a third tab follows what two tabs earn', async ({ page, context }) => {
  const other = await context.newPage();
  const wallet = await context.newPage();
  await wallet.goto('/wallet');
  await open(page);
  await open(other, '/quiz/topic/anti-fraud');
  await answerOn(page, true);
  await answerOn(other, true);
  await expect.poll(() => earnedOn(wallet)).toBe(4);
  await expect(wallet.getByRole('listitem').filter({ hasText: '答 1 题，对 1 题' })).toHaveCount(2);
});

test('two topics at once never pass the daily cap, even at the same moment', async ({
  page,
  context,
}) => {
  test.slow();
  await open(page);
  await readyOffline(page);
  // 1 for what was wrong before, else 2: 29 after the fifteenth right answer.
  await playToEnd(page);
  await page.goto('/quiz/topic/anti-fraud');
  for (let n = 0; n < 4; n++) {
    await answerOn(page, true);
    await goOn(page);
  }
  await expect.poll(async () => pointsOf(await keptOn(page))).toBe(28);

  const tabs = await Promise.all(
    ['safe-keqiao', 'asian-games', 'business-environment'].map(async (topic) => {
      const tab = await context.newPage();
      await tab.goto(`/quiz/topic/${topic}`);
      return tab;
    }),
  );
  const presses = [];
  for (const tab of tabs) presses.push(await readyToSubmit(tab));
  await Promise.all(presses.map((press) => press()));
  for (const tab of tabs) await expect(tab.locator('.award')).toBeVisible();
  const said = (await Promise.all(tabs.map((tab) => tab.locator('.award').innerText()))).sort();
  expect(said).toEqual(
    ['今天答题的积分已满，明天再来', '今天答题的积分已满，明天再来', '答对 +2'].sort(),
  );
  const kept = await keptOn(page);
  expect(pointsOf(kept)).toBe(30);
  expect(contradictionsIn(kept)).toEqual([]);
});

import type { Page } from '@playwright/test';
import type { Question } from '../../src/lib/domain/bank/pack.ts';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import { keptOn } from '../support/kept.ts';
import { checkInEveryLook } from '../support/look.ts';
import { answerOn, builtPack, goOn, playToEnd, questionOn } from '../support/play.ts';
import { tallied } from '../support/points.ts';
import { TestServer } from '../support/server.ts';
import { expect, readyOffline, test as base } from '../support/test.ts';

// What the neighbours got wrong most: on the first page and after today's five, and how a resident practises it.

const test = base.extend<{ site: TestServer }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a fixture needs from this pattern
  site: async ({}, use) => {
    const site = await TestServer.start();
    await use(site);
    await site.remove();
  },
  baseURL: async ({ site }, use) => use(site.url),
});

const today = dayAt(Date.now());
const topicOf = (id: string) => builtPack().topics.find((topic) => topic.id === id);
const singles = (id: string): Question[] =>
  (topicOf(id)?.questions ?? []).filter(({ type }) => type === 'single');
/** Not the first question of their topics, which pages open with. */
const [, hard, harder] = singles('fengqiao');
const [, other, another] = singles('anti-fraud');
if (!hard || !harder || !other || !another) throw new Error('the bank has become too small');

/** Counts as the server has them after some weeks: 38 % right, 20 %, 55 %, and one that too few have answered. */
function neighboursOf({ dataDir }: TestServer): void {
  tallied(dataDir, [
    { day: today, question_id: hard?.id ?? '', answers: 30, right: 10 },
    { day: addDays(today, -20), question_id: hard?.id ?? '', answers: 20, right: 9 },
    { day: today, question_id: harder?.id ?? '', answers: 25, right: 5 },
    { day: today, question_id: other?.id ?? '', answers: 40, right: 22 },
    { day: today, question_id: another?.id ?? '', answers: 19, right: 0 },
    { day: addDays(today, -40), question_id: another?.id ?? '', answers: 90, right: 0 },
    { day: today, question_id: 'no-such-question', answers: 90, right: 1 },
  ]);
}

const list = (page: Page) => page.getByRole('region', { name: '邻居们最容易错的题' });
const practise = (page: Page, question: Question) =>
  list(page)
    .getByRole('listitem')
    .filter({ hasText: question.stem })
    .getByRole('link', { name: '练这道' })
    .click();

test('the first page tells what most got wrong, by the share of right answers, where enough have answered', async ({
  page,
  site,
}) => {
  neighboursOf(site);
  await page.goto('/');
  const items = list(page).getByRole('listitem');
  await expect(items).toHaveCount(3);
  await expect(items.nth(0)).toContainText(harder.stem);
  await expect(items.nth(0)).toContainText('答对 20%');
  await expect(items.nth(1)).toContainText(hard.stem);
  await expect(items.nth(1)).toContainText('答对 38%');
  await expect(items.nth(1)).toContainText('50 人答过');
  await expect(items.nth(2)).toContainText('答对 55%');
  await checkInEveryLook(page, 'the first page');
});

test('nothing is said where too few have answered', async ({ page, site }) => {
  tallied(site.dataDir, [{ day: today, question_id: hard.id, answers: 19, right: 1 }]);
  const asked = page.waitForResponse('**/api/neighbours');
  await page.goto('/');
  await asked;
  const answer = await page.request.get('/api/neighbours');
  expect(await answer.json()).toEqual({ day: today, questions: [] });
  await expect(page.getByText('我的积分')).toBeVisible();
  await expect(list(page)).toHaveCount(0);
});

test('without a signal it is not there, with one again', async ({ page, context, site }) => {
  neighboursOf(site);
  await page.goto('/');
  await expect(list(page)).toBeVisible();
  await readyOffline(page);
  await context.setOffline(true);
  await expect(list(page)).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('现在没有信号')).toBeVisible();
  await expect(list(page)).toHaveCount(0);
  await context.setOffline(false);
  await expect(list(page)).toBeVisible();
});

test('练这道 asks it at once, and its topic goes on behind it', async ({ page, site }) => {
  neighboursOf(site);
  await page.goto('/');
  await practise(page, hard);
  expect((await answerOn(page, true)).id).toBe(hard.id);
  await expect(page.getByText('答对 +2')).toBeVisible();
  await goOn(page);
  const second = await questionOn(page);
  expect(topicOf('fengqiao')?.questions.map(({ id }) => id)).toContain(second.id);
  expect(second.id).not.toBe(hard.id);
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuemax', '10');
});

test('in a round that is under way it comes next, and nothing of the round is lost', async ({
  page,
  site,
}) => {
  neighboursOf(site);
  await page.goto('/quiz/topic/fengqiao');
  const first = await answerOn(page, true);
  await goOn(page);
  const waiting = await questionOn(page);
  const wanted = waiting.id === hard.id ? harder : hard;
  await page.goto('/');
  await practise(page, wanted);
  expect((await answerOn(page, false)).id).toBe(wanted.id);
  await goOn(page);
  expect((await questionOn(page)).id).toBe(waiting.id);
  const [round] = (await keptOn(page)).rounds;
  const ids = round?.items.map(({ questionId }) => questionId) ?? [];
  expect(ids.slice(0, 3)).toEqual([first.id, wanted.id, waiting.id]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('after today’s five it is there too', async ({ page, site }) => {
  neighboursOf(site);
  await page.goto('/quiz/daily');
  await playToEnd(page, () => true);
  await expect(list(page).getByRole('listitem')).toHaveCount(3);
  await practise(page, other);
  expect((await questionOn(page)).id).toBe(other.id);
});

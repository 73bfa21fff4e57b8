import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { openingOf, type Question } from '../../src/lib/domain/bank/pack.ts';
import { dayAt } from '../../src/lib/domain/points/day.ts';
import { keptOn } from '../support/kept.ts';
import { checkInEveryLook } from '../support/look.ts';
import { answerOn, builtPack, goOn, playToEnd, questionOn } from '../support/play.ts';
import { buildNext, type Edit } from '../support/second-build.ts';
import { TestServer } from '../support/server.ts';
import { expect, readyOffline, test as base } from '../support/test.ts';
import { amountsOn } from '../support/wallet.ts';

// The operator withdraws and corrects questions in the next build. Phones hear of it by sync, before they have that
// build: they are told what has changed of what they answered, and new rounds are without it.

const OLD_BUILD = resolve('build');
const NEW_GREETING = '湖边走一走，新题学一学';
const WITHDRAWN = '这道题问的规定已经废止，原来的答案不再成立。';
const CORRECTED = '原来的答案漏了一种情形，解析已经改过。';
const EXPLANATION = '改过的解析：先看清是哪一种情形，再看法律怎么规定。';

const pack = builtPack();
const five = pack.daily[dayAt(Date.now())] ?? [];
/** Topics whose first question is not one of today’s, each for one thing that happens to it. */
const [answered, mended, untouched, unseen] = pack.topics
  .map(({ id, questions }) => ({ id, first: openingOf(questions) as Question, questions }))
  .filter(({ questions }) => questions.every(({ id }) => !five.includes(id)));
if (!answered || !mended || !untouched || !unseen)
  throw new Error('too many topics are in today’s five');
const [daily = ''] = five;
/** It takes the place of one of today’s five. */
const substitute = untouched.questions.find((q) => q.type === 'single' && q !== untouched.first);

function edit(questionId: string, lines: string): Edit {
  const folder = resolve('questions');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const at = `- id: ${questionId}\n`;
  const has = (name: string) => readFileSync(join(folder, name), 'utf8').includes(at);
  const file = files.filter((name) => /\/.*\.yaml$/.test(name)).find(has);
  return [join('questions', file ?? ''), at, `${at}    ${lines}\n`];
}

const newExplanation = ({ id, explanation }: Question): Edit => {
  const [file] = edit(id, '');
  return [file, explanation, EXPLANATION];
};
const today = dayAt(Date.now());
const EDITS: Edit[] = [
  edit(answered.first.id, `withdrawn: { on: ${today}, says: ${WITHDRAWN} }`),
  edit(mended.first.id, `corrected: { on: ${today}, says: ${CORRECTED} }`),
  newExplanation(mended.first),
  edit(unseen.first.id, `withdrawn: { on: ${today} }`),
  edit(daily, `withdrawn: { on: ${today}, instead: ${substitute?.id} }`),
];

const test = base.extend<{ site: TestServer }, { next: string }>({
  next: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a fixture needs from this pattern
    async ({}, use) => {
      const next = buildNext(NEW_GREETING, EDITS);
      await use(next.buildDir);
      next.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  // eslint-disable-next-line no-empty-pattern -- as above
  site: async ({}, use) => {
    const site = await TestServer.start({ buildDir: OLD_BUILD });
    await use(site);
    await site.remove();
  },
  baseURL: async ({ site }, use) => use(site.url),
});

const topic = ({ id }: { id: string }) => `/quiz/topic/${id}`;
const bar = (page: Page) => page.getByRole('status').filter({ hasText: '答过的题改了' });

/** Answers the first question of topics, until the server has the answers. The page is the old build's for good. */
async function answerFirst(page: Page, ...topics: { id: string }[]): Promise<void> {
  await page.goto('/');
  await readyOffline(page);
  for (const one of topics) {
    await page.goto(topic(one));
    await answerOn(page, true);
  }
  await expect.poll(async () => (await keptOn(page)).verdicts.length).toBe(topics.length);
}

async function deploy(site: TestServer, buildDir: string): Promise<void> {
  await site.down();
  await site.up({ buildDir });
}

const noticesOn = (page: Page) =>
  page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => (request.onsuccess = () => resolve(request.result)));
    const db = await settled(indexedDB.open('civil-code-park'));
    const notices = await settled(db.transaction('notices').objectStore('notices').getAll());
    db.close();
    return notices.length;
  });

test('who answered a question that is withdrawn or corrected is told so, once, with what was wrong', async ({
  page,
  site,
  next,
}) => {
  await answerFirst(page, answered, mended);
  await deploy(site, next);
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

test('with the new build the 更正 shows the explanation as it is now', async ({
  page,
  site,
  next,
}) => {
  await answerFirst(page, mended);
  await deploy(site, next);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).unregister());
  await page.goto('/');
  await expect(page.getByText(NEW_GREETING)).toBeVisible();
  await page.getByRole('button', { name: '看一看' }).click();
  const article = page.getByRole('dialog').getByRole('article');
  await expect(article).toContainText('已更正');
  await expect(article).toContainText(EXPLANATION);
  await page.getByRole('button', { name: '知道了' }).click();
});

test('who answered other questions is told nothing', async ({ page, site, next }) => {
  await answerFirst(page, untouched);
  await deploy(site, next);
  await page.goto('/');
  await expect.poll(() => noticesOn(page)).toBe(4);
  await expect(page.getByText('我的积分')).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
});

test('new rounds are without them although the app is the old one; a round under way goes on', async ({
  page,
  context,
  site,
  next,
}) => {
  test.slow();
  await answerFirst(page, answered);
  await goOn(page);
  const underWay = await questionOn(page);
  await page.goto('/quiz/daily');
  await expect(page.locator('form legend')).toBeVisible();
  await deploy(site, next);
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

  await site.up({ buildDir: next });
  await context.setOffline(false);
  await page.goto('/wallet');
  // Two for each of seven questions, three for the day.
  await expect.poll(() => amountsOn(page)).toEqual({ available: 17, pending: 0, held: 0 });
});

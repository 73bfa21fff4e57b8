import type { Page } from '@playwright/test';
import { contradictionsIn, keptOn } from '../support/kept.ts';
import { checkInEveryLook, tooWide } from '../support/look.ts';
import { answerOn, builtPack, goOn, questionOn } from '../support/play.ts';
import { TestServer } from '../support/server.ts';
import { expect, readyOffline, test } from '../support/test.ts';

const TOPIC = 'tort';
const topic = builtPack().topics.find(({ id }) => id === TOPIC);
/** A question of the topic that its page is not printed with, and that cites 民法典第1254条. */
const thrown = topic?.questions.find(({ stem }) => stem.startsWith('楼上扔下的酒瓶'));
if (!topic || !thrown) throw new Error('the bank has changed: choose another question');
const printed = topic.questions.find(({ type }) => type === 'single');

const box = (page: Page) => page.getByRole('searchbox', { name: '搜索题目和法条' });
const says = (page: Page) => page.getByRole('search').getByRole('status');
const found = (page: Page) => page.getByRole('region', { name: '题目' }).getByRole('listitem');
const lineOf = (page: Page, stem: string) => found(page).filter({ hasText: stem });

async function seek(page: Page, query: string): Promise<void> {
  await box(page).fill(query);
  await expect(says(page)).toHaveText(/^(找到|没有)/);
}

test.describe('on the page of topics', () => {
  test('what people say finds the article and its questions, the words marked', async ({
    page,
  }) => {
    await page.goto('/topics');
    await seek(page, '高空抛物');
    await expect(says(page)).toHaveText('找到 2 题、1 条法条');
    const article = page.getByRole('region', { name: '法条' }).getByRole('listitem');
    await expect(article).toHaveText(/《民法典》第1254条\s*高空抛物\s*下面 2 题讲到这一条/);
    await expect(lineOf(page, thrown.stem)).toBeVisible();
    await expect(page.getByRole('link', { name: '反诈' })).toHaveCount(0);

    await seek(page, '离婚冷静期');
    await expect(page.getByText('《民法典》第1077条')).toBeVisible();
    await seek(page, '酒瓶砸伤');
    await expect(lineOf(page, thrown.stem).locator('mark')).toHaveText(['酒瓶砸伤']);

    await box(page).fill('');
    await expect(says(page)).toHaveText('');
    await expect(page.getByRole('link', { name: '反诈' })).toBeVisible();
  });

  test('an article leads to the questions that cite it', async ({ page }) => {
    await page.goto('/topics');
    await seek(page, '遗嘱');
    await page.getByRole('button', { name: /《民法典》第1134条/ }).click();
    await expect(box(page)).toHaveValue('《民法典》第1134条');
    await expect(page.getByRole('heading', { name: '题目' })).toBeFocused();
    await expect(page.getByText(/下面 \d+ 题讲到这一条/)).toBeVisible();
  });

  test('finds a number however it is written, what comes near a slip, much twenty by twenty, and says where there is nothing', async ({
    page,
  }) => {
    await page.goto('/topics');
    for (const query of ['1254', '民法典1254', '第一千二百五十四条', '《民法典》第１２５４条']) {
      await seek(page, query);
      await expect(says(page), query).toHaveText('找到 2 题、1 条法条');
      await expect(page.getByText('《民法典》第1254条'), query).toBeVisible();
    }

    await seek(page, '高空泡物');
    await expect(says(page)).toHaveText('没有完全对上的，下面 2 题比较接近');
    await expect(lineOf(page, thrown.stem)).toBeVisible();

    await seek(page, '民法典');
    await expect(found(page)).toHaveCount(20);
    await page.getByRole('button', { name: '更多' }).last().click();
    await expect(found(page)).toHaveCount(40);
    await expect(found(page).nth(20).getByRole('link')).toBeFocused();
    await seek(page, '合同');
    await expect(found(page)).toHaveCount(20);

    await seek(page, '区块链挖矿');
    await expect(says(page)).toHaveText('没有找到“区块链挖矿”');
    await expect(page.getByText('换个说法')).toBeVisible();
    await page.getByRole('link', { name: '侵权责任' }).click();
    await expect(page.getByRole('heading', { name: '侵权责任', level: 1 })).toBeVisible();
  });

  test('the keyboard is enough: Enter keeps what was found, the cross empties the box', async ({
    page,
  }) => {
    await page.goto('/topics');
    await box(page).focus();
    await page.keyboard.type('1254');
    await expect(found(page)).toHaveCount(2);
    await page.keyboard.press('Enter');
    await expect(box(page)).not.toBeFocused();
    await expect(found(page)).toHaveCount(2);
    expect(page.url()).toMatch(/\/topics$/);
    await page.getByRole('button', { name: '清空' }).press('Enter');
    await expect(box(page)).toBeFocused();
    await expect(box(page)).toHaveValue('');
  });

  test('what was typed before the app had started is looked for', async ({ page }) => {
    await page.route('**/_app/**/*.js', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await route.continue().catch(() => undefined);
    });
    await page.goto('/topics', { waitUntil: 'commit' });
    await box(page).fill('高空抛物');
    await box(page).press('Enter');
    await expect(says(page)).toHaveText('找到 2 题、1 条法条');
    await expect(box(page)).toHaveValue('高空抛物');
    expect(page.url()).toMatch(/\/topics$/);
  });

  test('who comes back from a question finds what was found', async ({ page }) => {
    await page.goto('/topics');
    await seek(page, '高空抛物');
    await lineOf(page, thrown.stem).getByRole('link', { name: '练这一题' }).click();
    await expect(page.getByRole('group', { name: thrown.stem })).toBeVisible();
    await answerOn(page, false);
    await expect(page).toHaveURL(/\/quiz\/topic\/tort$/);
    await page.goBack();
    await expect(box(page)).toHaveValue('高空抛物');
    await expect(lineOf(page, thrown.stem)).toContainText('上次答错');
  });
});

test('the answer is not given away: 解析 unfolds only where a question has been answered', async ({
  page,
}) => {
  await page.goto(`/quiz/topic/${TOPIC}`);
  const answered = await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
  await page.goto('/topics');
  await seek(page, '高空抛物');
  await expect(lineOf(page, thrown.stem)).toContainText('没答过');
  expect(await page.content()).not.toContain(thrown.explanation);

  await seek(page, answered.stem);
  const line = lineOf(page, answered.stem);
  await expect(line).toContainText('上次答对');
  await expect(line.getByRole('link', { name: '再练一次' })).toBeVisible();
  await expect(page.getByText(answered.explanation)).toBeHidden();
  await line.getByText('看解析').click();
  await expect(page.getByText(answered.explanation)).toBeVisible();
  await expect(line.getByText('依据：')).toBeVisible();
});

test.describe('without a signal', () => {
  test('the whole bank is searched after the first visit, and 练这一题 asks', async ({
    page,
    context,
  }) => {
    const server = await TestServer.start();
    try {
      await page.goto(`${server.url}/`);
      await readyOffline(page);
      await server.down();
      await context.setOffline(true);
      await page.goto(`${server.url}/topics`);
      await seek(page, '高空抛物');
      await lineOf(page, thrown.stem).getByRole('link', { name: '练这一题' }).click();
      await expect(page.getByRole('group', { name: thrown.stem })).toBeVisible();
      // Also as a page of its own, not out of the app.
      await page.goto(`${server.url}/quiz/topic/${TOPIC}?q=${thrown.id}`);
      await expect(page.getByRole('group', { name: thrown.stem })).toBeVisible();
    } finally {
      await server.remove();
    }
  });

  test.describe('and without a service worker', () => {
    test.use({ serviceWorkers: 'block' });

    test('a bank that is not there yet is named, and searched as soon as it is', async ({
      page,
    }) => {
      await page.route('**/packs/*', (route) => route.abort());
      await page.goto('/topics');
      await box(page).fill('高空抛');
      await expect(says(page)).toHaveText(/^题库还没下载完/);
      await expect(page.getByRole('link', { name: '反诈' })).toBeVisible();
      await page.unroute('**/packs/*');
      await seek(page, '高空抛物');
      await expect(lineOf(page, thrown.stem)).toBeVisible();
    });

    test('an open page searches too', async ({ page }) => {
      const server = await TestServer.start();
      try {
        await page.goto(`${server.url}/`);
        await page.waitForLoadState('networkidle');
        await server.down();
        await page.getByRole('link', { name: '主题练习' }).click();
        await seek(page, '1254');
        await lineOf(page, thrown.stem).getByRole('link', { name: '练这一题' }).click();
        await expect(page.getByRole('group', { name: thrown.stem })).toBeVisible();
      } finally {
        await server.remove();
      }
    });
  });
});

test.describe('练这一题', () => {
  const WANTED = `/quiz/topic/${TOPIC}?q=${thrown.id}`;

  /** Opens the page with every script held back until the returned function is called. */
  async function openHeld(page: Page, path: string): Promise<() => void> {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/_app/**/*.js', async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(path, { waitUntil: 'commit' });
    return release;
  }

  test('begins a round of its topic with that question in front', async ({ page }) => {
    await page.goto(WANTED);
    await expect(page.getByRole('group', { name: thrown.stem })).toBeVisible();
    await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '0');
    await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuemax', '10');
    await answerOn(page, true);
    await expect(page.getByText('答对 +2')).toBeVisible();
    await goOn(page);
    const second = await questionOn(page);
    expect(second.id).not.toBe(thrown.id);
    // The address asks for it no more: who opens the page again goes on.
    await page.reload();
    await expect(page.getByRole('group', { name: second.stem })).toBeVisible();
    expect(contradictionsIn(await keptOn(page))).toEqual([]);
  });

  test.describe('before any script is loaded', () => {
    test.use({ serviceWorkers: 'block' });

    test('shows nothing of another question', async ({ page }) => {
      const release = await openHeld(page, WANTED);
      await expect(page.getByRole('heading', { name: topic.title })).toBeVisible();
      await expect(page.locator('form legend')).toBeHidden();
      release();
      await expect(page.getByRole('group', { name: thrown.stem })).toBeVisible();
    });

    test('shows the question the page is printed with where it is that one', async ({ page }) => {
      const release = await openHeld(page, `/quiz/topic/${TOPIC}?q=${printed?.id}`);
      const question = await answerOn(page, true);
      expect(question.id).toBe(printed?.id);
      release();
      await expect(page.getByText('答对 +2')).toBeVisible();
      await expect(page).toHaveURL(/\/quiz\/topic\/tort$/);
    });

    test('an address with other things in it, or with a question that is not there, opens as ever', async ({
      page,
    }) => {
      await page.goto(`/quiz/topic/${TOPIC}?from=board-7`);
      expect((await questionOn(page)).id).toBe(printed?.id);
      await page.goto(`/quiz/topic/${TOPIC}?q=nowhere`);
      await answerOn(page, true);
      await goOn(page);
      await questionOn(page);
    });
  });

  test('in the middle of a round is asked now, and the round goes on after it', async ({
    page,
  }) => {
    await page.goto(`/quiz/topic/${TOPIC}`);
    const before: string[] = [];
    for (let n = 0; n < 2; n++) {
      before.push((await answerOn(page, true)).id);
      await goOn(page);
    }
    const waiting = await questionOn(page);
    await expect.poll(async () => (await keptOn(page)).rounds[0]?.at).toBe(2);
    const wanted = topic.questions.find(({ id }) => ![...before, waiting.id].includes(id));
    if (!wanted) throw new Error('the topic is too small');

    await page.goto('/topics');
    await seek(page, wanted.stem);
    await lineOf(page, wanted.stem).getByRole('link', { name: '练这一题' }).click();
    await expect(page.getByRole('group', { name: wanted.stem })).toBeVisible();
    await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '2');
    await answerOn(page, true);
    await expect(page.locator('.award')).toBeVisible();
    await goOn(page);
    await expect(page.getByRole('group', { name: waiting.stem })).toBeVisible();
    const kept = await keptOn(page);
    expect(kept.rounds).toHaveLength(1);
    expect(kept.attempts.map(({ questionId }) => questionId).sort()).toEqual(
      [...before, wanted.id].sort(),
    );
    expect(contradictionsIn(kept)).toEqual([]);
  });

  test('of what the round has asked already begins another round; its answers stay', async ({
    page,
  }) => {
    await page.goto(WANTED);
    await answerOn(page, false);
    await goOn(page);
    await answerOn(page, true);
    await expect.poll(async () => (await keptOn(page)).attempts.length).toBe(2);

    await page.goto('/topics');
    await seek(page, thrown.stem);
    await lineOf(page, thrown.stem).getByRole('link', { name: '再练一次' }).click();
    await expect(page.getByRole('group', { name: thrown.stem })).toBeVisible();
    await answerOn(page, true);
    await expect(page.getByText('答对 +1')).toBeVisible();
    const kept = await keptOn(page);
    expect(kept.attempts).toHaveLength(3);
    expect(new Set(kept.attempts.map(({ round }) => round.id)).size).toBe(2);
    expect(contradictionsIn(kept)).toEqual([]);
  });
});

test('without scripts there is no box that does nothing', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}/topics`);
  await expect(page.getByRole('link', { name: '反诈' })).toBeVisible();
  await expect(page.getByRole('searchbox')).toBeHidden();
  await context.close();
});

/** What can be seen of the search, by name, and how to come to it. */
const views: [string, (page: Page) => Promise<void>][] = [
  ['found', (page) => seek(page, '高空抛物')],
  ['much found', (page) => seek(page, '遗嘱')],
  ['near', (page) => seek(page, '高空泡物')],
  ['nothing', (page) => seek(page, '区块链挖矿')],
  [
    'an explanation',
    async (page) => {
      await seek(page, printed?.stem ?? '');
      await page.getByText('看解析').first().click();
    },
  ],
];

test('the search in this look', async ({ page }) => {
  await page.goto(`/quiz/topic/${TOPIC}`);
  await answerOn(page, false);
  await expect.poll(async () => (await keptOn(page)).attempts.length).toBe(1);
  await page.goto('/topics');
  for (const [name, go] of views) {
    await go(page);
    await checkInEveryLook(page, name);
  }
  await page.setViewportSize({ width: 320, height: 800 });
  for (const [name, go] of views) {
    await go(page);
    expect(await tooWide(page), `${name} at 320 px`).toEqual([]);
  }
});

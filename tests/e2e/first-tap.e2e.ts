import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { keptOn } from '../support/kept.ts';
import { answerOn, builtPack, goOn, questionOn } from '../support/play.ts';

/** Holds back every script of the app until the returned function is called. */
async function holdScripts(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/_app/**/*.js', async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

const attemptsOn = async (page: Page) => (await keptOn(page)).attempts;

for (const path of ['/quiz/topic/anti-fraud', '/quiz/daily']) {
  test.describe(`before any script is loaded, on ${path}`, () => {
    test.use({ serviceWorkers: 'block' });

    test('an answer gets its verdict and explanation, and becomes the first attempt of the round', async ({
      page,
    }) => {
      const release = await holdScripts(page);
      await page.goto(path, { waitUntil: 'commit' });
      const question = await answerOn(page, true);
      await expect(page.getByRole('heading', { name: '解析' })).toBeFocused();
      await expect(page.getByText(question.explanation)).toBeVisible();
      await expect(page.getByText(/答对 \+/)).toHaveCount(0);
      const next = page.getByRole('button', { name: '下一题' });
      const before = await next.boundingBox();

      release();
      await expect(page.getByText('答对 +2')).toBeVisible();
      await expect(page.getByRole('button', { name: '报告错题' })).toBeVisible();
      expect(await next.boundingBox(), 'nothing moves under a thumb').toEqual(before);
      const attempts = await attemptsOn(page);
      expect(attempts).toMatchObject([{ questionId: question.id, right: true }]);
      await goOn(page);
      expect((await questionOn(page)).id).not.toBe(question.id);
    });

    test('a choice that is not yet handed in is kept, and options do not move under the thumb', async ({
      page,
    }) => {
      const release = await holdScripts(page);
      await page.goto(path, { waitUntil: 'commit' });
      await page.getByRole('radio').nth(1).check({ force: true });
      const before = await page.locator('form label').allInnerTexts();
      release();
      await expect(page.getByRole('button', { name: '提交' })).toBeVisible();
      await page.waitForFunction(
        () =>
          window.early?.option !== undefined &&
          !document.querySelector('link[rel=modulepreload]:not([href])'),
      );
      await page.getByRole('button', { name: '提交' }).click();
      await expect(page.getByRole('status').first()).toHaveText(/^答[对错]了/);
      expect((await page.locator('form label').allInnerTexts()).map((t) => t.trim())).toEqual(
        before.map((t) => t.trim()),
      );
      await expect.poll(() => attemptsOn(page)).toHaveLength(1);
    });

    test('a wrong answer is remarked upon at once, and nothing moves when the app starts', async ({
      page,
    }) => {
      const release = await holdScripts(page);
      await page.goto(path, { waitUntil: 'commit' });
      const question = await answerOn(page, false);
      const remarks = question.type === 'single' && question.why ? [/^你的答案/] : [];
      await expect(page.getByRole('listitem')).toHaveText(remarks);
      const next = page.getByRole('button', { name: '下一题' });
      const before = await next.boundingBox();
      release();
      await expect(page.getByRole('button', { name: '报告错题' })).toBeVisible();
      await expect(page.getByRole('listitem')).toHaveText(remarks);
      expect(await next.boundingBox()).toEqual(before);
    });

    test('下一题 pressed early is not lost', async ({ page }) => {
      const release = await holdScripts(page);
      await page.goto(path, { waitUntil: 'commit' });
      const question = await answerOn(page, false);
      await page.getByRole('button', { name: /^(下一题|看成绩)$/ }).click();
      release();
      await expect(page.getByRole('group', { name: question.stem })).toHaveCount(0);
      await expect(page.getByRole('group')).toBeVisible();
    });
  });
}

test('the first HTML of every resident page has real content without scripts', async ({
  browser,
  request,
  server,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  for (const [path, text] of [
    ['/', '今日五题'],
    ['/topics', '反诈'],
    ['/quiz/daily', '提交'],
    ['/wallet', '待同步'],
    ['/me', '长辈版'],
    ['/rules', '怎么得积分'],
    ['/privacy', '不用登录'],
  ] as const) {
    await page.goto(server.url + path);
    await expect(page.getByText(text).first(), path).toBeVisible();
    // A browser that only emulates “no scripts” does not show it, but it is there.
    expect(await page.content(), path).toContain('这一页要用 JavaScript');
  }
  await context.close();
  for (const topic of builtPack().topics) {
    const html = await (await request.get(`/quiz/topic/${topic.id}`)).text();
    const stem = /<legend[^>]*>(?:<!--.*?-->)*([^<]+)/.exec(html)?.[1];
    expect(topic.questions.map((q) => q.stem)).toContain(stem);
  }
});

test('the app waits for the first paint before it is evaluated', async ({ request }) => {
  for (const path of ['/', '/quiz/topic/anti-fraud', '/quiz/daily']) {
    const html = await (await request.get(path)).text();
    expect(html, path).toMatch(/early\.painted\.then\(\(\) => Promise\.all\(\[import/);
    const preloads = [...html.matchAll(/<link[^>]*modulepreload[^>]*>/g)].map((m) => m[0]);
    if (preloads.length) expect(preloads[0], path).toContain('/chunks/');
  }
});

test.describe('before any script is loaded, elsewhere', () => {
  test.use({ serviceWorkers: 'block' });

  test('长辈版 on the first screen answers at once and stays', async ({ page }) => {
    const release = await holdScripts(page);
    await page.goto('/', { waitUntil: 'commit' });
    await page.getByRole('button', { name: '长辈版' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-elder', '');
    release();
    await expect(page.getByRole('button', { name: '长辈版', pressed: true })).toBeVisible();
  });

  test('a button pressed on another page is not lost', async ({ page }) => {
    const release = await holdScripts(page);
    await page.goto('/me', { waitUntil: 'commit' });
    await page.getByRole('radio', { name: '很大' }).check({ force: true });
    await page.getByRole('button', { name: '清除本机数据' }).click();
    release();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('data-size', '3');
  });
});

import { mkdirSync } from 'node:fs';
import { chromium, type BrowserContextOptions, type Page } from 'playwright';
import { TestServer } from '../tests/support/server.ts';
import { answerOn, goOn } from '../tests/support/play.ts';
import { findBrowser, QUIET } from './find-browser.ts';

// `npm run screenshots`, after a build: the pictures in README and in the web manifest, from the real app.

const phone: BrowserContextOptions = {
  viewport: { width: 412, height: 915 },
  locale: 'zh-CN',
  hasTouch: true,
  isMobile: true,
};
const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: ['--no-sandbox', ...QUIET],
});
const server = await TestServer.start();
mkdirSync('docs/screenshots', { recursive: true });
mkdirSync('static/screenshots', { recursive: true });

async function inContext(
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ ...phone, ...options, baseURL: server.url });
  await use(await context.newPage());
  await context.close();
}

async function play(page: Page): Promise<void> {
  await page.goto('/quiz/topic/copyright-ai');
  for (let i = 0; i < 6; i++) {
    await answerOn(page, i % 3 !== 2);
    await page
      .getByText(/答对 \+|解析/)
      .first()
      .waitFor();
    if (i < 5) await goOn(page);
  }
}

try {
  await inContext({}, async (page) => {
    await play(page);
    await page.goto('/');
    await page.locator('.points strong', { hasText: /[1-9]/ }).waitFor();
    await page.screenshot({ path: 'static/screenshots/home.png' });
    await page.screenshot({ path: 'docs/screenshots/home.png' });
    await page.goto('/topics');
    await page.getByText(/已会/).first().waitFor();
    await page.screenshot({ path: 'docs/screenshots/topics.png' });
    await page.goto('/quiz/topic/anti-fraud');
    await answerOn(page, true);
    await page.getByText(/答对 \+/).waitFor();
    await page.screenshot({ path: 'docs/screenshots/right.png' });
    await page.screenshot({ path: 'static/screenshots/quiz.png' });
    await page.goto('/wallet');
    await page
      .getByText(/还差 \d+ 积分/)
      .first()
      .waitFor();
    await page.screenshot({ path: 'docs/screenshots/wallet.png' });
  });
  await inContext({ colorScheme: 'dark' }, async (page) => {
    await page.goto('/quiz/topic/fengqiao');
    await answerOn(page, false);
    await page.getByRole('heading', { name: '解析' }).waitFor();
    await page.screenshot({ path: 'docs/screenshots/wrong-dark.png' });
  });
  await inContext({}, async (page) => {
    await page.goto('/');
    await page.getByRole('button', { name: '长辈版' }).click();
    await page.screenshot({ path: 'docs/screenshots/elder.png' });
  });
  await inContext({ viewport: { width: 1280, height: 800 }, isMobile: false }, async (page) => {
    await page.goto('/');
    await page.getByText('这一周').first().waitFor();
    await page.screenshot({ path: 'static/screenshots/home-wide.png' });
  });
} finally {
  await browser.close();
  await server.remove();
}

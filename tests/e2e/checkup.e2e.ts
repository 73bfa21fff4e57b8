import { readFileSync } from 'node:fs';
import type { Download, Page } from '@playwright/test';
import {
  answerSome,
  reportFor,
  slipsOn,
  tableOf,
  tableOn,
  takeCheckup,
} from '../support/checkup.ts';
import { answerKept, playToEnd, questionOn } from '../support/play.ts';
import { TestServer } from '../support/server.ts';
import { expect, readyOffline, test } from '../support/test.ts';

// 法治体检: twenty questions, the report on them, and what can be done with it.

/** The report on the screen says what was answered, in the chart as in the table. */
async function expectReport(page: Page, report: ReturnType<typeof reportFor>): Promise<void> {
  await expect(page.getByText(`体检分 ${report.points}`, { exact: true })).toBeVisible();
  expect(await tableOn(page)).toEqual(tableOf(report));
  const share = ({ points, most }: { points: number; most: number }) =>
    Math.round((100 * points) / most);
  expect(await slipsOn(page)).toEqual(
    report.books.map((book) => [book.title, String(book.points), share(book)]),
  );
  for (const book of report.reading) {
    const link = page.getByRole('link', { name: `去练“${book.title}”` });
    await expect(link).toHaveAttribute('href', `/quiz/topic/${book.id}`);
    for (const { stem } of book.wrong)
      await expect(page.locator('[data-report] ~ .card ol').getByText(stem)).toBeVisible();
  }
}

test('a whole check-up, left and reloaded in the middle, with a report that says what was answered', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.goto('/');
  await page.getByRole('link', { name: '法治体检' }).click();
  await expect(page.getByRole('heading', { name: '法治体检', level: 1 })).toBeVisible();
  await expect(page.getByText('只测法律知识，不是法律意见')).toBeVisible();
  await page.getByRole('link', { name: '开始体检' }).click();

  const isRight = (n: number) => n % 3 !== 1;
  const answers = await answerSome(page, 6, isRight);
  const bar = page.getByRole('progressbar');
  await expect(bar).toHaveAccessibleName('第 7 题，共 20 题');

  // Reloaded in front of a question it is the same, its options where they were; however often.
  const waiting = await questionOn(page);
  const shown = await page.locator('form .label').allInnerTexts();
  for (let time = 0; time < 3; time++) {
    await page.reload();
    await expect(page.getByRole('group', { name: waiting.stem })).toBeVisible();
    expect(await page.locator('form .label').allInnerTexts()).toEqual(shown);
    await expect(bar).toHaveAccessibleName('第 7 题，共 20 题');
  }
  const { id } = await answerKept(page, true);
  answers.push({ questionId: id, right: true });

  // Left after an answer, it waits on the page of check-ups.
  await page.goto('/checkup');
  await expect(page.getByText('已经答了 7 题，还有 13 题')).toBeVisible();
  await page.getByRole('link', { name: '接着体检' }).click();
  await expect(page.getByRole('status').first()).toHaveText(/^答对了/);
  await page.getByRole('button', { name: '下一题' }).click();

  const rest = await playToEnd(page, (_, n) => isRight(n));
  answers.push(...rest.map((q, n) => ({ questionId: q.id, right: isRight(n) })));
  expect(new Set(answers.map(({ questionId }) => questionId)).size).toBe(20);
  const report = reportFor(answers);
  for (const book of report.books) {
    expect(book.asked).toBeGreaterThanOrEqual(2);
    expect(book.asked).toBeLessThanOrEqual(4);
  }

  // First right answers earn as anywhere else.
  await expect(page.getByText(`+${2 * report.right} 积分`)).toBeVisible();
  await expect(page.locator('.sum')).toContainText(`答对 ${report.right} 题，共 20 题`);
  await expectReport(page, report);
  await page.getByRole('link', { name: '存图片、看以前的报告' }).click();
  await expect(page.getByRole('heading', { name: '法治体检报告' })).toBeVisible();
  await expectReport(page, report);
  await expect(page.getByText(/比上次|和上次/)).toHaveCount(0);
  await page.goto('/wallet');
  await expect(page.getByText('法治体检').first()).toBeVisible();
});

test('without a signal: the second check-up is compared with the first, and both can be looked at', async ({
  page,
  context,
}) => {
  test.setTimeout(180_000);
  const server = await TestServer.start();
  try {
    await page.goto(`${server.url}/checkup`);
    await readyOffline(page);
    await server.down();
    await context.setOffline(true);

    await page.goto(`${server.url}/checkup`);
    await page.getByRole('link', { name: '开始体检' }).click();
    const first = reportFor(await answerSome(page, 20, (n) => n % 2 > 0));
    await expectReport(page, first);
    await page.goto(`${server.url}/checkup`);
    await page.getByRole('link', { name: '再做一次' }).click();
    const second = reportFor(await answerSome(page, 20, (n) => n % 6 > 0));
    const difference = second.points - first.points;
    expect(difference).toBeGreaterThan(0);
    await expect(page.getByText(`比上次 +${difference}`)).toBeVisible();

    await page.goto(`${server.url}/checkup`);
    await expectReport(page, second);
    await expect(page.getByText(`比上次 +${difference}`)).toBeVisible();
    const reports = page.getByRole('button', { name: /^\d+年\d+月\d+日/ });
    await expect(reports).toHaveCount(2);
    await expect(reports.first()).toHaveAttribute('aria-pressed', 'true');
    await reports.last().click();
    await expectReport(page, first);
    await expect(page.getByText(/比上次|和上次/)).toHaveCount(0);
  } finally {
    await server.remove();
  }
});

test('a report is saved as a picture, printed, and shared', async ({ page }) => {
  test.slow();
  await takeCheckup(page, (n) => n % 3 > 0);
  await page.goto('/checkup');
  await expect(page.getByRole('heading', { name: '法治体检报告' })).toBeVisible();
  await test.step('as a picture', () => savedAsPicture(page));
  await test.step('on paper', () => printed(page));
  await test.step('to another app', () => shared(page));
});

async function savedAsPicture(page: Page): Promise<void> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: '存成图片' }).click();
  const download: Download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^法治体检报告-\d{4}-\d{2}-\d{2}\.png$/);
  const png = readFileSync(await download.path());
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1080, 1520]);
  expect(png.length).toBeGreaterThan(20_000);
  // For web views that save no files it stands there, to be pressed for long.
  await expect(page.getByRole('img', { name: '法治体检报告' })).toBeVisible();
  await expect(page.getByText('图片已交给手机保存')).toBeVisible();
  // This browser cannot hand files on, so nothing promises it.
  expect(await page.evaluate(() => 'canShare' in navigator)).toBe(false);
  await expect(page.getByRole('button', { name: '分享' })).toHaveCount(0);
}

/** The report and nothing else, black on white also in the evening. */
async function printed(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('look', JSON.stringify({ theme: 'dark' })));
  await page.reload();
  await expect(page.getByRole('heading', { name: '法治体检报告' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(page.getByRole('table')).toBeVisible();
  await expect(page.getByText('只测法律知识，不是法律意见')).toBeVisible();
  for (const control of await page.locator('a, button, summary').all())
    await expect(control).not.toBeInViewport();
  const [red, green, blue] = await page
    .getByRole('table')
    .evaluate((table) => getComputedStyle(table).color.match(/\d+/g)?.map(Number) ?? []);
  expect(Math.max(red ?? 255, green ?? 255, blue ?? 255)).toBeLessThan(60);
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
  expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(2);
  await page.emulateMedia({ media: 'screen' });
}

/** Changing one’s mind is no failure. Headless browsers have no sheet for sharing: what it would be given is kept. */
async function shared(page: Page): Promise<void> {
  interface Handed {
    title?: string;
    files: { name: string; type: string; size: number }[];
  }
  await page.addInitScript(() => {
    const handed: Handed[] = [];
    Object.assign(window, { handed, changesMind: false });
    Object.assign(navigator, {
      canShare: (data: ShareData) => data.files?.every(({ type }) => type === 'image/png'),
      share: ({ title, files = [] }: ShareData) => {
        if ((window as unknown as { changesMind: boolean }).changesMind)
          return Promise.reject(new DOMException('no', 'AbortError'));
        handed.push({
          ...(title && { title }),
          files: files.map(({ name, type, size }) => ({ name, type, size })),
        });
        return Promise.resolve();
      },
    });
  });
  await page.reload();
  await page.getByRole('button', { name: '分享' }).click();
  const handed = () => page.evaluate(() => (window as unknown as { handed: Handed[] }).handed);
  await expect.poll(handed).toHaveLength(1);
  const [{ title, files } = { files: [] }] = await handed();
  expect(title).toBe('法治体检');
  expect(files).toMatchObject([{ type: 'image/png' }]);
  expect(files[0]?.size).toBeGreaterThan(20_000);
  await page.evaluate(() => Object.assign(window, { changesMind: true }));
  await page.getByRole('button', { name: '分享' }).click();
  await expect(page.getByRole('button', { name: '存成图片' })).toBeEnabled();
  await expect(page.getByText('没有分享成功')).toHaveCount(0);
}

test('the first HTML says what it is, before any script', async ({ request }) => {
  const html = await (await request.get('/checkup')).text();
  for (const words of ['法治体检', '二十道题', '开始体检', '只测法律知识，不是法律意见'])
    expect(html).toContain(words);
});

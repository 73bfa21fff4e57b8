import { expect, readyOffline, test } from '../support/test.ts';
import { answerOn, goOn, playToEnd, questionOn } from '../support/play.ts';
import { TestServer } from '../support/server.ts';
import { rowsIn } from '../support/stored.ts';
import { amountsOn, earnedOn } from '../support/wallet.ts';

// A resident's evening, with a server of its own that is stopped in the middle.
test.describe('a resident’s evening', () => {
  test('plays a topic with all six types, sees the points add up, and goes on without a signal', async ({
    page,
    context,
  }) => {
    const server = await TestServer.start();
    try {
      await page.goto(`${server.url}/`);
      await expect(page.getByRole('heading', { name: '民法典公园', level: 1 })).toBeVisible();
      await page.getByRole('link', { name: '主题练习' }).click();
      await page.getByRole('link', { name: '枫桥经验与基层治理' }).click();

      const types = new Set<string>();
      let points = 0;
      for (let round = 0; types.size < 6 && round < 4; round++) {
        const played = await playToEnd(page, (_, n) => n % 4 === 0);
        for (const question of played) types.add(question.type);
        const said = await page.getByText(/^\+\d+ 积分$/).innerText();
        points += Number(/\d+/.exec(said)?.[0]);
        if (types.size < 6) await page.getByRole('button', { name: '再来一轮' }).click();
      }
      expect([...types].sort()).toEqual([
        'judge',
        'match',
        'multiple',
        'number',
        'order',
        'single',
      ]);
      await page.getByRole('link', { name: '看钱包' }).click();
      await expect(page.getByRole('heading', { name: '钱包' })).toBeVisible();
      await expect.poll(() => earnedOn(page)).toBe(points);
      expect(points).toBeGreaterThanOrEqual(6);
      // Booked by the server within seconds, to the point what the phone had estimated.
      await expect.poll(() => amountsOn(page)).toEqual({ available: points, pending: 0, held: 0 });

      await readyOffline(page);
      await server.down();
      await context.setOffline(true);

      await page.goto(`${server.url}/quiz/topic/anti-fraud?from=board-7#top`);
      const first = await answerOn(page, true);
      await expect(page.getByText('答对 +2')).toBeVisible();
      await goOn(page);
      const second = await questionOn(page);
      expect(second.id).not.toBe(first.id);
      const shown = await page.locator('form label, form li').allInnerTexts();

      await page.reload();
      await expect(page.getByRole('group', { name: second.stem })).toBeVisible();
      expect(await page.locator('form label, form li').allInnerTexts()).toEqual(shown);
      await playToEnd(page, () => true);
      await page.goto(`${server.url}/wallet`);
      await expect.poll(() => earnedOn(page)).toBeGreaterThan(points);

      await server.up();
      await context.setOffline(false);
      await page.goto(`${server.url}/quiz/daily`);
      await answerOn(page, true);
      await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuemax', '5');
    } finally {
      await server.remove();
    }
  });

  test('opens every resident page without a signal after the first visit, deep links and query strings too', async ({
    page,
    context,
  }) => {
    const server = await TestServer.start();
    try {
      await page.goto(`${server.url}/rules`);
      await readyOffline(page);
      await server.down();
      await context.setOffline(true);
      const pages: [string, string][] = [
        ['/', '民法典公园'],
        ['/?utm=1', '民法典公园'],
        ['/topics', '主题练习'],
        ['/quiz/topic/fengqiao#x', '枫桥经验与基层治理'],
        ['/quiz/topic/civil-code-park?a=1&b=2', '民法典公园'],
        ['/quiz/daily', '今日五题'],
        ['/quiz/daily?from=share', '今日五题'],
        ['/review', '错题本'],
        ['/quiz/review', '错题本'],
        ['/wallet', '钱包'],
        ['/me', '我的'],
        ['/rules', '积分规则'],
        ['/privacy', '隐私说明'],
        ['/nowhere', '没有信号'],
      ];
      for (const [path, heading] of pages) {
        await page.goto(server.url + path);
        await expect(page.getByRole('heading', { name: heading, level: 1 }), path).toBeVisible();
      }
    } finally {
      await server.remove();
    }
  });

  test('the five of the day are finished once, with their own award, and stay finished', async ({
    page,
  }) => {
    await page.goto('/quiz/daily');
    const played = await playToEnd(page, (_, n) => n !== 2);
    expect(played).toHaveLength(5);
    await expect(page.getByText('+11 积分')).toBeVisible();
    // That the round has ended is stored a moment after it is shown.
    const phases = async () =>
      (await rowsIn<{ phase: string }>(page, 'rounds')).map((r) => r.phase);
    await expect.poll(phases).toEqual(['finished']);
    await page.goto('/wallet');
    await expect(page.getByText('完成今日五题 +3')).toBeVisible();
    await page.goto('/quiz/daily');
    await expect(page.getByRole('heading', { name: '本轮成绩' })).toBeVisible();
  });

  test('a faulty question can be reported, and everything be taken along or removed', async ({
    page,
    context,
  }) => {
    await page.goto('/quiz/topic/legal-checkup');
    await readyOffline(page);
    // What is answered now is only here.
    await context.setOffline(true);
    await answerOn(page, false);
    await page.getByRole('button', { name: '报告错题' }).click();
    await page.getByRole('radio', { name: '题目看不懂' }).check();
    await page.getByRole('button', { name: '存下报告' }).click();
    await expect(page.getByText('谢谢，报告已存在手机里')).toBeVisible();

    await page.goto('/me');
    await expect(page.getByText('这台手机上存着 1 次作答')).toBeVisible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: '导出我的数据' }).click();
    const file = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of file) chunks.push(chunk as Buffer);
    const data = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown[]>;
    expect(data.attempts).toHaveLength(1);
    expect(data.reports).toMatchObject([{ reason: 'wording' }]);

    await page.getByRole('button', { name: '清除本机数据' }).click();
    await expect(page.getByRole('dialog')).toContainText('1 次作答还没有同步');
    await page.getByRole('button', { name: '清除', exact: true }).click();
    await expect(page.getByText('本机数据已清除')).toBeVisible();
    await expect(page.getByText('这台手机上存着 0 次作答')).toBeVisible();
  });

  test('长辈版 is one tap from the first screen and stays', async ({ page }) => {
    await page.goto('/');
    await page.getByRole('button', { name: '长辈版' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-elder', '');
    await page.goto('/topics');
    await expect(page.locator('html')).toHaveAttribute('data-elder', '');
  });

  test('“install” respects a no', async ({ browser, server }) => {
    const context = await browser.newContext({
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1',
    });
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByText('放到手机桌面').waitFor();
    await page.getByRole('button', { name: '不用了' }).click();
    await page.reload();
    await readyOffline(page);
    await expect(page.getByText('放到手机桌面')).toHaveCount(0);
    await context.close();
  });
});

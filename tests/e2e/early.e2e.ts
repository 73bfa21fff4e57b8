import type { Page } from '@playwright/test';
import { answerOn } from '../support/play.ts';
import { expect, test } from '../support/test.ts';
import { amountsOn } from '../support/wallet.ts';

// A slow phone shows the page long before the app in it has started. What is pressed and typed by then counts.

/** Opens a page whose scripts come two seconds late. */
async function openEarly(page: Page, path: string): Promise<void> {
  await page.route('**/_app/**/*.js', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await route.continue().catch(() => undefined);
  });
  await page.goto(path, { waitUntil: 'commit' });
}

test('a recovery code sent off before the app has started is taken up and stays out of the address', async ({
  page,
}) => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await openEarly(page, '/me');
  await page.getByRole('textbox', { name: '恢复码' }).fill('ABCD EFGH JKMN PQRS TUVW');
  await page.getByRole('button', { name: '加入钱包' }).click();
  await expect(page.getByRole('dialog')).toContainText('加入那个钱包？');
  expect(addresses.filter((address) => address.includes('ABCD'))).toEqual([]);
  expect(page.url()).toMatch(/\/me$/);
});

test('a button pressed before the app has started opens its dialog', async ({ page }) => {
  await openEarly(page, '/me');
  await page.getByRole('button', { name: '清除本机数据' }).click();
  await expect(page.getByRole('dialog')).toContainText('真的要清除吗？');
});

test('a switch turned before the app has started is turned once', async ({ page }) => {
  await openEarly(page, '/me');
  await page.getByRole('switch', { name: '长辈版' }).click();
  await page.getByRole('radio', { name: '很大' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-elder', '');
  await expect(page.locator('html')).toHaveAttribute('data-size', '3');
  await expect(page.getByRole('switch', { name: '长辈版' })).toBeChecked();
});

test('an enrolment code sent off before the app has started is taken up and stays out of the address', async ({
  page,
}) => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await openEarly(page, '/shop');
  await page.getByRole('radio', { name: '只在联网时核销' }).check();
  await page.getByRole('textbox', { name: '登记码' }).fill('ABCD2345EFGH');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('登记码不对、已用过或已过期。');
  await expect(page.getByRole('textbox', { name: '登记码' })).toHaveValue('ABCD2345EFGH');
  expect(addresses.filter((address) => address.includes('ABCD'))).toEqual([]);
});

test('what is shown stays where it is while the rest arrives', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await page.addInitScript(() => {
    const moved: { score: number; what: string }[] = [];
    (window as unknown as { moved: typeof moved }).moved = moved;
    interface LayoutShift extends PerformanceEntry {
      value: number;
      sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
    }
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as LayoutShift[])
        moved.push({
          score: value,
          what:
            sources
              .map(
                (s) =>
                  `${s.node?.textContent?.trim().slice(0, 40)} ${s.previousRect.top}–${s.currentRect.top}`,
              )
              .join(' | ') +
            ` scrolled ${scrollY} of ${document.documentElement.scrollHeight} at ${performance.now()}`,
        });
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto('/quiz/topic/anti-fraud');
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
  await page.goto('/wallet');
  await expect.poll(() => amountsOn(page)).toMatchObject({ available: 2 });
  for (const path of ['/', '/topics', '/review', '/wallet', '/me'])
    // The wallet is as long as what it has read; nobody is at its end before that.
    for (const y of path === '/wallet' ? [0] : [0, 5000]) {
      await page.goto(path);
      await page.evaluate((top) => scrollTo(0, top), y);
      await page.waitForLoadState('networkidle');
      const moved = await page.evaluate(
        () => (window as unknown as { moved: { score: number; what: string }[] }).moved,
      );
      const score = moved.reduce((sum, one) => sum + one.score, 0);
      expect(score, `${path} from ${y}: ${JSON.stringify(moved)}`).toBeLessThan(0.01);
    }
});

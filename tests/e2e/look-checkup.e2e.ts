import { takeCheckup } from '../support/checkup.ts';
import { checkInEveryLook, tooWide } from '../support/look.ts';
import { expect, test } from '../support/test.ts';

// 法治体检 in every look: before the first, its result, and the reports of two.

test('a first and a second check-up', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto('/checkup');
  await checkInEveryLook(page, 'before the first');
  await takeCheckup(page, (n) => n % 3 > 0);
  await expect(page.getByRole('table')).toBeVisible();
  await checkInEveryLook(page, 'the result with its report');
  await takeCheckup(page, (n) => n % 4 > 0);
  await page.goto('/checkup');
  await expect(page.getByText(/比上次|和上次/).first()).toBeVisible();
  await page.getByText('分怎么算').click();
  await page.getByText('看解析').first().click();
  await page.getByRole('button', { name: '存成图片' }).click();
  await expect(page.getByRole('img', { name: '法治体检报告' })).toBeVisible();
  await checkInEveryLook(page, 'the reports');
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await tooWide(page), 'at 320 px').toEqual([]);
});

import type { BrowserContextOptions } from '@playwright/test';
import { checkInEveryLook, tillLooks } from '../support/look.ts';
import { enrol, enrolmentCode, earn, exchange, voucherOn } from '../support/redeem.ts';
import { expect, test } from '../support/test.ts';

// The wallet, the voucher, the till and one's own page, with something in them.

test('from goods to the counter and back', async ({ page, browser, server, viewport }) => {
  test.setTimeout(240_000);
  const check = (what: string) => checkInEveryLook(page, what);
  await earn(page, server, 300);
  await check('wallet with goods');
  await page.getByRole('button', { name: '兑换：手帕纸' }).click();
  await check('the question to exchange');
  await page.getByRole('button', { name: '先不换' }).click();
  await exchange(page);
  await check('a voucher to show');
  await page.getByRole('button', { name: '取消兑换' }).click();
  await check('the question to cancel');
  await page.getByRole('dialog').getByRole('button', { name: '取消兑换' }).click();
  await expect(page.getByText('已取消')).toBeVisible();
  await check('a cancelled voucher');
  await page.goto('/wallet');
  await exchange(page);

  const options: BrowserContextOptions = {
    baseURL: server.url,
    ...(viewport && { viewport }),
  };
  const counter = await browser.newContext(options);
  const till = await counter.newPage();
  const checkTill = (what: string) => checkInEveryLook(till, what, tillLooks);
  await enrol(till, enrolmentCode(server));
  await expect(till.getByLabel('券码')).toBeVisible();
  await checkTill('the till, without a camera');
  await till.getByLabel('券码').fill('2345678ABC');
  await till.getByRole('button', { name: '查券' }).click();
  await expect(till.getByText('没有这张兑换券。')).toBeVisible();
  await checkTill('a code that is none');
  await till.getByLabel('券码').fill((await voucherOn(page)).code);
  await till.getByRole('button', { name: '查券' }).click();
  await expect(till.getByText('可以给货')).toBeVisible();
  await checkTill('goods may be given');
  await till.getByRole('button', { name: '缺货' }).click();
  await checkTill('the question whether there is none');
  await till.getByRole('button', { name: '有货', exact: true }).click();
  await till.getByRole('button', { name: '交货' }).click();
  await expect(till.getByText('已交货')).toBeVisible();
  await checkTill('handed over');
  await till.goto('/shop#today');
  await expect(till.getByRole('heading', { name: '今日核销' })).toBeVisible();
  await checkTill('what was handed over today');
  await till.goto('/shop#till');
  await till.getByRole('button', { name: '扫下一张' }).click();
  await till.getByLabel('券码').fill((await voucherOn(page)).code);
  await till.getByRole('button', { name: '查券' }).click();
  await expect(till.getByText('不能给货')).toBeVisible();
  await checkTill('goods may not be given');
  await counter.close();

  await expect(page.getByText('已领取')).toBeVisible();
  await check('a voucher that was handed over');
  await page.goto('/wallet');
  await page.locator('summary').first().click();
  await expect(page.getByText('已领取').first()).toBeVisible();
  await check('wallet with ended vouchers');
  await page.goto('/me');
  await page.getByRole('button', { name: '查看我的设备' }).click();
  await expect(page.getByRole('button', { name: /^退出：/ })).toBeVisible();
  await page.getByRole('button', { name: '生成恢复码' }).click();
  await check('the question to make a recovery code');
  await page.getByRole('dialog').getByRole('button', { name: '生成', exact: true }).click();
  await expect(page.getByRole('heading', { name: '你的恢复码' })).toBeVisible();
  await check('a recovery code, and the devices');
});

import { addClerk, ageList, exchangeSome, typePin } from '../support/counter.ts';
import { checkInEveryLook, tillLooks } from '../support/look.ts';
import { enrol, enrolmentCode, voucherOn } from '../support/redeem.ts';
import { TestServer } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

// The look of the shop desk in every state. The till is the shop's: a resident's 长辈版 is not its look.

// A scanner gun types the whole token: every state is reached without a camera.
test('the shop desk, with a signal and without one', async ({ browser }) => {
  test.slow();
  const park = await TestServer.start();
  const options = {
    baseURL: park.url,
    viewport: { width: 360, height: 780 },
  };
  const [home, counter] = [await browser.newContext(options), await browser.newContext(options)];
  const resident = await home.newPage();
  const till = await counter.newPage();
  const check = (what: string) => checkInEveryLook(till, what, tillLooks);
  const scan = async (token: string) => {
    await till.getByLabel('券码', { exact: true }).fill(token);
    await till.getByRole('button', { name: '查券' }).click();
  };
  const press = (name: string) => till.getByRole('button', { name, exact: true }).click();
  const pin = addClerk(park, '小王');
  addClerk(park, '张阿姨');
  const [first = '', second = '', third = ''] = await exchangeSome(resident, park, 3);
  expect((await voucherOn(resident)).token).toBe(third);

  await till.goto('/shop');
  await expect(till.getByLabel('登记码')).toBeVisible();
  await check('enrolment');
  await enrol(till, enrolmentCode(park), '没信号也能核销');
  await expect(till.getByRole('heading', { name: '谁在上班？' })).toBeVisible();
  await check('who is on duty');
  await press('小王');
  await typePin(till, '000000');
  await expect(till.getByText('数字密码不对。')).toBeVisible();
  await check('a wrong PIN');
  await typePin(till, pin);
  await expect(till.getByRole('group', { name: '大按键' })).toBeVisible();
  await check('no camera: large keys for the code');
  await scan(first);
  await expect(till.getByText('可以给货')).toBeVisible();
  await press('交货');
  await expect(till.getByText('已交货')).toBeVisible();
  await press('扫下一张');
  await scan(first);
  await expect(till.getByText('已核销', { exact: true })).toBeVisible();
  await check('handed over before, by whom');
  await press('扫下一张');

  await park.down('SIGKILL');
  await scan(second);
  await expect(till.getByText('没有信号，由这台设备核对')).toBeVisible();
  await check('goods may be given, without a signal');
  await press('交货');
  await expect(till.getByText('已交货')).toBeVisible();
  await check('handed over without a signal');
  await till.goto('/shop#today');
  await expect(till.getByText('待上传', { exact: true })).toBeVisible();
  await check('today, one to be uploaded');
  await till.goto('/shop#till');
  await ageList(till, 73);
  await press('扫下一张');
  await scan(third);
  await expect(till.getByText('需联网核对')).toBeVisible();
  await check('only the server could say');
  await park.up();
  await press('扫下一张');
  await expect(till.getByText('1 笔已上传')).toBeVisible({ timeout: 40_000 });
  await till.goto('/shop#takings');
  await expect(till.getByRole('row', { name: /小王 2/ })).toBeVisible();
  await check('the month’s account');
  await Promise.all([home.close(), counter.close()]);
  await park.remove();
});

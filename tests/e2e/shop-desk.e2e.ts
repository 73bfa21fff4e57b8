import type { Page } from '@playwright/test';
import { readSheet } from 'read-excel-file/node';
import { addClerk, ageList, Counter, exchangeSome, typePin } from '../support/counter.ts';
import { enrol, enrolmentCode, GOODS, shopCommand } from '../support/redeem.ts';
import { TestServer } from '../support/server.ts';
import { rowsIn } from '../support/stored.ts';
import { expect, test as base } from '../support/test.ts';
import { amountsOn } from '../support/wallet.ts';

// A clerk's day with a signal and without one. The camera sees real QR codes, the server is stopped and comes back.

/** A shop of its own: beside a terminal that hands over without a signal there is no other. */
const test = base.extend<{ park: TestServer; counter: Counter; resident: Page }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a fixture needs from this pattern
  park: async ({}, use) => {
    const park = await TestServer.start();
    await use(park);
    await park.remove();
  },
  counter: async ({ park }, use) => {
    const counter = new Counter(park);
    await use(counter);
    await counter.remove();
    expect(counter.phone.errors, 'no page reports an error').toEqual([]);
  },
  resident: async ({ browser, park }, use) => {
    const context = await browser.newContext({ baseURL: park.url });
    await use(await context.newPage());
    await context.close();
  },
});
test.slow();

/** The page opens without a signal from now on. */
async function stored(till: Page): Promise<void> {
  await till.goto('/shop#today');
  await expect(till.getByText('没信号也能打开这一页')).toBeVisible({ timeout: 60_000 });
  await till.goto('/shop#till');
}
const verdict = (till: Page, words: string) =>
  expect(till.getByRole('heading', { name: words })).toBeVisible({ timeout: 30_000 });
const press = (till: Page, name: string) => till.getByRole('button', { name, exact: true }).click();

test('a day: scanned online, without a signal, killed, opened again, uploaded; the wallet follows', async ({
  park,
  counter,
  resident,
}) => {
  const pin = addClerk(park, '小王');
  const [first = '', second = ''] = await exchangeSome(resident, park, 2);
  const till = await counter.phone.open('/shop');
  await enrol(till, enrolmentCode(park), '没信号也能核销');
  await typePin(till, pin);
  await stored(till);
  await expect(till.getByText('没信号时也能核销')).toBeVisible();

  counter.show(first);
  await till.reload();
  await verdict(till, '可以给货');
  await press(till, '交货');
  await verdict(till, '已交货');

  await park.down('SIGKILL');
  counter.show(second);
  await press(till, '扫下一张');
  await verdict(till, '可以给货');
  await expect(till.getByText(GOODS)).toBeVisible();
  await expect(till.getByText('没有信号，由这台设备核对')).toBeVisible();
  await press(till, '交货');
  await verdict(till, '已交货');
  await expect(till.getByText('离线核销 1 笔待上传')).toBeVisible();

  await press(till, '扫下一张');
  await verdict(till, '不能给货');
  await expect(till.getByText('已核销', { exact: true })).toBeVisible();
  await expect(till.getByText(/今天 \d\d:\d\d 已由小王核销/)).toBeVisible();

  await expect.poll(() => counter.phone.hasOnDisk('terminal'), { timeout: 60_000 }).toBe(true);
  await counter.phone.kill();
  const again = await counter.phone.open('/shop#today');
  await expect(again.getByText('待上传', { exact: true })).toBeVisible();
  await expect(again.getByText('2 件')).toBeVisible();
  counter.show();
  await again.goto('/shop#till');
  await expect(again.getByText('离线核销 1 笔待上传')).toBeVisible();
  await expect(again.getByText('能离线核销')).toBeVisible();

  // Another shift, and still no signal: the PIN is checked here.
  const shift = again.getByRole('button', { name: '换班' });
  await shift.click();
  await typePin(again, pin === '000000' ? '111111' : '000000');
  await expect(again.getByText('数字密码不对。')).toBeVisible();
  await expect(shift).toHaveCount(0);
  await typePin(again, pin);
  await expect(shift).toContainText('小王');

  await park.up();
  await expect(again.getByText('1 笔已上传')).toBeVisible({ timeout: 40_000 });
  await resident.goto('/wallet');
  await expect.poll(() => amountsOn(resident)).toEqual({ available: 2, pending: 0, held: 0 });
  await again.goto('/shop#takings');
  await expect(again.getByRole('row', { name: /小王 2/ })).toBeVisible();

  const saved = again.waitForEvent('download');
  await press(again, '存成 Excel');
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^[\w-]+-20\d\d-\d\d\.xlsx$/);
  const rows = await readSheet(await file.path(), 1);
  expect(rows.filter((row) => row[2] === GOODS && row[3] === '小王')).toHaveLength(2);
  await park.down();
  await press(again, '存成 CSV');
  await expect(again.getByRole('alert')).toBeVisible();
});

test('without a signal a cancelled voucher is refused, and everything once the list is old', async ({
  park,
  counter,
  resident,
}) => {
  const [good = '', cancelled = ''] = await exchangeSome(resident, park, 2);
  const till = await counter.phone.open('/shop');
  await enrol(till, enrolmentCode(park), '没信号也能核销');
  await stored(till);
  await resident.getByRole('button', { name: '取消兑换' }).click();
  await resident.getByRole('dialog').getByRole('button', { name: '取消兑换' }).click();
  await expect(resident.getByText(/退回中|已取消/).first()).toBeVisible();
  await till.reload();
  await expect(till.getByText('没信号时也能核销')).toBeVisible();
  await expect.poll(() => deniedOn(till)).toBe(1);

  await park.down('SIGKILL');
  counter.show(cancelled);
  await till.reload();
  await verdict(till, '不能给货');
  await expect(till.getByText('已取消', { exact: true })).toBeVisible();

  await ageList(till, 73);
  counter.show(good);
  await till.reload();
  await verdict(till, '不能给货');
  await expect(till.getByText('需联网核对')).toBeVisible();
  await expect(till.getByText('作废名单已超过 72 小时没更新')).toBeVisible();

  await park.up();
  await expect(till.getByText('已联网')).toBeVisible({ timeout: 40_000 });
  await press(till, '扫下一张');
  await verdict(till, '可以给货');
});

/** How many vouchers the terminal knows not to hand over for. */
const deniedOn = async (page: Page): Promise<number> =>
  (await rowsIn(page, 'denied', 'civil-code-park-shop')).length;

test('an online terminal whose signal goes at the wrong moment keeps the goods until there is an answer', async ({
  park,
  counter,
  resident,
}) => {
  const [token = '', other = ''] = await exchangeSome(resident, park, 2);
  const till = await counter.phone.open('/shop');
  await enrol(till, enrolmentCode(park), '只在联网时核销');
  counter.show(token);
  await till.reload();
  await verdict(till, '可以给货');
  await park.down('SIGKILL');
  await press(till, '交货');
  await verdict(till, '未确认');
  await park.up();
  await verdict(till, '记上账了');
  await resident.goto('/wallet');
  await expect.poll(() => amountsOn(resident)).toEqual({ available: 2, pending: 0, held: 100 });

  await park.down('SIGKILL');
  counter.show(other);
  await press(till, '扫下一张');
  await verdict(till, '不能给货');
  await expect(till.getByText('需联网核对')).toBeVisible();
});

test('a device whose enrolment had no answer is enrolled when the page is opened again', async ({
  park,
  counter,
}) => {
  const till = await counter.phone.open('/shop');
  const code = enrolmentCode(park);
  // The server has done it, and the answer is lost: once for the clerk, once for the page that is opened again.
  let lost = 0;
  await till.route('**/api/shop/enrol', async (route) => {
    await route.fetch();
    lost++;
    await route.abort();
  });
  await till.getByLabel('登记码').fill(code);
  await till.getByRole('radio', { name: '没信号也能核销' }).check();
  await till.getByRole('button', { name: '登记', exact: true }).click();
  await expect(till.getByRole('alert')).toBeVisible();
  await till.reload();
  await expect.poll(() => lost).toBe(2);
  await till.unroute('**/api/shop/enrol');
  await till.reload();
  await expect(till.getByLabel('券码')).toBeVisible();
  // A cookie is worth nothing without the key, and the key gets a new one.
  await till.context().clearCookies();
  await till.reload();
  const cookies = async () => (await till.context().cookies()).map(({ name }) => name);
  await expect.poll(cookies).toContain('terminal');
  await expect(till.getByText('已联网')).toBeVisible();
  await expect(till.getByLabel('券码')).toBeVisible();
  expect(shopCommand(park, 'list').match(/柜台手机/g)).toHaveLength(1);
});

test('a device whose storage was cleared says that it is no terminal any more, and what to do', async ({
  park,
  counter,
}) => {
  const till = await counter.phone.open('/shop');
  await enrol(till, enrolmentCode(park), '没信号也能核销');
  await expect(till.getByText('没信号时也能核销')).toBeVisible();
  const session = await till.context().newCDPSession(till);
  await session.send('Storage.clearDataForOrigin', { origin: park.url, storageTypes: 'indexeddb' });
  await till.reload();
  await expect(till.getByText('这台设备存的东西被清掉了', { exact: false })).toBeVisible();
  await enrol(till, enrolmentCode(park, 'replace'), '没信号也能核销');
  await expect(till.getByLabel('券码')).toBeVisible();
});

import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Page } from '@playwright/test';
import { checkInEveryLook } from '../support/look.ts';
import { answerKept, answerOn, builtPack, goOn, playToEnd, questionOn } from '../support/play.ts';
import { rowsOf, walletIdOn } from '../support/points.ts';
import { addressesIn, posters, printPosters } from '../support/posters.ts';
import type { TestServer } from '../support/server.ts';
import { expect, readyOffline, test } from '../support/test.ts';
import { amountsOn } from '../support/wallet.ts';

// A walk along the trail, by the addresses that its boards carry.

const stations = builtPack().stations ?? [];
const [gate, bench, pavilion] = stations.map(({ id, name }) => ({ id, name }));
if (!gate || !bench || !pavilion) throw new Error('the trail has fewer than three stations');

/** Where each board leads: printed once for all tests of a server. */
const printed = new Map<string, ReadonlyMap<string, string>>();
function boards(server: TestServer, run: string): (station: { id: string }) => string {
  const key = `${server.url} ${run}`;
  if (!printed.has(key)) {
    const file = printPosters(server, run);
    printed.set(key, addressesIn(file));
    rmSync(dirname(file), { recursive: true });
  }
  return ({ id }) => printed.get(key)?.get(id) ?? '';
}

async function scan(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await expect(page).toHaveURL(address.replace(/#.*/, ''));
}

async function playFrom(page: Page): Promise<void> {
  await page.getByRole('link', { name: '开始答题' }).click();
  await playToEnd(page, (_, n) => n % 2 === 0);
}

const board = (page: Page) => page.getByRole('main').getByRole('status');
const awards = async (page: Page, server: TestServer) =>
  rowsOf(
    server.dataDir,
    `select award_key from transfer where owner = '${await walletIdOn(page)}'
     and award_key like 'station:%' order by award_key`,
  ).map(({ award_key }) => award_key);

test('three stations by their boards, one without a signal, one with a wrong code: two bonuses and one explanation', async ({
  page,
  context,
  server,
}) => {
  test.setTimeout(120_000);
  const at = boards(server, 'W2');
  await scan(page, at(gate), gate.name);
  await expect(board(page)).toContainText('牌码待核对');
  await playFrom(page);
  await expect(board(page)).toContainText(/牌码待核对|站点奖励 \+5/);
  await expect(board(page)).toContainText('站点奖励 +5');

  // On to the nearest on the map, which is the last of the trail; then to a board that has been tampered with.
  await page.getByRole('link', { name: `去下一站：${stations.at(-1)?.name}` }).click();
  await expect(board(page)).toContainText('没有扫到牌码');
  await scan(
    page,
    at(bench).replace(/.$/, (last) => (last === '7' ? '8' : '7')),
    bench.name,
  );
  await expect(board(page)).toContainText('牌码待核对');
  await playFrom(page);
  await expect(board(page)).toContainText('牌码不对');

  await readyOffline(page);
  await context.setOffline(true);
  await scan(page, at(pavilion), pavilion.name);
  await playFrom(page);
  await expect(board(page)).toContainText('牌码待核对');
  await page.getByRole('link', { name: '看游线地图' }).click();
  await expect(page.getByRole('heading', { name: '游园', level: 1 })).toBeVisible();
  await expect(page.getByText(`走完 3 站，共 ${stations.length} 站`)).toBeVisible();
  await page.goto('/wallet');
  await expect(page.getByText('牌码待核对')).toBeVisible();

  await context.setOffline(false);
  await expect.poll(() => amountsOn(page)).toMatchObject({ pending: 0 });
  await expect(page.getByText('站点奖励 +5')).toHaveCount(2);
  await expect(page.getByText('牌码不对，没有站点奖励')).toHaveCount(1);
  await expect(page.getByText(`游园 · ${bench.name}`)).toBeVisible();
  await expect(page.getByText('比估算')).toHaveCount(0);
  expect(await awards(page, server)).toEqual(
    [`station:${gate.id}:W2`, `station:${pavilion.id}:W2`].sort(),
  );
  await page.goto(`/s/${bench.id}`);
  await expect(board(page)).toContainText('牌码不对');
});

test('the code leaves the address at once, is kept over a reload, and what is no code is told as such', async ({
  page,
  server,
}) => {
  const at = boards(server, 'W2');
  await scan(page, at(gate), gate.name);
  expect(await page.evaluate(() => location.hash)).toBe('');
  await page.reload();
  await expect(board(page)).toContainText('牌码待核对');
  await page.goto(`/s/${bench.id}#a2-k3mq`);
  await expect(board(page)).toContainText('牌码没有认全');
  await page.goto(`/s/${bench.id}?from=share`);
  await expect(board(page)).toContainText('没有扫到牌码');
  const [path = '', code = ''] = at(pavilion).split('#');
  await page.goto(`${path}#${code.toLowerCase().replaceAll('-', '%20')}`);
  await expect(board(page)).toContainText('牌码待核对');
});

test('a board scanned in the middle of a round begins one that counts', async ({
  page,
  server,
}) => {
  const at = boards(server, 'W2');
  await page.goto(`/s/${gate.id}`);
  await page.getByRole('link', { name: '开始答题' }).click();
  await answerOn(page, true);
  await goOn(page);
  await scan(page, at(gate), gate.name);
  await page.getByRole('link', { name: '接着答题' }).click();
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '0');
  await playToEnd(page, () => true);
  await expect(board(page)).toContainText('站点奖励 +5');
});

test('the questions of a station come in their order, the printed one first', async ({ page }) => {
  await page.goto(`/quiz/station/${pavilion.id}`);
  const played = await playToEnd(page, () => true);
  expect(played.map(({ id }) => id)).toEqual(stations[2]?.questions);
});

test('the boards of a retired run are told as such', async ({ page, server }) => {
  const at = boards(server, 'W3');
  posters(server, '--retire', 'W3', '2026-01-01');
  await scan(page, at(gate), gate.name);
  await playFrom(page);
  await expect(board(page)).toContainText('这一批宣传牌已停用');
  await page.goto('/wallet');
  await expect(page.getByText('这一批宣传牌已停用，没有站点奖励')).toBeVisible();
  expect(await awards(page, server)).toEqual([]);
});

test('without scripts a board still tells its story, with its source', async ({
  browser,
  server,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto(`/s/${gate.id}#A2-K3MQ-9TXW-4PRD`);
  await expect(page.getByText(stations[0]?.story ?? '')).toBeVisible();
  await expect(page.getByText('《民法典》第十六条')).toBeVisible();
  await page.goto('/park');
  await expect(page.getByRole('listitem').getByRole('link', { name: gate.name })).toBeVisible();
  await context.close();
});

test('the map, a station, its questions and its result', async ({ page, server }) => {
  test.setTimeout(240_000);
  const at = boards(server, 'W2');
  await page.goto('/park');
  await checkInEveryLook(page, 'the park before the walk');
  await scan(page, at(gate), gate.name);
  await checkInEveryLook(page, 'a station');
  await page.getByRole('link', { name: '开始答题' }).click();
  await questionOn(page);
  await checkInEveryLook(page, 'a station’s question');
  await playToEnd(page, (_, n) => n % 2 === 0);
  await expect(board(page)).toContainText('站点奖励 +5');
  await checkInEveryLook(page, 'a station’s result');
  await page.goto(`/quiz/station/${bench.id}`);
  await answerKept(page, true);
  await page.goto('/park');
  await expect(page.getByText('走完 1 站')).toBeVisible();
  await checkInEveryLook(page, 'the park during the walk');
});

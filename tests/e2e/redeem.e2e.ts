import { LossyLink } from '../support/lossy.ts';
import { answerOn } from '../support/play.ts';
import { grant, rowsOf, walletIdOn } from '../support/points.ts';
import { earn, exchange, GOODS, openTill, TOPIC, voucherOn } from '../support/redeem.ts';
import { expect, readyOffline, test } from '../support/test.ts';
import { amountsOn } from '../support/wallet.ts';

// From a question by the lake to goods on the counter: phone, server and till are real.

test('earned without a signal, exchanged, shown without a signal, scanned at the till: the wallet follows', async ({
  page,
  context,
  server,
}) => {
  await page.goto(TOPIC);
  await readyOffline(page);
  await context.setOffline(true);
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
  await page.goto('/wallet');
  await expect.poll(() => amountsOn(page)).toEqual({ available: 0, pending: 2, held: 0 });
  await context.setOffline(false);
  await expect.poll(() => amountsOn(page)).toEqual({ available: 2, pending: 0, held: 0 });

  grant(server.dataDir, await walletIdOn(page), 120);
  await page.getByRole('button', { name: '现在同步' }).click();
  await expect.poll(() => amountsOn(page)).toEqual({ available: 122, pending: 0, held: 0 });
  await exchange(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText('待领取')).toBeVisible();
  await expect(page.getByRole('img', { name: `兑换券二维码：${GOODS}` })).toBeVisible();

  const till = await openTill(server, (await voucherOn(page)).token);
  try {
    await expect(till.page.getByText('可以给货')).toBeVisible({ timeout: 20_000 });
    await expect(till.page.getByText(GOODS)).toBeVisible();
    await till.page.getByRole('button', { name: '交货' }).click();
    await expect(till.page.getByText('已交货')).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByText('已领取')).toBeVisible();
  } finally {
    await till.close();
  }
  await page.goto('/wallet');
  await expect.poll(() => amountsOn(page)).toEqual({ available: 22, pending: 0, held: 0 });
});

test('the typed code serves as well, and a hand-over can be taken back', async ({
  page,
  server,
}) => {
  await earn(page, server);
  await exchange(page);
  const { code } = await voucherOn(page);
  const till = await openTill(server, 'ANOTHER QR');
  try {
    await till.page.getByLabel('券码').fill(code.toLowerCase());
    await till.page.getByRole('button', { name: '查券' }).click();
    await till.page.getByRole('button', { name: '交货' }).click();
    await expect(page.getByText('已领取')).toBeVisible();
    await till.page.getByRole('button', { name: '撤销' }).click();
    await till.page.getByRole('button', { name: '商品已收回，撤销' }).click();
    await expect(till.page.getByText('已撤销').first()).toBeVisible();
    await page.reload();
    await expect(page.getByText('待领取')).toBeVisible();
  } finally {
    await till.close();
  }
});

test('a cancelled voucher gives its points back at once', async ({ page, server }) => {
  await earn(page, server);
  await exchange(page);
  await page.getByRole('button', { name: '取消兑换' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '取消兑换' }).click();
  await expect(page.getByText('已取消')).toBeVisible();
  await page.goto('/wallet');
  await expect.poll(() => amountsOn(page)).toEqual({ available: 122, pending: 0, held: 0 });
});

test('the answer to an exchange is lost and the server is killed: asked again, there is one voucher', async ({
  page,
  server,
}) => {
  const link = await LossyLink.to(server.port);
  try {
    await page.goto(`${link.url}${TOPIC}`);
    await answerOn(page, true);
    grant(server.dataDir, await walletIdOn(page), 120);
    await page.goto(`${link.url}/wallet`);
    await expect.poll(() => amountsOn(page)).toMatchObject({ available: 122 });
    const issued = () => rowsOf(server.dataDir, "select id from voucher where state = 'held'");
    const before = issued().length;
    link.lose('POST /api/vouchers ', 1);
    await page.getByRole('button', { name: `兑换：${GOODS}` }).click();
    await page.getByRole('button', { name: '确认兑换' }).click();
    await expect.poll(() => issued().length).toBe(before + 1);
    await server.down('SIGKILL');
    await server.up();
    await page.goto(`${link.url}/wallet`);
    await expect.poll(() => amountsOn(page)).toEqual({ available: 22, pending: 0, held: 100 });
    const walletId = await walletIdOn(page);
    expect(
      rowsOf(server.dataDir, `select id from voucher where wallet_id = '${walletId}'`),
    ).toHaveLength(1);
  } finally {
    link.close();
  }
});

test('storage was cleared, the cookie was not: the wallet is there again', async ({
  page,
  context,
  server,
}) => {
  await earn(page, server);
  await page.goto('about:blank');
  const session = await context.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', {
    origin: server.url,
    storageTypes: 'indexeddb',
  });
  await page.goto('/wallet');
  await expect.poll(() => amountsOn(page)).toEqual({ available: 122, pending: 0, held: 0 });
});

test('two thousand attempts that waited for weeks are sent and booked', async ({
  page,
  server,
}) => {
  await page.goto(TOPIC);
  await readyOffline(page);
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('civil-code-park');
        opening.onsuccess = () => {
          const tx = opening.result.transaction(['attempts', 'outbox'], 'readwrite');
          const attempts = tx.objectStore('attempts');
          const first = attempts.getAll();
          first.onsuccess = () => {
            const sample = first.result[0] as { id: string; practisedAtMs: number };
            for (let n = 0; n < 2000; n++) {
              const id = sample.id.slice(0, 24) + (0xa00000000000 + n).toString(16);
              const practisedAtMs = sample.practisedAtMs - (2000 - n) * 600_000;
              attempts.add({ ...sample, id, practisedAtMs });
              tx.objectStore('outbox').add({ id, kind: 'attempt', queuedAtMs: practisedAtMs });
            }
          };
          tx.oncomplete = () => {
            opening.result.close();
            resolve();
          };
          tx.onerror = () => reject(new Error(String(tx.error)));
        };
      }),
  );
  await page.goto('/wallet');
  await expect
    .poll(
      async () => {
        const id = await walletIdOn(page);
        const [row] = rowsOf(
          server.dataDir,
          `select count(*) as n from attempt where wallet_id = '${id}'`,
        );
        return row?.n;
      },
      { timeout: 30_000 },
    )
    .toBe(2001);
  await expect(page.getByText('题没备份')).toHaveCount(0);
});

test('a second phone joins by the recovery code: both have one wallet, its points are counted once', async ({
  page,
  browser,
  server,
}) => {
  await earn(page, server);
  await page.goto('/me');
  await page.getByRole('button', { name: '生成恢复码' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '生成', exact: true }).click();
  const code = await page.getByText(/^([2-9A-HJKMNP-Z]{4}\s*){5}$/).innerText();

  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(`${server.url}${TOPIC}`);
  await answerOn(other, true);
  await expect(other.getByText('答对 +2')).toBeVisible();
  await other.goto(`${server.url}/wallet`);
  // The same opening question: it pays one wallet once.
  await expect.poll(() => amountsOn(other)).toEqual({ available: 2, pending: 0, held: 0 });
  await other.goto(`${server.url}/me`);
  await other.getByRole('textbox', { name: '恢复码' }).fill(code);
  await other.getByRole('button', { name: '加入钱包' }).click();
  await other.getByRole('dialog').getByRole('button', { name: '加入', exact: true }).click();
  await expect(other.getByText('加入好了')).toBeVisible();
  await other.goto(`${server.url}/wallet`);
  await expect.poll(() => amountsOn(other)).toEqual({ available: 122, pending: 0, held: 0 });
  await other.goto(`${server.url}/me`);
  await other.getByRole('button', { name: '查看我的设备' }).click();
  await expect(other.getByRole('button', { name: /^退出：/ })).toHaveCount(2);
  await context.close();
});

test('a page left while its first sync is under way does not hold up the next page', async ({
  page,
}) => {
  let held = 0;
  await page.route('**/api/sync', (route) => (held++ === 0 ? undefined : route.continue()));
  await page.goto(TOPIC);
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
  await expect.poll(() => held).toBe(1);
  await page.goto('/wallet');
  await expect.poll(() => amountsOn(page)).toEqual({ available: 2, pending: 0, held: 0 });
});

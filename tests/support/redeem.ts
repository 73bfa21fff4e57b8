import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type BrowserContext, type Page } from '@playwright/test';
import { cameraShowing, writeFilm } from './camera.ts';
import { answerOn } from './play.ts';
import { grant, walletIdOn } from './points.ts';
import type { TestServer } from './server.ts';
import { rowsIn } from './stored.ts';
import { amountsOn } from './wallet.ts';

// The steps from points to goods, on a resident's phone and at the till.

export const TOPIC = '/quiz/topic/fengqiao';
export const GOODS = '手帕纸';

/** Answers a question, waits until it is booked, and is given enough for some goods. */
export async function earn(page: Page, server: TestServer, points = 120): Promise<void> {
  await page.goto(`${TOPIC}`);
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
  grant(server.dataDir, await walletIdOn(page), points);
  await page.goto('/wallet');
  await expect.poll(() => amountsOn(page)).toEqual({ available: points + 2, pending: 0, held: 0 });
}

/** Exchanges points for goods of the first shop; ends on the voucher's page. */
export async function exchange(page: Page): Promise<void> {
  await page.getByRole('button', { name: `兑换：${GOODS}` }).click();
  await expect(page.getByRole('dialog')).toContainText('冻结 100 积分，7 天内到店领取');
  await page.getByRole('button', { name: '确认兑换' }).click();
  await expect(page).toHaveURL(/\/wallet\/vouchers\//);
  await expect(page.getByText('待领取')).toBeVisible();
}

/** What the phone keeps of its newest voucher. */
export async function voucherOn(page: Page): Promise<{ token: string; code: string }> {
  const voucher = (await rowsIn<{ token: string; code: string }>(page, 'vouchers')).at(-1);
  if (!voucher) throw new Error('the phone has no voucher');
  return voucher;
}

/** What the operator types: `npm run shop`. @returns what it says */
export function shopCommand(server: TestServer, ...words: string[]): string {
  return execFileSync(process.execPath, ['scripts/shop.ts', ...words], {
    env: { ...process.env, DATA_DIR: server.dataDir },
    encoding: 'utf8',
  });
}

export function enrolmentCode(server: TestServer, ...more: string[]): string {
  const said = shopCommand(server, 'enrol', 'lake-east', ...more);
  const code = /([2-9A-HJKMNP-Z]{4}[ -]?){3}/.exec(said)?.[0];
  if (!code) throw new Error(`no code in: ${said}`);
  return code;
}

/** Types the code that the operator has printed; ends with the scanner, or with the question who is on duty. */
export async function enrol(
  page: Page,
  code: string,
  kind: '没信号也能核销' | '只在联网时核销' = '只在联网时核销',
): Promise<void> {
  await page.goto('/shop');
  await page.getByLabel('登记码').fill(code);
  await page.getByRole('radio', { name: kind }).check();
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await expect(page.getByLabel('登记码')).toBeHidden();
}

/** A shop's phone whose camera sees `text`. */
export async function openTill(
  server: TestServer,
  text: string,
): Promise<{ page: Page; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'till-'));
  const film = join(folder, 'counter.y4m');
  writeFilm(film, text);
  const context: BrowserContext = await chromium.launchPersistentContext(join(folder, 'profile'), {
    baseURL: server.url,
    permissions: ['camera'],
    args: ['--no-sandbox', ...cameraShowing(film)],
  });
  const page = await context.newPage();
  await enrol(page, enrolmentCode(server));
  return {
    page,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

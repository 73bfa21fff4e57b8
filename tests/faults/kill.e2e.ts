import type { Page } from '@playwright/test';
import { answerOn, goOn, questionOn } from '../support/play.ts';
import { earnedOn } from '../support/wallet.ts';
import { contradictionsIn, keptOn, pointsOf, type Kept } from '../support/kept.ts';
import { test, expect, type Phone } from '../support/phone.ts';
import { readyOffline } from '../support/test.ts';
import { seeded } from '../../src/lib/domain/quiz/shuffle.ts';

const TOPIC = '/quiz/topic/fengqiao';
const CRASHES = process.env.LONG ? 40 : 5;

/** What a resident sees of the question: its words, and its options in their order. */
async function screen(page: Page): Promise<{ stem: string; options: string[] }> {
  return {
    stem: await page.locator('form legend').innerText(),
    options: await page.locator('form .label').allInnerTexts(),
  };
}

/** The points that the page has named so far under this question. */
async function pointsNamed(page: Page): Promise<number> {
  const texts = await page.locator('.award').allInnerTexts();
  return texts.reduce((sum, text) => sum + Number(/\+(\d+)/.exec(text)?.[1] ?? 0), 0);
}

async function earned(phone: Phone): Promise<number> {
  const wallet = await phone.open('/wallet');
  await expect(wallet.getByText('正在读取手机里的记录')).toHaveCount(0);
  const points = await earnedOn(wallet);
  await wallet.close();
  return points;
}

/** Where each saved round stands, and how its options lie. */
function ordersIn(kept: Kept): Record<string, number[][]> {
  return Object.fromEntries(
    kept.rounds.map(({ id, items }) => [id, items.map(({ order }) => order)]),
  );
}

/** Fills in anything: for tests in which it does not matter whether the answer is right. */
async function fillIn(page: Page): Promise<void> {
  const { type } = await questionOn(page);
  if (type === 'number') await page.locator('form input').fill('1');
  else if (type === 'match') {
    for (const select of await page.locator('form select').all())
      await select.selectOption({ index: 1 });
  } else if (type !== 'order') await page.locator('form input').first().check({ force: true });
}

test('points that were named are still there after the browser was killed', async ({ phone }) => {
  const page = await phone.open(TOPIC);
  await readyOffline(page);
  await answerOn(page, true);
  await expect(page.getByText('答对 +2')).toBeVisible();
  const before = await screen(page);

  await phone.kill();

  const again = await phone.open(TOPIC);
  await expect(again.getByRole('status').first()).toHaveText(/^答对了/);
  expect(await screen(again)).toEqual(before);
  expect(await earned(phone)).toBe(2);
  const kept = await keptOn(again);
  expect(kept.attempts).toHaveLength(1);
  expect(contradictionsIn(kept)).toEqual([]);
});

test('a browser killed right after 提交 has the answer whole or not at all', async ({ phone }) => {
  const page = await phone.open(TOPIC);
  await readyOffline(page);
  await answerOn(page, true);
  await goOn(page);
  await expect.poll(async () => (await keptOn(page)).rounds[0]?.at).toBe(1);
  const before = await screen(page);
  const [first] = (await keptOn(page)).attempts;
  await fillIn(page);
  await page.evaluate(() =>
    document.querySelector<HTMLButtonElement>('button[type=submit]')?.click(),
  );

  await phone.kill();

  const again = await phone.open(TOPIC);
  await expect(again.locator('form legend')).toHaveText(before.stem);
  expect(await screen(again)).toEqual(before);
  const kept = await keptOn(again);
  expect(kept.attempts[0]).toEqual(first);
  expect(contradictionsIn(kept)).toEqual([]);
});

test('a page that crashes at any moment of a round loses nothing it had shown and leaves nothing half-written', async ({
  phone,
}) => {
  test.setTimeout(CRASHES * 15_000);
  const random = seeded(20261124);
  let page = await phone.open(TOPIC);
  await readyOffline(page);
  for (let crash = 0; crash < CRASHES; crash++) {
    const before = await keptOn(page);
    const shown = { points: 0 };
    const session = await page.context().newCDPSession(page);
    const died = page.waitForEvent('crash');
    const playing = playOn(page, random, shown);
    // The moments are random but repeatable.
    await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), random() * 600);
    void session.send('Page.crash').catch(() => undefined);
    await died;
    await playing;
    await page.close();

    page = await phone.open(TOPIC);
    await expect(page.locator('form legend')).toBeVisible();
    const after = await keptOn(page);
    expect(contradictionsIn(after), `after crash ${crash}`).toEqual([]);
    expect(pointsOf(after), `after crash ${crash}`).toBeGreaterThanOrEqual(
      pointsOf(before) + shown.points,
    );
    expect(after.attempts, `after crash ${crash}`).toEqual(expect.arrayContaining(before.attempts));
    expect(ordersIn(after), `after crash ${crash}`).toMatchObject(ordersIn(before));
  }
  expect(await earned(phone)).toBe(pointsOf(await keptOn(page)));
});

/** Answers and goes on until the page dies, and remembers the points it has named by then. */
async function playOn(page: Page, random: () => number, shown: { points: number }): Promise<void> {
  const alive = { yes: true };
  page.once('crash', () => (alive.yes = false));
  try {
    while (alive.yes) {
      if (await page.getByRole('button', { name: '提交' }).isVisible()) {
        await answerOn(page, random() < 0.7);
        shown.points += await pointsNamed(page);
      }
      await goOn(page);
    }
  } catch {
    // It has died.
  }
}

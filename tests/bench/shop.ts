import { chromium, type Page } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.ts';
import { addClerk, Counter, exchangeSome, typePin } from '../support/counter.ts';
import { enrol, enrolmentCode } from '../support/redeem.ts';
import { TestServer } from '../support/server.ts';
import { NoiseWatch } from './noise.ts';
import { Shaper, SLOW } from './shaper.ts';
import { median } from './statistics.ts';

// The shop page on a slow phone: npm run bench -- shop. See README.md.

const SLOWER = 4;
const SCANS = 6;
const STARTS = 5;

/** What the page tells of itself under `window`; ms since it was opened. */
interface Seen {
  /** The camera's first picture; the code is in it. */
  camera?: number;
  /** The frame after the verdict was written. */
  verdict?: number;
  /** The frame after the enrolment form, or the camera's picture, was there. */
  usable?: number;
}

/** The counter's phone comes to the server over a weak signal, and to a server that is away by a link that is cut. */
const server = await TestServer.start({ buildDir: process.env.BUILD_DIR ?? 'build' });
const shaper = await Shaper.start(server.port);
const counter = new Counter({ url: shaper.url });
const home = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
const noise = new NoiseWatch();
try {
  noise.sample();
  const pin = addClerk(server, '小王');
  const resident = await home.newPage({ baseURL: server.url, hasTouch: true });
  const tokens = await exchangeSome(resident, server, 2 * SCANS);

  shaper.renew(SLOW);
  const context = await counter.phone.start();
  await context.addInitScript(watch);
  const first = context.pages()[0] ?? (await context.newPage());
  await slowDown(first);
  await first.goto('/shop');
  const cold = await usable(first);
  const { bytes } = shaper.traffic.costUntil(cold.atMs);
  console.log(`first visit: usable after ${ms(cold.usable)}, ${bytes} bytes over the link by then`);

  await enrol(first, enrolmentCode(server), '没信号也能核销');
  await typePin(first, pin);
  await first.goto('/shop#today');
  await first.getByText('没信号也能打开这一页').waitFor({ timeout: 120_000 });
  noise.sample();
  report('opened again over a weak signal: navigation → camera’s picture', await starts(first));
  report(
    'a code in view → verdict, asked over a weak signal',
    await scans(first, tokens.slice(0, SCANS)),
  );

  await shaper.cut();
  noise.sample();
  report('opened again without a signal: navigation → camera’s picture', await starts(first));
  report('a code in view → verdict, without a signal', await scans(first, tokens.slice(SCANS)));
  noise.sample();
  const { load, processors, work } = noise.end();
  console.log(
    `load ${load.map((n) => n.toFixed(1)).join(' → ')} on ${processors} processors; the same work took ${ms(work.min)} to ${ms(work.max)}`,
  );
} finally {
  await counter.remove();
  await home.close();
  await server.remove();
}

/** Runs in the page: notes when what is waited for has been painted. */
function watch(): void {
  const seen: Seen = {};
  Object.assign(window, { seen });
  const painted = (what: keyof Seen) =>
    requestAnimationFrame(() => setTimeout(() => (seen[what] ??= performance.now())));
  addEventListener(
    'loadeddata',
    ({ target }) => {
      if (!(target instanceof HTMLVideoElement)) return;
      seen.camera = performance.now();
      painted('usable');
    },
    true,
  );
  addEventListener('DOMContentLoaded', () => {
    const look = () => {
      if (document.querySelector('form input')) painted('usable');
      for (const heading of document.querySelectorAll('h1, h2'))
        if (heading.textContent.includes('可以给货')) painted('verdict');
    };
    new MutationObserver(look).observe(document.documentElement, {
      childList: true,
      subtree: true,
    });
    look();
  });
}

async function usable(page: Page): Promise<{ usable: number; atMs: number }> {
  const handle = await page.waitForFunction(
    () => {
      const { usable } = (window as unknown as { seen: Seen }).seen;
      return usable === undefined ? undefined : { usable, atMs: performance.timeOrigin + usable };
    },
    undefined,
    { timeout: 120_000 },
  );
  const at = await handle.jsonValue();
  if (!at) throw new Error('the page has told nothing');
  return at;
}

/** Navigation → camera's picture, ms. */
async function starts(page: Page): Promise<number[]> {
  counter.show();
  const times: number[] = [];
  for (let n = 0; n < STARTS; n++) {
    await page.goto('about:blank');
    await page.goto('/shop');
    await page.locator('video').waitFor();
    times.push((await usable(page)).usable);
  }
  return times;
}

/** Camera's first picture with the code → verdict on the screen, ms. Each voucher is then handed over. */
async function scans(page: Page, held: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const token of held) {
    counter.show(token);
    await page.evaluate(() => {
      const { seen } = window as unknown as { seen: Seen };
      delete seen.camera;
      delete seen.verdict;
    });
    const next = page.getByRole('button', { name: '扫下一张' });
    if (await next.isVisible()) await next.click();
    else await page.reload();
    const verdict = page.getByRole('heading', { name: '可以给货' });
    await verdict.waitFor({ timeout: 60_000 });
    await page.waitForFunction(() => (window as unknown as { seen: Seen }).seen.verdict);
    const { camera, verdict: said } = await page.evaluate(
      () => (window as unknown as { seen: Seen }).seen,
    );
    times.push((said ?? NaN) - (camera ?? NaN));
    await page.getByRole('button', { name: '交货', exact: true }).click();
    await page.getByRole('heading', { name: '已交货' }).waitFor({ timeout: 60_000 });
  }
  return times;
}

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
}

function report(what: string, times: readonly number[]): void {
  console.log(
    `${what}: median ${ms(median(times))} (${times.map((n) => Math.round(n)).join(', ')})`,
  );
}

function ms(n: number): string {
  return `${Math.round(n)} ms`;
}

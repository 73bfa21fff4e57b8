import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.ts';
import { expect, test as base } from './test.ts';

/** A browser with a profile of its own, which outlives the browser as a phone's storage outlives the app. */
export class Phone {
  readonly #profile = mkdtempSync(join(tmpdir(), 'phone-'));
  #context: BrowserContext | undefined;
  readonly errors: string[] = [];

  readonly baseURL: string;

  readonly #args: readonly string[];

  /**
   * @param baseURL where the app is
   * @param args of the browser's command line, beside those of every test
   */
  constructor(baseURL: string, args: readonly string[] = []) {
    this.baseURL = baseURL;
    this.#args = args;
  }

  /** Another phone that has kept the same; this one's browser must have ended. */
  copy(): Phone {
    const copy = new Phone(this.baseURL, this.#args);
    cpSync(this.#profile, copy.#profile, { recursive: true });
    return copy;
  }

  /** Written before the first start, as the browser's own settings page would. */
  prefer(preferences: unknown): this {
    mkdirSync(join(this.#profile, 'Default'), { recursive: true });
    writeFileSync(join(this.#profile, 'Default', 'Preferences'), JSON.stringify(preferences));
    return this;
  }

  /** Starts the browser. Config of playwright.config.ts applies as to any context. */
  async start(): Promise<BrowserContext> {
    const executablePath = findBrowser();
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      baseURL: this.baseURL,
      ...(executablePath && { executablePath }),
      ...(this.#args.length > 0 && { args: ['--no-sandbox', ...this.#args] }),
    });
    watchErrors(this.#context, this.errors);
    return this.#context;
  }

  /** A tab in the running browser, or in a new one. */
  async open(path: string): Promise<Page> {
    const context = this.#context ?? (await this.start());
    const blank = context.pages().find((page) => page.url() === 'about:blank');
    const page = blank ?? (await context.newPage());
    await page.goto(path);
    return page;
  }

  /** Whether a cookie would outlive a kill: browsers write them down half a minute late. */
  hasOnDisk(cookie: string): boolean {
    const file = ['Default/Network/Cookies', 'Default/Cookies']
      .map((name) => join(this.#profile, name))
      .find((path) => existsSync(path));
    if (!file) return false;
    const db = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
    const found = db.prepare('select 1 from cookies where name = ?').get(cookie);
    db.close();
    return found !== undefined;
  }

  /** Ends the browser's process as the system does when memory is short: it is not asked and cannot tidy up. */
  async kill(): Promise<void> {
    const context = this.#context;
    this.#context = undefined;
    if (!context) return;
    const closed = new Promise((resolve) => context.once('close', resolve));
    for (const pid of processesWith(this.#profile)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended with its parent.
      }
    }
    await closed;
    for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) {
      rmSync(join(this.#profile, name), { force: true });
    }
  }

  async remove(): Promise<void> {
    await this.#context?.close().catch(() => undefined);
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** This test's own browser, by the profile in its command line. */
function processesWith(profile: string): number[] {
  if (!existsSync('/proc')) throw new Error('the browser’s process is found through /proc');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandOf(pid).includes(profile));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Collects what no page may report. */
export function watchErrors(context: BrowserContext, errors: string[]): void {
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !/net::|Failed to load resource/.test(text))
      errors.push(text);
  });
}

export const test = base.extend<{ phone: Phone }>({
  phone: async ({ server }, use) => {
    const phone = new Phone(server.url);
    await use(phone);
    await phone.remove();
    expect(phone.errors, 'no page reports an error').toEqual([]);
  },
});
export { expect };

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { findBrowser, QUIET } from '../../scripts/find-browser.ts';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  ...QUIET,
  '--hide-scrollbars',
  '--lang=zh-CN',
  '--accept-lang=zh-CN',
  '--disable-dev-shm-usage',
  '--no-default-browser-check',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--remote-debugging-pipe',
];

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
  sessionId?: string;
}
type Listener = (method: string, params: Record<string, unknown>) => void;

/**
 * Chromium spoken to by the DevTools protocol alone. Playwright attaches itself to every service worker and has it wait
 * while it starts, which is what the warm visits measure; so it is not used here.
 */
export class Chromium {
  #process: ChildProcess;
  #profile: string;
  #nextId = 0;
  #asked = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  #listeners = new Map<string, Listener>();

  private constructor(child: ChildProcess, profile: string) {
    this.#process = child;
    this.#profile = profile;
    const pipe = child.stdio[4] as Duplex;
    let kept = '';
    pipe.setEncoding('utf8').on('data', (text: string) => {
      const messages = (kept + text).split('\0');
      kept = messages.pop() ?? '';
      for (const message of messages) this.#take(JSON.parse(message) as Message);
    });
    child.once('exit', () => {
      for (const { reject } of this.#asked.values()) reject(new Error('the browser has ended'));
    });
  }

  static async launch(): Promise<Chromium> {
    const path = findBrowser();
    if (!path) throw new Error('There is no Chromium. Run npx playwright install chromium first.');
    const profile = mkdtempSync(join(tmpdir(), 'bench-'));
    const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const browser = new Chromium(child, profile);
    await browser.ask('Browser.getVersion');
    return browser;
  }

  /** @param session of a page; without it the browser itself is asked */
  ask<Result>(method: string, params: object = {}, session?: string): Promise<Result> {
    const id = ++this.#nextId;
    const message = { id, method, params, ...(session && { sessionId: session }) };
    (this.#process.stdio[3] as Duplex).write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => {
      this.#asked.set(id, {
        resolve,
        reject: (error) => reject(new Error(`${method}: ${error.message}`)),
      });
    });
  }

  listen(session: string, listener: Listener): void {
    this.#listeners.set(session, listener);
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    // Its helpers end a moment later and may still be writing.
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  #take({ id, method, params, result, error, sessionId }: Message): void {
    if (id === undefined) {
      if (method && sessionId) this.#listeners.get(sessionId)?.(method, params ?? {});
      return;
    }
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) asked?.reject(new Error(error.message));
    else asked?.resolve(result as never);
  }
}

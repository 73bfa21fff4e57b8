import type { Chromium } from './chromium.ts';

const SCREEN = { width: 412, height: 915, deviceScaleFactor: 2, mobile: true };
/** What a page calls to tell the bench something: a string. */
const BINDING = 'tellBench';
const TIMEOUT_MS = 60_000;

/** A phone of its own: nothing stored, nothing cached. */
export class Phone {
  #browser: Chromium;
  #context: string;

  private constructor(browser: Chromium, context: string) {
    this.#browser = browser;
    this.#context = context;
  }

  static async unpack(browser: Chromium): Promise<Phone> {
    const { browserContextId } = await browser.ask<{ browserContextId: string }>(
      'Target.createBrowserContext',
    );
    return new Phone(browser, browserContextId);
  }

  async tab(): Promise<Tab> {
    const { targetId } = await this.#browser.ask<{ targetId: string }>('Target.createTarget', {
      url: 'about:blank',
      browserContextId: this.#context,
    });
    return Tab.attach(this.#browser, targetId);
  }

  async throwAway(): Promise<void> {
    await this.#browser.ask('Target.disposeBrowserContext', { browserContextId: this.#context });
  }
}

export class Tab {
  #browser: Chromium;
  #target: string;
  #session: string;
  #told: ((text: string) => void)[] = [];

  private constructor(browser: Chromium, target: string, session: string) {
    this.#browser = browser;
    this.#target = target;
    this.#session = session;
    browser.listen(session, (method, { payload }) => {
      if (method === 'Runtime.bindingCalled') this.#told.shift()?.(String(payload));
    });
  }

  static async attach(browser: Chromium, target: string): Promise<Tab> {
    const { sessionId } = await browser.ask<{ sessionId: string }>('Target.attachToTarget', {
      targetId: target,
      flatten: true,
    });
    const tab = new Tab(browser, target, sessionId);
    await tab.ask('Page.enable');
    await tab.ask('Runtime.enable');
    await tab.ask('Runtime.addBinding', { name: BINDING });
    await tab.ask('Emulation.setDeviceMetricsOverride', SCREEN);
    await tab.ask('Emulation.setTouchEmulationEnabled', { enabled: true });
    await tab.ask('Emulation.setLocaleOverride', { locale: 'zh-CN' });
    await tab.ask('Emulation.setTimezoneOverride', { timezoneId: 'Asia/Shanghai' });
    return tab;
  }

  ask<Result>(method: string, params: object = {}): Promise<Result> {
    return this.#browser.ask(method, params, this.#session);
  }

  /** Slows the page's main thread `times`. It does not slow the service worker, which has a thread of its own. */
  async slowDown(times: number): Promise<void> {
    await this.ask('Emulation.setCPUThrottlingRate', { rate: times });
  }

  /** Runs `script` in every page that opens from now on, before anything of its own. */
  async inject(script: () => void): Promise<void> {
    await this.ask('Page.addScriptToEvaluateOnNewDocument', { source: `(${script.toString()})()` });
  }

  /** Returns when the page has begun to open. */
  async open(url: string): Promise<void> {
    const { errorText } = await this.ask<{ errorText?: string }>('Page.navigate', { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
  }

  /** What the page tells the bench next. @throws after a minute of silence */
  hear<Told>(): Promise<Told> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error('the page has told nothing for a minute')),
        TIMEOUT_MS,
      );
      this.#told.push((text) => {
        clearTimeout(timer);
        resolve(JSON.parse(text) as Told);
      });
    });
  }

  async evaluate<Result>(script: () => Result): Promise<Awaited<Result>> {
    const { result, exceptionDetails } = await this.ask<{
      result: { value: Awaited<Result> };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    }>('Runtime.evaluate', {
      expression: `(${script.toString()})()`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** A finger at a place, CSS pixels. */
  async touch({ x, y }: { x: number; y: number }): Promise<void> {
    await this.ask('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    await this.ask('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }

  /** As when the phone was in a pocket for a while. */
  async stopWorkers(): Promise<void> {
    await this.ask('ServiceWorker.enable');
    await this.ask('ServiceWorker.stopAllWorkers');
    await this.ask('ServiceWorker.disable');
  }

  async close(): Promise<void> {
    await this.#browser.ask('Target.closeTarget', { targetId: this.#target });
  }
}

import { dev, version } from '$app/environment';
import { messageSW, Workbox } from 'workbox-window';
import { anyTabInRound, thisTabInRound } from './tabs.ts';

/** Chrome's offer to install; not in TypeScript's library. */
interface InstallPrompt extends Event {
  prompt(): Promise<void>;
  userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

/** How this page could be put on the home screen. */
export type InstallWay = 'prompt' | 'ios-share' | 'open-in-browser';

const DECLINED = 'install-declined';
const VERSION_ANSWER_MS = 2000;

class Pwa {
  #updateReady = $state(false);
  #install = $state<InstallWay>();
  #prompt: InstallPrompt | undefined;
  #workbox: Workbox | undefined;
  #registration: ServiceWorkerRegistration | undefined;
  #againMs = 10_000;
  #reloadDue = false;

  /** A new version waits, and no tab is in a round that it could disturb. */
  get updateReady(): boolean {
    return this.#updateReady;
  }
  get install(): InstallWay | undefined {
    return this.#install;
  }

  /** Registers the service worker, where there is one. */
  async start(): Promise<void> {
    this.#watchInstall();
    if (dev || !('serviceWorker' in navigator)) return;
    this.#workbox = new Workbox('/service-worker.js');
    this.#workbox.addEventListener('waiting', () => void this.look());
    let controlled = Boolean(navigator.serviceWorker.controller);
    this.#workbox.addEventListener('controlling', () => {
      // The first worker takes over quietly; a later one may bring other code.
      if (controlled) void bringsOtherCode().then((other) => other && this.#reload());
      controlled = true;
    });
    this.#workbox.addEventListener('redundant', ({ isUpdate }) => {
      if (!isUpdate) this.#registerLater();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible')
        void this.#registration?.update().catch(() => undefined);
    });
    await this.#register();
  }

  async #register(): Promise<void> {
    try {
      this.#registration = await this.#workbox?.register();
    } catch (cause) {
      // A SecurityError is a refusal, by private mode or the browser's settings: the page goes on without.
      if (cause instanceof TypeError) this.#registerLater();
    }
  }

  /** A moment without a signal kept the worker away, or broke off its installation: the next one goes on from there. */
  #registerLater(): void {
    setTimeout(() => void this.#register(), this.#againMs);
    this.#againMs *= 2;
  }

  /** Never in the middle of a round: then at the next page. */
  #reload(): void {
    this.#reloadDue = thisTabInRound();
    if (!this.#reloadDue) location.reload();
  }

  /** Looks again whether a waiting version may be offered; called after each navigation. */
  async look(): Promise<void> {
    if (this.#reloadDue) return this.#reload();
    const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
    this.#updateReady = Boolean(registration?.waiting) && !(await anyTabInRound());
  }

  /** @returns false while another tab is in a round; it can be asked for again */
  async update(): Promise<boolean> {
    if (await anyTabInRound()) return false;
    this.#updateReady = false;
    this.#workbox?.messageSkipWaiting();
    return true;
  }

  postpone(): void {
    this.#updateReady = false;
  }

  #watchInstall(): void {
    const standalone = matchMedia('(display-mode: standalone)').matches;
    if (standalone || declined()) return;
    const agent = navigator.userAgent;
    const ios = /iPhone|iPad/.test(agent);
    if (/MicroMessenger/.test(agent)) this.#install = 'open-in-browser';
    else if (ios) this.#install = 'ios-share';
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#prompt = event as InstallPrompt;
      this.#install = 'prompt';
    });
    addEventListener('appinstalled', () => (this.#install = undefined));
  }

  async acceptInstall(): Promise<void> {
    const prompt = this.#prompt;
    this.#install = undefined;
    await prompt?.prompt();
    if ((await prompt?.userChoice)?.outcome === 'dismissed') remember();
  }

  /** A no is a no: not asked again on this phone. */
  declineInstall(): void {
    this.#install = undefined;
    remember();
  }
}

/** A worker of the same build comes anew after site data were cleared: a reload would only lose what the page says. */
async function bringsOtherCode(): Promise<boolean> {
  const worker = navigator.serviceWorker.controller;
  if (!worker) return false;
  const silence = new Promise((resolve) => setTimeout(resolve, VERSION_ANSWER_MS));
  return (await Promise.race([messageSW(worker, { type: 'VERSION' }), silence])) !== version;
}

function declined(): boolean {
  try {
    return localStorage.getItem(DECLINED) !== null;
  } catch {
    return true;
  }
}

function remember(): void {
  try {
    localStorage.setItem(DECLINED, '1');
  } catch {
    // Nothing can be kept; the hint is not shown then either.
  }
}

export const pwa = new Pwa();

import { messageSW } from 'workbox-window';

/** The clerk's page, as far as it opens without a signal. */
class ShopOffline {
  #state = $state<'none' | 'storing' | 'ready'>('none');

  /** none: there is no service worker that could. */
  get state(): 'none' | 'storing' | 'ready' {
    return this.#state;
  }

  /** Has the service worker keep what only this page needs; residents never load it. */
  async store(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    const { active } = await navigator.serviceWorker.ready;
    if (!active) return;
    this.#state = 'storing';
    const kept: unknown = await messageSW(active, { type: 'KEEP_SHOP' }).catch(() => false);
    this.#state = kept === true ? 'ready' : 'none';
  }
}

export const shopOffline = new ShopOffline();

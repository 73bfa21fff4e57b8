import { browser } from '$app/environment';
import { phone } from './phone.svelte.ts';

/** How a resident wants to see and hear the app. */
export interface LookSettings {
  elder: boolean;
  /** 0 (standard) to 4 (largest). */
  size: number;
  theme: 'auto' | 'light' | 'dark';
  readAloud: boolean;
}

const DEFAULT: LookSettings = { elder: false, size: 0, theme: 'auto', readAloud: false };
/** early.js reads this copy before the first paint; the database holds the lasting one. */
const MIRROR = 'look';

class Look {
  #settings = $state<LookSettings>(DEFAULT);

  get settings(): Readonly<LookSettings> {
    return this.#settings;
  }

  /** Takes up what was set before, once per page. */
  async load(): Promise<void> {
    const mirrored = readMirror();
    if (mirrored) this.#settings = { ...DEFAULT, ...mirrored };
    else {
      const kept = await phone
        .open()
        .then((db) => db.get('settings', MIRROR))
        .catch(() => undefined);
      if (kept) this.#apply({ ...DEFAULT, ...(kept as Partial<LookSettings>) });
    }
  }

  set(change: Partial<LookSettings>): void {
    const settings = { ...this.#settings, ...change };
    this.#apply(settings);
    // Without storage the look lasts as long as the page.
    void phone
      .open()
      .then((db) => db.put('settings', settings, MIRROR))
      .catch(() => undefined);
  }

  #apply(settings: LookSettings): void {
    this.#settings = settings;
    if (!browser) return;
    const { dataset } = document.documentElement;
    if (settings.elder) dataset.elder = '';
    else delete dataset.elder;
    if (settings.theme === 'auto') delete dataset.theme;
    else dataset.theme = settings.theme;
    if (settings.size) dataset.size = String(settings.size);
    else delete dataset.size;
    try {
      const { theme, ...rest } = settings;
      localStorage.setItem(MIRROR, JSON.stringify(theme === 'auto' ? rest : settings));
    } catch {
      // Storage refused: the database refuses too, and the page says so.
    }
  }

  reset(): void {
    this.#apply(DEFAULT);
  }
}

function readMirror(): Partial<LookSettings> | undefined {
  try {
    return (
      (JSON.parse(localStorage.getItem(MIRROR) ?? 'null') as Partial<LookSettings> | undefined) ??
      undefined
    );
  } catch {
    return undefined;
  }
}

export const look = new Look();

import type { ShopDatabase } from './database.ts';
import { changing, keep, kept, reading } from './settings.ts';

/** Whether the till gives no sound and does not shake; it stays as it was left. */
export class Quiet {
  readonly #open: () => Promise<ShopDatabase>;
  #on = $state(false);

  constructor(open: () => Promise<ShopDatabase>) {
    this.#open = open;
  }

  get on(): boolean {
    return this.#on;
  }

  async load(): Promise<void> {
    this.#on = (await kept(reading(await this.#open()), 'quiet')) ?? false;
  }

  async set(on: boolean): Promise<void> {
    this.#on = on;
    const tx = changing(await this.#open());
    await keep(tx, 'quiet', on);
    await tx.done;
  }
}

import { Refused } from '../../domain/refusal.ts';
import { ask, askFile, type Asked } from '../api.ts';
import type { ShopDatabase } from './database.ts';
import { proofFor } from './crypto.ts';
import type { ServerTime } from './server-time.ts';
import { kept, reading } from './settings.ts';

/** How a terminal asks the server. @throws as `device/api.ts` */
export interface TerminalApi {
  post<T>(path: string, body: unknown, limitMs?: number): Promise<T>;
  get<T>(path: string, limitMs?: number): Promise<T>;
}

/**
 * Asks with a proof that it is this terminal. The time in it is the server's: where this device's is too far off, the
 * server says its own, and it is signed anew with that.
 */
export class SignedApi implements TerminalApi {
  readonly #open: () => Promise<ShopDatabase>;
  readonly #time: ServerTime;
  /** How far the server's time was from the estimate when it last said so. */
  #offMs = 0;

  constructor(open: () => Promise<ShopDatabase>, time: ServerTime) {
    this.#open = open;
    this.#time = time;
  }

  post<T>(path: string, body: unknown, limitMs?: number): Promise<T> {
    return this.#signed({ path, method: 'POST', body: JSON.stringify(body), limitMs }, ask<T>);
  }

  get<T>(path: string, limitMs?: number): Promise<T> {
    return this.#signed({ path, method: 'GET', limitMs }, ask<T>);
  }

  /** Reads a file of this media type. */
  file(path: string, type: string): Promise<Blob> {
    return this.#signed({ path, method: 'GET' }, (asked) => askFile(asked, type));
  }

  async #signed<T>(asked: Asked, how: (asked: Asked) => Promise<T>): Promise<T> {
    const { path, method, body } = asked;
    const send = async () =>
      how({ ...asked, headers: await this.#proof(path, method, body ?? '') });
    try {
      return await send();
    } catch (error) {
      const stale = error instanceof Refused && error.code === 'proof-stale';
      if (!stale || error.details.nowMs === undefined) throw error;
      this.#offMs = error.details.nowMs - this.#time.estimateMs();
      return send();
    }
  }

  async #proof(path: string, method: string, body: string): Promise<Record<string, string>> {
    const tx = reading(await this.#open());
    const [view, keyPair] = [await kept(tx, 'view'), await kept(tx, 'keyPair')];
    if (!view || !keyPair) return {};
    const sentAtMs = Math.max(0, Math.round(this.#time.estimateMs() + this.#offMs));
    return proofFor(keyPair, { method, path, terminalId: view.terminalId, sentAtMs }, body);
  }
}

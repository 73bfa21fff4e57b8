import { Refused } from '../../domain/refusal.ts';
import { ask, askFile, type Asked } from '../api.ts';
import type { ShopDatabase } from './database.ts';
import { proofFor } from './crypto.ts';
import type { ServerTime } from './server-time.ts';
import { keptOf } from './settings.ts';
import { isEnd, troubleOf } from './trouble.ts';

/** How a terminal asks the server. @throws as `device/api.ts` */
export interface TerminalApi {
  post<T>(path: string, body: unknown, limitMs?: number): Promise<T>;
  get<T>(path: string, limitMs?: number): Promise<T>;
}

const SESSION = '/api/shop/session';

/**
 * Asks with a proof that it is this terminal. The time in it is the server's: where this device's is too far off, the
 * server says its own, and it is signed anew with that. Where the browser has lost the cookie the proof gets a new one.
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
      if (!(error instanceof Refused)) throw error;
      const { code, details } = error;
      if (code === 'proof-stale' && details.nowMs !== undefined)
        this.#offMs = details.nowMs - this.#time.estimateMs();
      else if (code !== 'terminal-unknown' || path === SESSION || !(await this.#renewed()))
        throw error;
      return send();
    }
  }

  /** @returns false where the server knows no such terminal either */
  async #renewed(): Promise<boolean> {
    const { view, keyPair } = await keptOf(await this.#open(), 'view', 'keyPair');
    if (!view || !keyPair) return false;
    try {
      await this.post(SESSION, { shopId: view.shop.id, terminalId: view.terminalId });
      return true;
    } catch (error) {
      if (isEnd(troubleOf(error))) return false;
      throw error;
    }
  }

  async #proof(path: string, method: string, body: string): Promise<Record<string, string>> {
    const { view, keyPair } = await keptOf(await this.#open(), 'view', 'keyPair');
    if (!view || !keyPair) return {};
    const sentAtMs = Math.max(0, Math.round(this.#time.estimateMs() + this.#offMs));
    return proofFor(keyPair, { method, path, terminalId: view.terminalId, sentAtMs }, body);
  }
}

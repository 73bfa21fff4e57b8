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
/** Another tab may have been given another session meanwhile. */
const TRIES = 3;

/**
 * Asks with a proof that it is this terminal. The time in it is the server's: where this device's is too far off, the
 * server says its own, and it is signed anew with that. Where the browser has lost the cookie the proof gets a new one.
 */
export class SignedApi implements TerminalApi {
  readonly #open: () => Promise<ShopDatabase>;
  readonly #time: ServerTime;
  /** How far the server's time was from the estimate when it last said so. */
  #offMs = 0;
  /** Sessions that this page was given. */
  #sessions = 0;
  #renewing: Promise<boolean> | undefined;

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
    for (let tries = 1; ; tries++) {
      const sessions = this.#sessions;
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof Refused) || tries === TRIES) throw error;
        if (!(await this.#mended(error, path, sessions))) throw error;
      }
    }
  }

  /**
   * @param sessions that this page had when it asked
   * @returns whether it is worth asking again
   */
  async #mended({ code, details }: Refused, path: string, sessions: number): Promise<boolean> {
    if (code === 'proof-stale' && details.nowMs !== undefined) {
      this.#offMs = details.nowMs - this.#time.estimateMs();
      return true;
    }
    if (code !== 'terminal-unknown' || path === SESSION) return false;
    // What is asked at once gets one session together: of two the first would be worth nothing.
    if (sessions !== this.#sessions) return true;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /** @returns false where the server knows no such terminal either */
  async #renew(): Promise<boolean> {
    const { view, keyPair } = await keptOf(await this.#open(), 'view', 'keyPair');
    if (!view || !keyPair) return false;
    try {
      await this.post(SESSION, { shopId: view.shop.id, terminalId: view.terminalId });
      this.#sessions++;
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

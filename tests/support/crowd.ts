import { setTimeout as wait } from 'node:timers/promises';
import type { SentAttempt } from '../../src/lib/domain/sync/messages.ts';
import { PRICE, QUESTIONS } from './api-build.ts';
import { newId, RefusedReply, type ApiPhone, type ApiTill } from './api-client.ts';
import type { ApiServer } from './api-server.ts';

/** What phones and tills were told is done, by id; nothing of it may ever be different again. */
export class Told {
  /** Attempt → its verdict. */
  readonly attempts = new Map<string, string>();
  /** Voucher → its token. */
  readonly vouchers = new Map<string, string>();
  /** Nonce → the receipt. */
  readonly receipts = new Map<string, string>();

  get size(): number {
    return this.attempts.size + this.vouchers.size + this.receipts.size;
  }

  static keep(into: Map<string, string>, id: string, said: unknown): void {
    const text = JSON.stringify(said);
    const before = into.get(id);
    if (before !== undefined && before !== text)
      throw new Error(`${id} was told ${before}, then ${text}`);
    into.set(id, text);
  }
}

const MAX_BATCH = 5;

/**
 * Phones and tills that work through everything: what has no answer is asked again with the same ids, as soon as
 * somebody answers. They stop only where an answer makes no sense.
 */
export class Crowd {
  readonly told = new Told();
  /** Requests that had no answer. */
  unanswered = 0;
  readonly #server: ApiServer;
  readonly #vouchers: string[] = [];
  readonly #taken = new Map<string, string>();
  #stopping = false;

  constructor(server: ApiServer) {
    this.#server = server;
  }

  /** @returns when all have come to an end after `stop` */
  start(phones: number, tills: readonly ApiTill[]): Promise<unknown> {
    return Promise.all([
      ...Array.from({ length: phones }, () => this.#walk(this.#server.phone())),
      ...tills.map((till) => this.#serve(till)),
    ]);
  }

  /** Everybody finishes what is begun. */
  stop(): void {
    this.#stopping = true;
  }

  async #walk(phone: ApiPhone): Promise<void> {
    let next = 0;
    let before: SentAttempt[] = [];
    for (let step = 0; !this.#stopping; step++) {
      if (next + MAX_BATCH > QUESTIONS) {
        phone.newWallet();
        next = 0;
        before = [];
      }
      const fresh = phone.attempts(1 + (step % MAX_BATCH), next);
      next += fresh.length;
      // Now and then what was answered already is sent once more.
      const batch = step % 7 === 6 ? [...before, ...fresh] : fresh;
      const { wallet, verdicts } = await this.#untilAnswered(() => phone.sync(batch));
      if (verdicts.length !== batch.length) throw new Error('a verdict is missing');
      for (const verdict of verdicts) Told.keep(this.told.attempts, verdict.id, verdict);
      before = fresh;
      if (step % 3 === 2 && wallet.available >= PRICE) await this.#hold(phone, step);
    }
  }

  async #hold(phone: ApiPhone, step: number): Promise<void> {
    const id = newId();
    const { token } = await this.#untilAnswered(() => phone.hold(id));
    Told.keep(this.told.vouchers, id, token);
    // Every fifth is shown at two tills at once.
    this.#vouchers.push(token, ...(step % 5 === 0 ? [token] : []));
  }

  async #serve(till: ApiTill): Promise<void> {
    for (;;) {
      const token = this.#vouchers.shift();
      if (!token && this.#stopping) return;
      if (!token) {
        await wait(5);
        continue;
      }
      const nonce = newId();
      try {
        const receipt = await this.#untilAnswered(() => till.handOver({ token }, nonce));
        Told.keep(this.told.receipts, nonce, receipt);
        const again = await this.#untilAnswered(() => till.handOver({ token }, nonce));
        Told.keep(this.told.receipts, nonce, again);
        Told.keep(this.#taken, token, nonce);
      } catch (error) {
        // The other till was faster.
        if (!(error instanceof RefusedReply) || error.code !== 'voucher-handed-over') throw error;
      }
    }
  }

  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        const code = error instanceof RefusedReply ? error.code : undefined;
        if (code !== 'server-busy' && code !== 'slow-down' && !isSilence(error)) throw error;
        this.unanswered++;
        await wait(code === 'slow-down' ? 1000 : 50);
      }
    }
  }
}

/** No answer came: whether what was asked is done, nobody knows. */
function isSilence(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(String(code));
}

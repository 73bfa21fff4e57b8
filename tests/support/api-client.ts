import { randomBytes } from 'node:crypto';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { uuidv7 } from '../../src/lib/domain/ids/uuidv7.ts';
import { dayAt } from '../../src/lib/domain/points/day.ts';
import type {
  RefusalAnswer,
  SentAttempt,
  SyncAnswer,
  SyncRequest,
} from '../../src/lib/domain/sync/messages.ts';
import { PROTOCOL } from '../../src/lib/domain/sync/protocol.ts';
import type {
  Receipt,
  VoucherReading,
  VoucherView,
} from '../../src/lib/domain/voucher/messages.ts';
import { PRICE } from './api-build.ts';

/** The header that servers under test are told to believe (ADDRESS_HEADER): one machine stands for many phones. */
export const ADDRESS_HEADER = 'x-test-address';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The text as JSON; undefined where it is none. */
  json: unknown;
}

/** What a request may have beside its path; `body` is sent as it is where it is a text or bytes. */
export interface Ask {
  method?: string;
  body?: unknown;
  headers?: Record<string, string | undefined>;
}

export const newId = () => uuidv7(Date.now(), randomBytes(10));
export const newSecret = () => randomBytes(24).toString('base64url');

/** A browser as far as the API sees one: it keeps cookies and says where it comes from. */
export class ApiClient {
  readonly cookies = new Map<string, string>();
  readonly #port: number;
  readonly #headers: Record<string, string>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor(port: number, { origin = `http://localhost:${port}`, address = newId() } = {}) {
    this.#port = port;
    this.#headers = { origin, 'sec-fetch-site': 'same-origin', [ADDRESS_HEADER]: address };
  }

  get(path: string, ask: Ask = {}): Promise<Reply> {
    return this.ask(path, { method: 'GET', ...ask });
  }

  post(path: string, body: unknown, ask: Ask = {}): Promise<Reply> {
    return this.ask(path, { method: 'POST', body, ...ask });
  }

  /** @throws where no answer came */
  ask(path: string, { method = 'GET', body, headers = {} }: Ask): Promise<Reply> {
    const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
    const sent = raw ? body : JSON.stringify(body);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all: Record<string, string | undefined> = {
      ...this.#headers,
      ...(sent !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(sent)),
      }),
      ...(cookie && { cookie }),
      ...headers,
    };
    const given = Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    );
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port: this.#port, path, method, agent: this.#agent, headers: given },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            this.#keep(response.headers['set-cookie'] ?? []);
            const text = Buffer.concat(parts).toString();
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: parsed(text),
            });
          });
        },
      );
      asked.on('error', reject);
      asked.end(sent);
    });
  }

  #keep(set: readonly string[]): void {
    for (const line of set) {
      const [pair = '', ...attributes] = line.split('; ');
      const [name = '', value = ''] = pair.split('=');
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that refuses. */
export class RefusedReply extends Error {
  readonly reply: Reply;
  readonly code: string | undefined;
  constructor(reply: Reply) {
    const { code } = (reply.json ?? {}) as Partial<RefusalAnswer>;
    super(`${reply.status} ${code ?? reply.text}`);
    this.reply = reply;
    this.code = code;
  }
}

function good<T>(reply: Reply): T {
  if (reply.status >= 300) throw new RefusedReply(reply);
  return reply.json as T;
}

/** A resident's phone over HTTP: it makes its ids, keeps them, and may send everything again. */
export class ApiPhone {
  readonly client: ApiClient;
  claim: SyncRequest['claim'];
  cursor = 0;
  readonly #packHash: string;

  constructor(port: number, packHash: string, options?: { origin?: string; address?: string }) {
    this.client = new ApiClient(port, options);
    this.#packHash = packHash;
    this.newWallet();
  }

  /** Forgets its wallet, as after its storage was cleared. */
  newWallet(): void {
    this.client.cookies.clear();
    this.claim = { walletId: newId(), deviceId: newId(), secret: newSecret() };
    this.cursor = 0;
  }

  attempt(question: number, right = true): SentAttempt {
    const practisedAtMs = Date.now();
    return {
      id: newId(),
      questionId: `q${question}`,
      packHash: this.#packHash,
      response: { type: 'single', option: right ? 0 : 1 },
      practisedAtMs,
      round: { id: newId(), of: { kind: 'topic', topic: 'sample' }, day: dayAt(practisedAtMs) },
    };
  }

  /** Attempts at so many questions, all right. */
  attempts(count: number, from = 0): SentAttempt[] {
    return Array.from({ length: count }, (_, i) => this.attempt(from + i));
  }

  request(attempts: unknown[] = [], change: Partial<SyncRequest> = {}): SyncRequest {
    return {
      version: PROTOCOL,
      ...(this.claim && this.client.cookies.size === 0 && { claim: this.claim }),
      deviceName: '安卓手机',
      sentAtMs: Date.now(),
      cursor: this.cursor,
      attempts,
      reports: [],
      ...change,
    };
  }

  /** @throws RefusedReply */
  async sync(attempts: unknown[] = [], change?: Partial<SyncRequest>): Promise<SyncAnswer> {
    const answer = good<SyncAnswer>(
      await this.client.post('/api/sync', this.request(attempts, change)),
    );
    this.cursor = answer.cursor;
    return answer;
  }

  /** Holds a voucher for tissues. @throws RefusedReply */
  async hold(id = newId(), shopId = 'east'): Promise<VoucherView> {
    const ask = { id, shopId, goodsId: 'tissues', points: PRICE };
    return good(await this.client.post('/api/vouchers', ask));
  }

  async recoveryCode(): Promise<string> {
    return good<{ code: string }>(await this.client.post('/api/recovery', {})).code;
  }
}

/** A shop's till over HTTP. */
export class ApiTill {
  readonly client: ApiClient;

  constructor(port: number, options?: { origin?: string; address?: string }) {
    this.client = new ApiClient(port, options);
  }

  async enrol(code: string, name = '柜台手机'): Promise<void> {
    good(await this.client.post('/api/shop/enrol', { code, name }));
  }

  /** @throws RefusedReply */
  async handOver(reading: VoucherReading, nonce = newId()): Promise<Receipt> {
    return good(await this.client.post('/api/shop/hand-over', { reading, nonce }));
  }
}

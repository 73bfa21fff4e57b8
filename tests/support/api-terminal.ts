import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { proofHeader, PROOF_HEADER, textToSign } from '../../src/lib/domain/terminal/proof.ts';
import type { TerminalView } from '../../src/lib/domain/voucher/messages.ts';
import { ApiClient, newId, type Reply } from './api-client.ts';
import { rawOf } from './terminal.ts';

/** What of a request is not as it was signed. */
interface Tampered {
  path?: string;
  body?: unknown;
  header?: string | undefined;
  /** How far the terminal's time is off. */
  offMs?: number;
}

/** A terminal with a key over HTTP: every request is signed. */
export class ApiTerminal {
  readonly client: ApiClient;
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  terminalId = '';

  constructor(port: number) {
    this.client = new ApiClient(port);
  }

  async enrol(code: string, offline = true): Promise<Reply> {
    const key = rawOf(this.#key.publicKey);
    const reply = await this.client.post('/api/shop/enrol', {
      code,
      name: '柜台手机',
      key,
      offline,
    });
    if (reply.status < 300) this.terminalId = (reply.json as TerminalView).terminalId;
    return reply;
  }

  post(path: string, body: unknown, tampered: Tampered = {}): Promise<Reply> {
    const headers = this.#headers('POST', path, JSON.stringify(body), tampered);
    return this.client.post(tampered.path ?? path, tampered.body ?? body, { headers });
  }

  get(path: string, tampered: Tampered = {}): Promise<Reply> {
    const headers = this.#headers('GET', path, '', tampered);
    return this.client.get(tampered.path ?? path, { headers });
  }

  #headers(method: string, path: string, body: string, tampered: Tampered) {
    if ('header' in tampered) return { [PROOF_HEADER]: tampered.header };
    const sentAtMs = Date.now() + (tampered.offMs ?? 0);
    const bodyHash = createHash('sha256').update(body).digest('base64url');
    const text = textToSign({ method, path, terminalId: this.terminalId, sentAtMs, bodyHash });
    const key = { key: this.#key.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const signature = sign('sha256', Buffer.from(text), key).toString('base64url');
    return { [PROOF_HEADER]: proofHeader(sentAtMs, signature) };
  }

  /** A row for the queue. */
  static row(token: string) {
    return { nonce: newId(), token, atMs: Date.now() };
  }
}

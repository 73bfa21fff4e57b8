import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { Refused, refusals, type RefusalCode } from '../../domain/refusal.ts';
import type { RefusalAnswer } from '../../domain/sync/messages.ts';
import { StoreBusy } from '../database/store.ts';
import type { Settings } from '../http/settings.ts';
import type { Park } from '../park.ts';
import { PROOF_HEADER, readProof, textToSign } from '../../domain/terminal/proof.ts';
import type { Proof } from '../shop/proof.ts';
import type { TerminalSession } from '../voucher/terminal.ts';
import { readJson } from './body.ts';
import { Cookies } from './cookies.ts';
import { endpoints, type Answer, type Endpoint } from './endpoints.ts';
import { Limits } from './limits.ts';

const WALLET_GONE: ReadonlySet<RefusalCode> = new Set([
  'wallet-unknown',
  'wallet-closed',
  'signed-out',
]);

/** One line for each request: what was asked and what came of it, without a word of who asked. */
export interface ApiLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type Api = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<void>;

/**
 * Answers `/api/…`. It stands before SvelteKit's handler: a park in the evening is mostly these requests, and every
 * one of them passes through here: same-origin check, limits, body, schema, use case, answer.
 */
export function createApi(
  park: Park,
  settings: Pick<Settings, 'origin' | 'originGiven' | 'addressHeader'>,
  log: ApiLog,
  limits = new Limits(),
): Api {
  const cookies = new Cookies(settings.origin);
  const byPath = Map.groupBy(endpoints, ({ path }) => path);

  async function answer(request: IncomingMessage, response: ServerResponse, path: string) {
    if (path === '/api/health') return health(request, response);
    const endpoint = endpointFor(request, path);
    if (endpoint.method === 'POST') mustBeOwn(request);
    const caller = { session: cookies.session(request), terminal: cookies.terminal(request) };
    const who = endpoint.by === 'terminal' ? caller.terminal : caller.session;
    const address = addressOf(request);
    await limits.admit(endpoint.by, address, who?.secret);
    if (endpoint.limitNew && (!who || endpoint.limitNew !== 'open'))
      await limits.admitNew(endpoint.limitNew, address);
    const sent = await sentIn(request, endpoint);
    const body = endpoint.schema ? parse(endpoint.schema, sent.value) : undefined;
    const proofOf = (terminalId: string) => proofIn(request, terminalId, sent.bytes);
    const terminal = caller.terminal && proven(caller.terminal, proofOf);
    send(response, await endpoint.run(park, { ...caller, terminal, proofOf }, body));
  }

  /** A body, or a query as if it were one. */
  async function sentIn(request: IncomingMessage, { method, schema, maxBytes }: Endpoint) {
    if (method === 'POST' && schema) return readJson(request, maxBytes);
    const query = new URLSearchParams((request.url ?? '').split('?', 2)[1] ?? '');
    return { value: Object.fromEntries(query), bytes: Buffer.alloc(0) };
  }

  /** A terminal's session with the proof that came with the request; who looks it up knows whether there must be one. */
  function proven(
    session: TerminalSession,
    proofOf: (terminalId: string) => Proof | undefined,
  ): TerminalSession {
    const proof = proofOf(session.terminalId);
    return proof ? { ...session, proof } : session;
  }

  /** The signature in the header, with what this terminal must have signed. */
  function proofIn(request: IncomingMessage, terminalId: string, bytes: Buffer): Proof | undefined {
    const { method = '', url: path = '' } = request;
    const header = request.headers[PROOF_HEADER];
    const read = typeof header === 'string' ? readProof(header) : undefined;
    if (!read) return undefined;
    const bodyHash = createHash('sha256').update(bytes).digest('base64url');
    const text = textToSign({ method, path, terminalId, sentAtMs: read.sentAtMs, bodyHash });
    return { ...read, text };
  }

  function endpointFor(request: IncomingMessage, path: string): Endpoint {
    const there = byPath.get(path);
    if (!there) throw new Refused('unknown-address');
    const endpoint = there.find(({ method }) => method === request.method);
    if (!endpoint) throw new Refused('wrong-method');
    return endpoint;
  }

  /** A write must come from a page of ours; browsers say where it comes from. @throws Refused `foreign-origin` */
  function mustBeOwn({ headers }: IncomingMessage): void {
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') throw new Refused('foreign-origin');
    const own =
      headers.origin === settings.origin ||
      (!settings.originGiven && headers.origin === `http://${headers.host}`);
    if (!own) throw new Refused('foreign-origin');
  }

  function addressOf(request: IncomingMessage): string {
    const named = settings.addressHeader && request.headers[settings.addressHeader];
    const list = Array.isArray(named) ? named.join(',') : named;
    return list?.split(',').at(-1)?.trim() || (request.socket.remoteAddress ?? '');
  }

  async function health(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refused('wrong-method');
    const ready = await park.store.read
      .selectFrom('meta')
      .select('key')
      .limit(1)
      .execute()
      .then(
        () => true,
        () => false,
      );
    write(response, ready ? 200 : 503, { live: true, ready });
  }

  function refusalOf(error: unknown): Refused {
    if (error instanceof Refused) return error;
    // A read fails in the engine's own words.
    const busy = error instanceof StoreBusy || park.store.isTrouble(error);
    if (!busy) return new Refused('server-failed', {}, { cause: error });
    return new Refused('server-busy', { retryAfterMs: 2000 }, { cause: error });
  }

  /** A cookie that opens nothing any more is taken back: the phone may then open another wallet, the till enrol anew. */
  function takeBack(request: IncomingMessage, response: ServerResponse, code: RefusalCode): void {
    if (WALLET_GONE.has(code) && cookies.session(request))
      response.setHeader('set-cookie', cookies.clear('wallet'));
    if (code === 'terminal-unknown' && cookies.terminal(request))
      response.setHeader('set-cookie', cookies.clear('terminal'));
  }

  function send(response: ServerResponse, { body, session, terminal, file }: Answer): void {
    const set: string[] = [];
    if (session !== undefined)
      set.push(session === null ? cookies.clear('wallet') : cookies.setSession(session));
    if (terminal !== undefined)
      set.push(terminal === null ? cookies.clear('terminal') : cookies.setTerminal(terminal));
    if (set.length > 0) response.setHeader('set-cookie', set);
    if (file) {
      response.setHeader('content-disposition', `attachment; filename="${file.name}"`);
      writeBytes(response, 200, file.type, file.bytes);
      return;
    }
    write(response, body === undefined ? 204 : 200, body);
  }

  return async (request, response, path) => {
    const began = performance.now();
    let code: RefusalCode | undefined;
    try {
      await answer(request, response, path);
    } catch (error) {
      const refused = refusalOf(error);
      code = refused.code;
      if (code === 'server-failed' || code === 'server-busy')
        log.error({ path: known(path), error: reasonOf(error) }, code);
      if (!response.headersSent && path !== '/api/join') takeBack(request, response, code);
      refuse(request, response, refused);
    }
    const ms = Math.round(performance.now() - began);
    const { method } = request;
    log.info({ method, path: known(path), status: response.statusCode, ms, code }, 'api');
  };

  /** Only addresses of ours are logged: what else was asked for may hold anything. */
  function known(path: string): string {
    return byPath.has(path) || path === '/api/health' ? path : '/api/?';
  }
}

function parse(schema: v.GenericSchema, value: unknown): unknown {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new Refused('not-understood');
  return parsed.output;
}

/** What went wrong inside, for the log: never what was sent. */
function reasonOf(error: unknown): string {
  const cause = error instanceof StoreBusy ? error.cause : error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : 'unknown';
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { code, details }: Refused,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const [status, says] = refusals[code];
  const answer: RefusalAnswer = { code, says, ...details };
  if (details.retryAfterMs !== undefined)
    response.setHeader('retry-after', Math.ceil(details.retryAfterMs / 1000));
  // A body that nobody reads would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  write(response, status, answer);
}

function write(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  writeBytes(
    response,
    status,
    'application/json; charset=utf-8',
    Buffer.from(JSON.stringify(body)),
  );
}

function writeBytes(response: ServerResponse, status: number, type: string, bytes: Buffer): void {
  response.setHeader('content-type', type);
  response.setHeader('content-length', bytes.byteLength);
  response.writeHead(status).end(bytes);
}

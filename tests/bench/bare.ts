import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { brotliCompressSync, constants } from 'node:zlib';
import { policyFor } from '../../src/lib/server/http/csp.ts';
import { securityHeaders } from '../../src/lib/server/http/headers.ts';
import { bareWorker, barePage, type Single } from './bare-page.ts';

export const BARE_PATH = '/';
export const BARE_WITH_WORKER_PATH = '/with-worker';

/** Serves the bare page as the app serves its own: brotli at its best, made ahead, with the same headers. */
export class BareServer {
  #server: Server;
  #port = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(title: string, questions: [Single, Single]): Promise<BareServer> {
    const files = new Map([
      [BARE_PATH, file('text/html', barePage(title, questions, false))],
      [BARE_WITH_WORKER_PATH, file('text/html', barePage(title, questions, true))],
      ['/worker.js', file('text/javascript', bareWorker(BARE_WITH_WORKER_PATH))],
    ]);
    const server = createServer((request, response) => {
      const found = files.get(request.url ?? '');
      if (!found) response.writeHead(404).end();
      else response.writeHead(200, found.headers).end(found.body);
    });
    // As long as the app keeps them.
    server.keepAliveTimeout = 65_000;
    const bare = new BareServer(server);
    await bare.up();
    return bare;
  }

  get port(): number {
    return this.#port;
  }

  async up(): Promise<void> {
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
    const address = this.#server.address();
    if (!address || typeof address === 'string') throw new Error('the bare page has no port');
    this.#port = address.port;
  }

  async down(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function file(type: string, text: string) {
  const body = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    },
  });
  const html = type === 'text/html';
  const headers = {
    vary: 'Accept-Encoding',
    ...Object.fromEntries(securityHeaders('http://127.0.0.1')),
    'content-security-policy': policyFor(html ? text : ''),
    'cache-control': 'no-cache',
    'content-length': body.length,
    'content-type': `${type};charset=utf-8`,
    'last-modified': new Date().toUTCString(),
    'content-encoding': 'br',
    etag: `W/"${body.length}"`,
  };
  return { headers, body };
}

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Api } from '../api/api.ts';
import type { Archive } from './archive.ts';
import { completeHeaders } from './complete-headers.ts';
import { policyFor } from './csp.ts';
import { isTill, securityHeaders } from './headers.ts';

/** What adapter-node exports as `handler`. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

export interface Parts {
  handler: Handler;
  /** Answers `/api/…`. */
  api: Api;
  archive: Archive;
  origin: string;
  /** The policy of each prerendered page, by decoded path. */
  policies: ReadonlyMap<string, string>;
}

/** Answers every request: headers first, then what is kept of earlier builds, then the app. */
export function listenerFor({ handler, api, archive, origin, policies }: Parts): RequestListener {
  const common = securityHeaders(origin);
  const atTill = securityHeaders(origin, { camera: true });
  const strict = policyFor('');

  return (request, response) => {
    const path = pathOf(request.url ?? '');
    const policy = policies.get(path ?? '') ?? strict;
    const headers = isTill(path ?? '') ? atTill : common;
    completeHeaders(response, path ?? '', [...headers, ['content-security-policy', policy]]);
    if (path === undefined || !request.headers.host) {
      plain(response, 400, 'Bad Request');
      return;
    }
    // adapter-node opens files without listening for errors: one that is gone (a build made under the running
    // server) or one too many would end the process. It costs one response instead.
    response.on('pipe', (source) =>
      source.on('error', (error) => lose(request, response, path, error)),
    );
    // A range is a wish, and adapter-node's file server gets some wrong (`bytes=-100`, `bytes=0-0`, `bytes=5-2`).
    // Nothing here is long; audio, should it come, will need them on Safari.
    delete request.headers.range;
    answer(request, response, path).catch((error: unknown) => lose(request, response, path, error));
  };

  async function answer(request: IncomingMessage, response: ServerResponse, path: string) {
    if (path === '/api' || path.startsWith('/api/')) return api(request, response, path);
    if (request.method === 'GET' || request.method === 'HEAD') {
      const kept = await archive.find(path, request.headers['accept-encoding']);
      if (kept) {
        response.setHeader('content-type', kept.type);
        response.setHeader('content-length', kept.body.length);
        response.setHeader('vary', 'Accept-Encoding');
        if (kept.encoding) response.setHeader('content-encoding', kept.encoding);
        response.writeHead(200).end(kept.body);
        return;
      }
    }
    await handler(request, response, () => {
      plain(response, 404, 'Not Found');
    });
  }
}

/** One request has failed: the log has why, the person gets no details. */
function lose(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  error: unknown,
): void {
  console.error(`${request.method} ${JSON.stringify(path)}:`, error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  plain(response, 500, 'Internal Server Error');
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.writeHead(status).end(`${text}\n`);
}

/** The decoded path of a request's target; undefined where it is malformed or no path at all (`http://…`, `*`). */
function pathOf(target: string): string | undefined {
  const [raw = ''] = target.split('?', 1);
  if (!raw.startsWith('/')) return undefined;
  try {
    const path = decodeURI(raw);
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    return /[\u0000-\u001f\u007f\\]/.test(path) ? undefined : path;
  } catch {
    return undefined;
  }
}

import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { policyFor } from './csp.ts';
import { securityHeaders } from './headers.ts';

/**
 * A server that no slow or broken client can hold up: a phone by the lake gets a minute for its request, and a
 * connection on which nothing moves for two is given up.
 */
export function createLimitedServer(origin: string, listener: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 15_000,
      requestTimeout: 60_000,
      // Longer than the 60 s after which proxies in front give up, so that they do it first.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      // Asked for by our own listener, whose answer carries every header.
      requireHostHeader: false,
    },
    listener,
  );
  server.timeout = 120_000;
  // An expectation we do not know is a wish; Node's own refusal would carry none of our headers.
  server.on('checkExpectation', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuse(socket, statusOf(error.code), origin);
  });
  return server;
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return 400;
}

/** What could not be read as a request has no response object: the answer is written by hand. */
function refuse(socket: Socket, status: number, origin: string): void {
  // A part of another answer may be on its way: nothing can be put after it.
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const headers = [
    ...securityHeaders(origin),
    ['content-security-policy', policyFor('')],
    ['cache-control', 'no-store'],
    ['content-length', '0'],
    ['connection', 'close'],
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n`);
}

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long requests in flight may take to finish. */
const GRACE_MS = 10_000;
/** How long what the app has left open (a channel, a pool) may hold the process up after the last response. */
const LINGER_MS = 1_000;

/**
 * Ends the server on SIGINT or SIGTERM: nothing new is accepted, what has begun is finished, then the process ends
 * by itself with code 0, at the latest after ten seconds. Asking twice changes nothing: a terminal and npm both
 * pass on one Ctrl-C. To be called before the server listens.
 * @param close what is left to do after the last response: flush and close
 */
export function stopOnSignal(server: Server, close: () => Promise<void>): void {
  let stopping = false;
  // Node's closeIdleConnections leaves those open on which nothing was asked yet, and browsers open such ahead.
  const idle = new Set<Socket>();
  const inFlight = new Set<ServerResponse>();
  server.on('connection', (socket) => {
    idle.add(socket);
    socket.once('close', () => idle.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      if (stopping) socket.end();
      else if (!socket.destroyed) idle.add(socket);
    });
  });

  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), GRACE_MS).unref();
    server.close(() => {
      // What adapter-node's own entry point tells the app, so that it can close what it has opened.
      process.emit('sveltekit:shutdown' as never, signal as never);
      close()
        .catch((error: unknown) => console.error('The database was not closed cleanly:', error))
        .finally(() => setTimeout(() => process.exit(0), LINGER_MS).unref());
    });
    for (const socket of idle) socket.destroy();
    for (const response of inFlight) {
      if (!response.headersSent) response.setHeader('connection', 'close');
    }
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

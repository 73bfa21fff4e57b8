import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Link } from './link.ts';
import { Traffic } from './traffic.ts';

export interface Network {
  /** There and back; half of it each way. Opening a connection costs one more. */
  roundTripMs: number;
  downBitsPerSecond: number;
  upBitsPerSecond: number;
}

/** A weak mobile signal. */
export const SLOW: Network = {
  roundTripMs: 150,
  downBitsPerSecond: 1_600_000,
  upBitsPerSecond: 750_000,
};

interface Line {
  roundTripMs: number;
  down: Link;
  up: Link;
}

/**
 * A TCP proxy on 127.0.0.1 that makes a server as far away as `Network` says. The bandwidth is that of one link, shared
 * by all connections of a page and of its service worker. The browser's own throttling delays requests, not packets,
 * and may miss the service worker's; so it is not used.
 */
export class Shaper {
  readonly port: number;
  #targetPort: number;
  #server: Server;
  #line: Line | undefined;
  #traffic = new Traffic();
  #connections = 0;
  #sockets = new Set<Socket>();

  private constructor(server: Server, port: number, targetPort: number) {
    this.#server = server;
    this.port = port;
    this.#targetPort = targetPort;
    server.on('connection', (socket) => this.#join(socket));
  }

  static async start(targetPort: number): Promise<Shaper> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (!address || typeof address === 'string') throw new Error('the shaper has no port');
    return new Shaper(server, address.port, targetPort);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get traffic(): Traffic {
    return this.#traffic;
  }

  /**
   * A new, idle link with nothing counted; whatever was connected over the last one is cut off.
   * @param network without one the server is as near as it is
   */
  renew(network?: Network): void {
    this.#hangUp();
    this.#line?.down.close();
    this.#line?.up.close();
    this.#traffic = new Traffic();
    this.#line = network && {
      roundTripMs: network.roundTripMs,
      down: new Link({
        bitsPerSecond: network.downBitsPerSecond,
        delayMs: network.roundTripMs / 2,
      }),
      up: new Link({ bitsPerSecond: network.upBitsPerSecond, delayMs: network.roundTripMs / 2 }),
    };
  }

  /** No network: connections are cut off, new ones are refused. */
  async cut(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#hangUp();
    await closed;
  }

  async restore(): Promise<void> {
    await once(this.#server.listen(this.port, '127.0.0.1'), 'listening');
  }

  #hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    this.#connections = 0;
  }

  #join(browser: Socket): void {
    const number = ++this.#connections;
    const traffic = this.#traffic;
    const server = connect({
      port: this.#targetPort,
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    for (const [socket, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroySoon();
      });
    }
    const sent = (bytes: Buffer) => traffic.sent(number, bytes);
    const received = (bytes: Buffer) => traffic.received(number, bytes.length);
    if (!this.#line) {
      browser.on('data', sent);
      server.on('data', received);
      browser.pipe(server);
      server.pipe(browser);
      return;
    }
    const { roundTripMs, up, down } = this.#line;
    carry(server, browser, down, { arrived: received });
    // The browser is connected to the shaper at once; what it says waits for the handshake it would have made.
    setTimeout(() => carry(browser, server, up, { left: sent }), roundTripMs);
  }
}

/** Told of bytes as they leave `from` and as they reach `to`. */
interface Witness {
  left?: (bytes: Buffer) => void;
  arrived?: (bytes: Buffer) => void;
}

function carry(from: Socket, to: Socket, link: Link, { left, arrived }: Witness): void {
  const lane = link.lane({
    bytes: (packet) => {
      if (to.destroyed) return;
      arrived?.(packet);
      to.write(packet);
    },
    end: () => to.end(),
    drained: () => from.resume(),
  });
  from.on('data', (bytes: Buffer) => {
    left?.(bytes);
    if (!lane.push(bytes)) from.pause();
  });
  from.on('end', () => lane.end());
}

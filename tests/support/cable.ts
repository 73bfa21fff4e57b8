import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A cable between two programs on this machine that can be cut and mended. */
export class Cable {
  readonly port: number;
  readonly #to: number;
  readonly #ends = new Set<Socket>();
  #server: Server | undefined;

  private constructor(port: number, to: number, server: Server) {
    this.port = port;
    this.#to = to;
    this.#server = server;
  }

  /** @param to the port that the far end listens on */
  static async lay(to: number): Promise<Cable> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const cable = new Cable((server.address() as AddressInfo).port, to, server);
    server.on('connection', (near) => cable.#join(near));
    return cable;
  }

  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.close();
    for (const end of this.#ends) end.destroy();
    if (server) await once(server, 'close');
  }

  async mend(): Promise<void> {
    this.#server = createServer((near) => this.#join(near)).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #join(near: Socket): void {
    const far = connect(this.#to, '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#ends.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        this.#ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  }
}

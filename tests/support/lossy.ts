import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';

/** A link to a server on which chosen requests arrive and their answers get lost. */
export class LossyLink {
  readonly #server: Server;
  /** How many answers to requests that begin so are still to be lost. */
  #loses = { request: '', times: 0 };

  private constructor(target: number) {
    this.#server = createServer((client) => {
      const server = connect(target, '127.0.0.1');
      let losing = false;
      client.on('data', (data) => {
        if (this.#loses.times > 0 && data.includes(this.#loses.request)) {
          this.#loses.times--;
          losing = true;
        }
        server.write(data);
      });
      server.on('data', (data) => {
        if (losing) client.destroy();
        else client.write(data);
      });
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
  }

  static async to(port: number): Promise<LossyLink> {
    const link = new LossyLink(port);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param request how the request line begins, e.g. `POST /api/vouchers ` */
  lose(request: string, times: number): void {
    this.#loses = { request, times };
  }

  close(): void {
    this.#server.close();
  }
}

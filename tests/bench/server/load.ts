import { Agent, request } from 'node:http';

/** Asks a server as many phones at once would: each connection sends its next request when the last is answered. */
export interface Load {
  url: string;
  connections: number;
  /** The n-th request; undefined ends. */
  next: (n: number) => Ask | undefined;
}
export interface Ask {
  path: string;
  body: string;
  cookie?: string;
  /** Stands for the phone's address: limits count by it. */
  address: string;
}
export interface Loaded {
  requests: number;
  seconds: number;
  /** Sorted. */
  latenciesMs: number[];
  /** Answers by status. */
  statuses: Map<number, number>;
}

export async function putLoad({ url, connections, next }: Load): Promise<Loaded> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port, origin } = new URL(url);
  const latenciesMs: number[] = [];
  const statuses = new Map<number, number>();
  let n = 0;
  const one = ({ path, body, cookie, address }: Ask): Promise<void> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        origin,
        'x-client': address,
        ...(cookie && { cookie }),
      };
      const asked = request(
        { hostname, port, path, method: 'POST', agent, headers },
        (response) => {
          const status = response.statusCode ?? 0;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          response.on('end', () => {
            latenciesMs.push(performance.now() - began);
            resolve();
          });
          response.resume();
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let ask = next(n++); ask; ask = next(n++)) await one(ask);
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  latenciesMs.sort((a, b) => a - b);
  return { requests: latenciesMs.length, seconds, latenciesMs, statuses };
}

/** @param share of the sorted values, e.g. 0.99 */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

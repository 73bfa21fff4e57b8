const REQUEST = /^(?:GET|HEAD|POST|PUT|DELETE) (\S+) HTTP\/1\.1\r\n/;

/** One request as the browser's end of the link saw it. Times are wall clock, ms since 1970. */
export interface SeenRequest {
  path: string;
  /** 1, 2, …: the connection it went over. */
  connection: number;
  sentAtMs: number;
  firstByteAtMs?: number;
  lastByteAtMs?: number;
  bytes: number;
}

/** Bytes and requests that a page had cost by a moment. */
export interface Cost {
  requests: number;
  /** That reached the browser, response headers included. */
  bytes: number;
}

/** What went over a link. HTTP/1.1 without pipelining, so a request is the start of what a connection sends next. */
export class Traffic {
  readonly requests: SeenRequest[] = [];
  #current = new Map<number, SeenRequest>();
  #arrived: { atMs: number; bytes: number }[] = [];

  sent(connection: number, bytes: Buffer): void {
    const path = REQUEST.exec(bytes.toString('latin1', 0, 2000))?.[1];
    if (path === undefined) return;
    const request: SeenRequest = { path, connection, sentAtMs: nowMs(), bytes: 0 };
    this.requests.push(request);
    this.#current.set(connection, request);
  }

  received(connection: number, bytes: number): void {
    const atMs = nowMs();
    this.#arrived.push({ atMs, bytes });
    const request = this.#current.get(connection);
    if (!request) return;
    request.firstByteAtMs ??= atMs;
    request.lastByteAtMs = atMs;
    request.bytes += bytes;
  }

  costUntil(atMs: number): Cost {
    const arrived = this.#arrived.filter((packet) => packet.atMs <= atMs);
    return {
      requests: this.requests.filter(({ sentAtMs }) => sentAtMs <= atMs).length,
      bytes: arrived.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** How long nothing has moved. */
  get quietMs(): number {
    const last = Math.max(this.#arrived.at(-1)?.atMs ?? 0, this.requests.at(-1)?.sentAtMs ?? 0);
    return nowMs() - last;
  }
}

/** Comparable with a page's `performance.timeOrigin + performance.now()` on the same machine. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

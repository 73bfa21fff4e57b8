import { Timeline } from './timeline.ts';

/** What one TCP packet carries, and what its TCP and IP headers add on the wire. */
const PACKET_BYTES = 1460;
const HEADER_BYTES = 40;
/** What a connection may have on its way before the first acknowledgement (RFC 6928); it doubles each round trip. */
const FIRST_WINDOW_BYTES = 10 * PACKET_BYTES;
/** A sender that is this far ahead of the link is told to wait. */
const BUFFER_BYTES = 64 * 1024;

export interface LinkSpeed {
  bitsPerSecond: number;
  /** One way. */
  delayMs: number;
}

/**
 * One direction of a link. All lanes share its bandwidth, packet by packet in turn, as connections share a phone's
 * radio. There is no loss.
 */
export class Link {
  #speed: LinkSpeed;
  /** Those that have something to send, the next one first. */
  #lanes: Lane[] = [];
  #arrivals = new Timeline();
  #acknowledgements = new Timeline();
  #timer: NodeJS.Timeout | undefined;
  /** When the link has put on the wire what it took so far; on the clock of `performance.now()`. */
  #freeAtMs = 0;
  #idle = true;

  constructor(speed: LinkSpeed) {
    this.#speed = speed;
  }

  lane(receiver: Receiver): Lane {
    return new Lane(receiver, (lane) => {
      if (!this.#lanes.includes(lane)) this.#lanes.push(lane);
      if (this.#timer === undefined) this.#send();
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#arrivals.clear();
    this.#acknowledgements.clear();
    this.#lanes = [];
  }

  #send(): void {
    this.#timer = undefined;
    for (;;) {
      const lane = this.#lanes.shift();
      if (!lane) break;
      if (!lane.ready) continue;
      const now = performance.now();
      // A late timer must not cost bandwidth, so only an idle link starts from now.
      if (this.#idle) this.#freeAtMs = Math.max(this.#freeAtMs, now);
      this.#idle = false;
      if (this.#freeAtMs > now) {
        this.#lanes.unshift(lane);
        this.#timer = setTimeout(() => this.#send(), Math.ceil(this.#freeAtMs - now));
        return;
      }
      this.#sendPacket(lane);
      this.#lanes.push(lane);
    }
    this.#idle = true;
  }

  #sendPacket(lane: Lane): void {
    const { bitsPerSecond, delayMs } = this.#speed;
    const packet = lane.take();
    this.#freeAtMs += ((packet.length + HEADER_BYTES) * 8000) / bitsPerSecond;
    const atMs = this.#freeAtMs + delayMs;
    this.#arrivals.add(atMs, () => lane.arrive(packet));
    this.#acknowledgements.add(atMs + delayMs, () => lane.acknowledge(packet.length));
  }
}

/** Where a lane ends. */
export interface Receiver {
  bytes(packet: Buffer): void;
  end(): void;
  /** The lane has room again, after `push` has returned false. */
  drained(): void;
}

/** One connection's bytes in one direction, with TCP's slow start. */
class Lane {
  #receiver: Receiver;
  #wake: (lane: Lane) => void;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #windowBytes = FIRST_WINDOW_BYTES;
  #inFlightBytes = 0;
  #packetsUnderway = 0;
  #full = false;
  #ended = false;

  constructor(receiver: Receiver, wake: (lane: Lane) => void) {
    this.#receiver = receiver;
    this.#wake = wake;
  }

  /** @returns false when the sender should wait for `drained` */
  push(bytes: Buffer): boolean {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#full = this.#queuedBytes > BUFFER_BYTES;
    this.#wake(this);
    return !this.#full;
  }

  end(): void {
    this.#ended = true;
    this.#endIfDone();
  }

  get ready(): boolean {
    return this.#queuedBytes > 0 && this.#inFlightBytes < this.#windowBytes;
  }

  take(): Buffer {
    const first = this.#queue.shift() ?? Buffer.alloc(0);
    const packet = first.subarray(0, PACKET_BYTES);
    if (first.length > PACKET_BYTES) this.#queue.unshift(first.subarray(PACKET_BYTES));
    this.#queuedBytes -= packet.length;
    this.#inFlightBytes += packet.length;
    this.#packetsUnderway++;
    if (this.#full && this.#queuedBytes <= BUFFER_BYTES / 2) {
      this.#full = false;
      this.#receiver.drained();
    }
    return packet;
  }

  arrive(packet: Buffer): void {
    this.#packetsUnderway--;
    this.#receiver.bytes(packet);
    this.#endIfDone();
  }

  acknowledge(bytes: number): void {
    this.#inFlightBytes -= bytes;
    this.#windowBytes += bytes;
    if (this.ready) this.#wake(this);
  }

  #endIfDone(): void {
    if (this.#ended && this.#queuedBytes === 0 && this.#packetsUnderway === 0) this.#receiver.end();
  }
}

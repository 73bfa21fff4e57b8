import {
  createPublicKey,
  generateKeyPairSync,
  pbkdf2Sync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { uuidv7 } from '../../src/lib/domain/ids/uuidv7.ts';
import { Refused } from '../../src/lib/domain/refusal.ts';
import type { ClockAnchor } from '../../src/lib/domain/terminal/clock.ts';
import { withNews, type DenyList } from '../../src/lib/domain/terminal/deny-list.ts';
import type {
  ContactAnswer,
  PinVerifier,
  QueuedRow,
  ReadContact,
  RowVerdict,
  TerminalEvent,
} from '../../src/lib/domain/terminal/messages.ts';
import { textToSign } from '../../src/lib/domain/terminal/proof.ts';
import {
  verifyOffline,
  type CheckSignature,
  type OfflineVerdict,
  type PublishedKey,
  type Used,
} from '../../src/lib/domain/terminal/verify.ts';
import { openToken } from '../../src/lib/domain/voucher/token.ts';
import type { Receipt } from '../../src/lib/domain/voucher/messages.ts';
import type { Park } from '../../src/lib/server/park.ts';
import { contact } from '../../src/lib/server/shop/contact.ts';
import {
  enrol,
  leave,
  makeEnrolment,
  type TerminalSession,
} from '../../src/lib/server/voucher/terminal.ts';
import { handOverGoods } from '../../src/lib/server/voucher/till.ts';

/** What becomes of a message between a terminal and the server. */
export type Fate = 'fine' | 'never arrives' | 'answer lost';

interface Enrolling {
  shopId?: string;
  offline?: boolean;
  name?: string;
  /** It takes the place of the shop's terminal that hands over without a signal. */
  replaces?: boolean;
  /** What its clock is ahead of the true one. */
  aheadMs?: number;
  /** The record of a terminal whose storage is still there. */
  journal?: QueuedRow[];
  /** What the device was until now. */
  before?: TerminalSession;
}

/** A shop's terminal with a key of its own, as the page is to be: what it stores, shows and sends. */
export class TestTerminal {
  readonly shopId: string;
  readonly #privateKey: KeyObject;
  #park: Park;
  #session: TerminalSession;
  /** What its clock is ahead; set it back and the terminal must notice. */
  aheadMs: number;
  #clock: ClockAnchor | undefined;
  keys: PublishedKey[] = [];
  pins: PinVerifier[] = [];
  list: DenyList | undefined;
  untilMs: number | undefined;
  epoch: string | undefined;
  used = new Map<string, Used>();
  queue: QueuedRow[] = [];
  /** Everything that it ever handed over, for a server that was put back. */
  journal: QueuedRow[];
  readonly verdicts = new Map<string, RowVerdict>();
  events: TerminalEvent[] = [];
  gaveUp = false;
  last: ContactAnswer | undefined;

  private constructor(park: Park, session: TerminalSession, key: KeyObject, options: Enrolling) {
    this.#park = park;
    this.#session = session;
    this.#privateKey = key;
    this.shopId = session.shopId;
    this.aheadMs = options.aheadMs ?? 0;
    // What is known already is not booked again.
    this.queue = this.journal = options.journal ?? [];
  }

  static async enrol(park: Park, options: Enrolling = {}): Promise<TestTerminal> {
    const { shopId = 'east', offline = true, name = '柜台手机', replaces = false } = options;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const code = await makeEnrolment(park, shopId, replaces);
    const asked = { code, name, key: rawOf(publicKey), offline };
    const { session } = await enrol(park, asked, options.before);
    return new TestTerminal(park, session, privateKey, options);
  }

  /** The page was killed: what it had stored is there, and nothing else. */
  openedAgain(): TestTerminal {
    const { aheadMs, journal, keys, pins, list, untilMs, epoch, used, queue, events, gaveUp } =
      this;
    const again = new TestTerminal(this.#park, this.#session, this.#privateKey, { aheadMs });
    const stored = { journal, keys, pins, list, untilMs, epoch, used, queue, events, gaveUp };
    Object.assign(again, structuredClone(stored));
    again.#clock = structuredClone(this.#clock);
    return again;
  }

  get id(): string {
    return this.#session.terminalId;
  }

  turnTo(park: Park): void {
    this.#park = park;
  }

  newId(): string {
    return uuidv7(this.#park.clock(), this.#park.random(10));
  }

  /** The session for a request, signed; the server's time is known well enough. */
  signed(path = '/', bodyHash = ''): TerminalSession {
    const sentAtMs = this.#park.clock();
    const { terminalId } = this.#session;
    const text = textToSign({ method: 'POST', path, terminalId, sentAtMs, bodyHash });
    const signature = sign('sha256', Buffer.from(text), {
      key: this.#privateKey,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64url');
    return { ...this.#session, proof: { sentAtMs, signature, text } };
  }

  /** What somebody has who copied the cookie. */
  get cookie(): TerminalSession {
    return this.#session;
  }

  holdsCookie(session: TerminalSession): void {
    this.#session = session;
  }

  #wallMs(): number {
    return this.#park.clock() + this.aheadMs;
  }

  /** One contact and, while the server says so, another. @returns the last answer; undefined where none came */
  async contact(fate: Fate = 'fine'): Promise<ContactAnswer | undefined> {
    for (let times = 0; times < 8; times++) {
      const answer = await this.contactOnce(fate);
      if (!answer?.again || fate !== 'fine') return answer;
    }
    throw new Error('the contact does not come to an end');
  }

  async contactOnce(fate: Fate = 'fine'): Promise<ContactAnswer | undefined> {
    const rows = this.queue.slice(0, 50);
    const request: ReadContact = {
      ...(this.epoch !== undefined && { epoch: this.epoch }),
      ...(this.list && { holds: { epoch: this.list.epoch, number: this.list.number } }),
      rows,
      left: this.queue.length - rows.length,
      events: this.events.slice(0, 100),
      gaveUp: this.gaveUp,
    };
    if (fate === 'never arrives') return undefined;
    const answer = await contact(this.#park, this.signed('/api/shop/contact'), request);
    if (fate === 'answer lost') return undefined;
    this.#take(answer, rows);
    return answer;
  }

  #take(answer: ContactAnswer, sent: readonly QueuedRow[]): void {
    this.last = answer;
    const wallMs = this.#wallMs();
    this.#clock = { serverMs: answer.nowMs, wallMs, latestMs: answer.nowMs };
    for (const verdict of answer.verdicts) this.verdicts.set(verdict.nonce, verdict);
    this.queue = this.queue.filter((row) => !sent.includes(row));
    this.events = this.events.filter(({ id }) => !answer.events.includes(id));
    this.keys = answer.keys;
    this.pins = answer.pins;
    const { offline } = answer.terminal;
    this.untilMs = offline.is === 'granted' ? offline.untilMs : undefined;
    this.gaveUp = offline.is === 'ended';
    if (answer.list) this.list = withNews(this.list, answer.list);
    if (this.epoch !== undefined && this.epoch !== answer.epoch) this.queue = [...this.journal];
    this.epoch = answer.epoch;
  }

  /** What the screen says of a voucher while nobody answers. */
  verdict(token: string): Promise<OfflineVerdict> {
    const { shopId, keys, used, list, untilMs } = this;
    const memory = {
      ...{ shopId, keys, used },
      ...(list && { list }),
      ...(untilMs !== undefined && { offlineUntilMs: untilMs }),
      ...(this.#clock && { clock: this.#clock }),
    };
    return verifyOffline({ token }, memory, { wallMs: this.#wallMs() }, checkSignature);
  }

  /**
   * Scans and, where it may, hands over without a signal.
   * @param nonce of a question that was asked online and not answered
   */
  async scan(token: string, nonce = this.newId(), clerkId?: string): Promise<OfflineVerdict> {
    const verdict = await this.verdict(token);
    if (verdict.is === 'can') {
      const { atMs, content } = verdict;
      // Scanned twice at once: what is stored decides, not what was read before.
      if (this.used.has(content.voucherId)) return this.verdict(token);
      const row = { nonce, token, atMs, ...(clerkId !== undefined && { clerkId }) };
      this.used.set(content.voucherId, { atMs });
      this.#keep(row);
      if (this.#clock) this.#clock.latestMs = Math.max(this.#clock.latestMs, atMs);
    }
    return verdict;
  }

  #keep(row: QueuedRow): void {
    this.queue = [...this.queue.filter(({ nonce }) => nonce !== row.nonce), row];
    this.journal = [...this.journal.filter(({ nonce }) => nonce !== row.nonce), row];
  }

  /** Takes back what was handed over. @param afterMs the hand-over */
  undo(nonce: string, afterMs = 60_000): void {
    const row = this.journal.find((kept) => kept.nonce === nonce);
    if (!row) throw new Error('nothing to undo');
    this.#keep({ ...row, undoneAtMs: row.atMs + afterMs });
    this.used.delete(openToken(row.token)?.content.voucherId ?? '');
  }

  /** Asks the server, as an online-only till does; the answer may be lost. */
  async handOver(
    token: string,
    fate: Fate = 'fine',
    nonce = this.newId(),
    clerkId?: string,
  ): Promise<Receipt | undefined> {
    if (fate === 'never arrives') return undefined;
    const asked = { reading: { token }, nonce, clerkId };
    const receipt = await handOverGoods(this.#park, this.signed('/api/shop/hand-over'), asked);
    if (fate === 'answer lost') return undefined;
    const row: QueuedRow = { nonce, token, atMs: receipt.atMs, ...(clerkId && { clerkId }) };
    this.journal = [...this.journal.filter((kept) => kept.nonce !== nonce), row];
    return receipt;
  }

  /** Asked online and never answered: the goods stayed, and the server is told so. */
  letGo(nonce: string, token: string): void {
    const atMs = this.#park.clock();
    this.#keep({ nonce, token, atMs, undoneAtMs: atMs });
  }

  /** Whether a PIN opens the terminal while nobody answers. */
  pinFits(clerkId: string, pin: string): boolean {
    const verifier = this.pins.find((kept) => kept.clerkId === clerkId);
    if (!verifier) return false;
    const salt = Buffer.from(verifier.salt, 'base64url');
    const hash = pbkdf2Sync(pin, salt, verifier.iterations, 32, 'sha256');
    return hash.toString('base64url') === verifier.hash;
  }

  leave(): Promise<void> {
    return leave(this.#park, this.signed('/api/shop/leave'), {
      queued: this.queue.length,
      ...(this.epoch !== undefined && { epoch: this.epoch }),
    });
  }
}

/** The public half of a new key. */
export const newKey = (): string =>
  rawOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);

/** The raw uncompressed point of a P-256 key, base64url. */
export function rawOf(key: KeyObject): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const coordinates = [x, y].map((c) => Buffer.from(c, 'base64url'));
  return Buffer.concat([Buffer.of(4), ...coordinates]).toString('base64url');
}

export const checkSignature: CheckSignature = ({ key }, body, signature) => {
  const point = Buffer.from(key, 'base64url');
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x, y };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  return Promise.resolve(
    verify('sha256', body, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature),
  );
};

/** The code of a refusal. */
export async function refusalOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
    return 'done';
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

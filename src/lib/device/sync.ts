import { Refused, type RefusalCode } from '../domain/refusal.ts';
import type { SyncAnswer, SyncRequest } from '../domain/sync/messages.ts';
import { MAX_ATTEMPTS, MAX_REPORTS, MAX_VOUCHERS, PROTOCOL } from '../domain/sync/protocol.ts';
import type { Post } from './api.ts';
import { settleAttempt, takeIn } from './booking.ts';
import { makeClaim, putClaimBack, takeClaim } from './claim.ts';
import { newId } from './ids.ts';
import type { OutboxRow, ParkDatabase } from './database.ts';
import {
  beginAnew,
  change,
  dropWallet,
  endWallet,
  keep,
  kept,
  stateIn,
  type Claim,
  type KeptWallet,
  type MirrorChange,
  type SyncState,
  type WalletEnd,
} from './mirror.ts';
import { sentAttempt, sentReport, sentVoucher, type Item } from './outgoing.ts';

// Runs in the page and in the service worker alike.

/** What a drain needs beside storage and server. */
export interface Means {
  /** This phone's clock. */
  nowMs(): number;
  newClaim(): Claim;
  deviceName: string;
  /** Whether this drain has the sync lock. */
  locked?: boolean;
  /** Called when something on this phone is different from before. */
  changed?(): void;
}

/**
 * `send`: what waits, else nothing is asked. `pull`: also what is new, where this phone has a wallet. `look`: also
 * whether the browser has a session that this phone does not know of (its storage was cleared). `open`: opens a wallet
 * even with nothing to send.
 */
export type Wish = 'send' | 'pull' | 'look' | 'open';

/** An attempt whose pack the server does not know is sent again after this time. */
const LATER_MS = 30 * 60_000;
/** A server that sends everybody back to the beginning again and again is broken. */
const MOST_RESETS = 3;

/**
 * Sends what waits and takes in what is new, until there is neither. Can be cut off anywhere and run by two at once:
 * ids are kept before they are sent, answers are taken in as a whole, and everything may be sent again.
 * @throws Failure `offline`; Refused where the server does not want this phone's requests now or any more. What was
 *   taken in before stands, what waits goes on waiting
 */
export async function drain(
  db: ParkDatabase,
  send: Post,
  by: Means,
  wish: Wish = 'pull',
): Promise<void> {
  return new Drain(db, send, by, wish).run();
}

interface Head {
  state: SyncState;
  wallet: KeptWallet | undefined;
  claim: Claim | undefined;
  noticesHash: string | undefined;
}

class Drain {
  readonly #db: ParkDatabase;
  readonly #send: Post;
  readonly #by: Means;
  readonly #wish: Wish;
  readonly #id = newId();
  #asked = false;
  #more = false;
  /** The browser does not keep the cookie: the claim is the only proof. */
  #cookieless = false;
  #reopened = false;
  #resets = 0;

  constructor(db: ParkDatabase, send: Post, by: Means, wish: Wish) {
    this.#db = db;
    this.#send = send;
    this.#by = by;
    this.#wish = wish;
  }

  async run(): Promise<void> {
    for (;;) {
      const head = await this.#head();
      const waiting = await this.#waiting(head);
      if (!(await this.#mayAsk(head, waiting))) return;
      await this.#deliver(waiting, head.state.generation);
    }
  }

  async #head(): Promise<Head> {
    const tx = this.#db.transaction('settings');
    const row = async <T>(key: string) => (await tx.store.get(key)) as T | undefined;
    const [state, wallet, claim, noticesHash] = await Promise.all([
      row<SyncState>('sync'),
      row<KeptWallet>('wallet'),
      row<Claim>('claim'),
      row<string>('noticesHash'),
    ]);
    return { state: state ?? { generation: 0 }, wallet, claim, noticesHash };
  }

  /** The next batch: attempts oldest first, vouchers of before a restore when the last of them goes. */
  async #waiting({ state, wallet }: Head): Promise<Item[]> {
    const tx = this.#db.transaction(['outbox', 'attempts', 'reports', 'vouchers']);
    const rows = (await tx.objectStore('outbox').getAll()).filter((row) => this.#isDue(row));
    const attempts = rows.filter((row) => row.kind === 'attempt');
    const opens = wallet || state.joined || attempts.some((row) => !row.parked);
    if (!opens) return [];
    const reports = rows.filter((row) => row.kind === 'report').slice(0, MAX_REPORTS);
    const [own, said, vouchers] = await Promise.all([
      Promise.all(
        attempts.slice(0, MAX_ATTEMPTS).map(({ id }) => tx.objectStore('attempts').get(id)),
      ),
      Promise.all(reports.map(({ id }) => tx.objectStore('reports').get(id))),
      attempts.length <= MAX_ATTEMPTS ? tx.objectStore('vouchers').getAll() : [],
    ]);
    return [
      ...own.flatMap((attempt) => (attempt ? sentAttempt(attempt) : [])),
      ...said.flatMap((report) => (report ? sentReport(report) : [])),
      ...vouchers
        .filter((voucher) => voucher.unconfirmed === 'to-send')
        .slice(0, MAX_VOUCHERS)
        .map(sentVoucher),
    ];
  }

  #isDue({ laterMs }: OutboxRow): boolean {
    return laterMs === undefined || Math.abs(this.#by.nowMs() - laterMs) >= LATER_MS;
  }

  /** Whether there is something to ask, and who would ask; makes the claim where a wallet is to be opened. */
  async #mayAsk({ state, wallet, claim }: Head, waiting: readonly Item[]): Promise<boolean> {
    const wanted = waiting.length > 0 || (this.#asked ? this.#more : this.#wish !== 'send');
    if (!wanted) return false;
    if (wallet || state.joined) return true;
    if (waiting.length === 0 && this.#wish !== 'open')
      return this.#wish === 'look' && !this.#asked && !this.#reopened;
    if (!claim) await makeClaim(this.#db, () => this.#by.newClaim());
    return true;
  }

  /**
   * Sends a batch. One row that makes the server refuse all of it would block the queue for ever, so the batch is
   * halved until that row is alone; then it is set aside. If the server refuses the request without it too, the fault
   * is not the row's and nothing is set aside.
   */
  async #deliver(items: readonly Item[], generation: number): Promise<void> {
    try {
      await this.#exchange(items, generation);
    } catch (error) {
      if (!isRefused(error, 'not-understood', 'too-large') || items.length === 0) throw error;
      const [first] = items;
      if (first && items.length === 1) {
        if (await this.#exchange([], generation)) await this.#setAside(first, generation);
        return;
      }
      const half = Math.ceil(items.length / 2);
      await this.#deliver(items.slice(0, half), generation);
      await this.#deliver(items.slice(half), generation);
    }
  }

  /** @returns whether the answer was taken in; if not, everything is to be looked at anew */
  async #exchange(items: readonly Item[], generation: number): Promise<boolean> {
    const head = await this.#head();
    const { state, wallet, claim: kept } = head;
    if (state.generation !== generation) return false;
    const claim = kept && (!kept.answered || this.#cookieless) ? kept : undefined;
    const ids = (kind: Item['kind']) => items.filter((i) => i.kind === kind).map((i) => i.id);
    const sent = {
      generation,
      attempts: ids('attempt'),
      reports: ids('report'),
      vouchers: ids('voucher'),
      ...(claim && { claim }),
    };
    const cursor = wallet?.cursor ?? 0;
    const underWay = {
      by: this.#id,
      sinceMs: this.#by.nowMs(),
      ...(this.#by.locked && { locked: true as const }),
    };
    if (claim && !(await takeClaim(this.#db, claim, underWay))) return false;
    let answer: SyncAnswer;
    try {
      answer = await this.#send<SyncAnswer>('/api/sync', this.#request(items, head, claim));
    } catch (error) {
      if (claim) await putClaimBack(this.#db, this.#id);
      const ended = isRefused(error, 'signed-out', 'wallet-closed');
      if (!ended && !isRefused(error, 'wallet-unknown')) throw error;
      // A session that this phone knows nothing of is a leftover; its end is no news.
      if (ended && (wallet || state.joined)) await this.#ended(error, generation);
      else await this.#lost(error, generation, claim);
      return false;
    }
    const outcome = await takeIn(this.#db, sent, answer, this.#by.nowMs());
    if (outcome === 'reset' && ++this.#resets > MOST_RESETS) throw new Refused('server-failed');
    this.#asked = true;
    // Begun anew, there is always more.
    this.#more = outcome !== 'taken' || (answer.more && answer.cursor > cursor);
    if (outcome !== 'taken' || items.length > 0 || isNews(answer, wallet)) this.#by.changed?.();
    return outcome === 'taken';
  }

  #request(
    items: readonly Item[],
    { wallet, noticesHash }: Head,
    claim: Claim | undefined,
  ): SyncRequest {
    const vouchers = items.flatMap((i) => (i.kind === 'voucher' ? i.body : []));
    return {
      version: PROTOCOL,
      ...(claim && {
        claim: { walletId: claim.walletId, deviceId: claim.deviceId, secret: claim.secret },
      }),
      deviceName: this.#by.deviceName,
      sentAtMs: this.#by.nowMs(),
      cursor: wallet?.cursor ?? 0,
      ...(noticesHash !== undefined && { noticesHash }),
      attempts: items.flatMap((i) => (i.kind === 'attempt' ? i.body : [])),
      reports: items.flatMap((i) => (i.kind === 'report' ? i.body : [])),
      ...(vouchers.length > 0 && { vouchers }),
    };
  }

  /** `wallet-unknown`: without the cookie, or by a server restored from before this wallet. A new one is opened. */
  async #lost(error: Refused, generation: number, sent: Claim | undefined): Promise<void> {
    const tx = change(this.#db);
    const [state, wallet, claim] = await Promise.all([
      stateIn(tx),
      kept(tx, 'wallet'),
      kept(tx, 'claim'),
    ]);
    // Another tab was faster: look again.
    const passed = state.generation !== generation || (sent && sent.secret !== claim?.secret);
    const taken = sent && !this.#cookieless && claim?.answered;
    if (passed || taken) return tx.done;
    if (!sent && claim) {
      this.#cookieless = true;
      return tx.done;
    }
    const known = wallet ?? claim ?? state.joined;
    if (known && this.#reopened) {
      await tx.done;
      throw error;
    }
    this.#reopened = true;
    if (!known) return tx.done;
    this.#by.changed?.();
    // Vouchers are signed: tills take them even where this server does not know the wallet.
    await beginAnew(tx, { again: true, keepHeld: true });
    await dropWallet(tx);
    await tx.done;
  }

  /** `signed-out`, `wallet-closed`: see {@link endWallet}. @throws the refusal, so that it is told */
  async #ended(error: Refused, generation: number): Promise<void> {
    const ended = await inGeneration(this.#db, generation, async (tx) => {
      const how = error.code as WalletEnd;
      await endWallet(tx, how);
      await keep(tx, 'sync', { ...(await stateIn(tx)), ended: how });
    });
    if (!ended) return;
    this.#by.changed?.();
    throw error;
  }

  async #setAside(item: Item, generation: number): Promise<void> {
    await inGeneration(this.#db, generation, async (tx) => {
      const { id } = item;
      if (item.kind === 'report') await tx.objectStore('outbox').delete(id);
      else if (item.kind === 'voucher') {
        const voucher = await tx.objectStore('vouchers').get(id);
        if (voucher) await tx.objectStore('vouchers').put({ ...voucher, unconfirmed: 'sent' });
      } else await settleAttempt(tx, { id, is: 'rejected', why: 'malformed' }, this.#by.nowMs());
    });
  }
}

/** Changes the mirror, or nothing where it was begun anew since. */
async function inGeneration(
  db: ParkDatabase,
  generation: number,
  task: (tx: MirrorChange) => Promise<void>,
): Promise<boolean> {
  const tx = change(db);
  const same = (await stateIn(tx)).generation === generation;
  if (same) await task(tx);
  await tx.done;
  return same;
}

function isRefused(error: unknown, ...codes: RefusalCode[]): error is Refused {
  return error instanceof Refused && codes.includes(error.code);
}

function isNews(answer: SyncAnswer, wallet: KeptWallet | undefined): boolean {
  const { id, available, held } = answer.wallet;
  return (
    answer.bank.notices !== undefined ||
    answer.cursor !== wallet?.cursor ||
    id !== wallet.walletId ||
    available !== wallet.available ||
    held !== wallet.held
  );
}

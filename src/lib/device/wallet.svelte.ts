import { browser } from '$app/environment';
import type { Transfer } from '../domain/ledger/transfer.ts';
import type { KeptVerdict } from '../domain/points/difference.ts';
import { Refused } from '../domain/refusal.ts';
import type { DevicesAnswer, RecoveryAnswer } from '../domain/sync/messages.ts';
import type { GoodsView, ShopsAnswer, VoucherView } from '../domain/voucher/messages.ts';
import { get, post } from './api.ts';
import { askForVoucher, join, openAsk, openAsks, takeCancelled, type HoldAsk } from './asks.ts';
import { newSecret } from './claim.ts';
import type { ParkDatabase } from './database.ts';
import { newId } from './ids.ts';
import { change, endWallet, pendingOf, readMirror, type KeptWallet } from './mirror.ts';
import { phone } from './phone.svelte.ts';
import { driver, type Problem } from './sync-driver.ts';
import { onWord, tell } from './tabs.ts';

/** What the pages show of the wallet. */
export interface WalletNow {
  /** Whether the server knows this phone. */
  opened: boolean;
  available: number;
  held: number;
  /** Estimated for attempts that no server has booked. */
  pending: number;
  /** Newest first. */
  vouchers: VoucherView[];
  /** Vouchers that were asked for and not answered yet (正在确认). */
  asks: HoldAsk[];
  transfers: Transfer[];
  verdicts: ReadonlyMap<string, KeptVerdict>;
  /** Attempts that are not acknowledged. */
  waiting: number;
  lastSyncAtMs?: number;
  openedAtMs?: number;
}

/** While a voucher lies on the counter, its page asks this often. */
const FOLLOW_MS = 3000;

class WalletStore {
  #current = $state.raw<WalletNow>();
  #syncing = $state(false);
  #notice = $state<Problem>();
  #looked = false;

  constructor() {
    if (!browser) return;
    driver.watch(() => {
      this.#syncing = driver.syncing;
      this.#notice = driver.refused ?? driver.ended ?? driver.problem;
    });
  }

  /** Absent until it has been read. */
  get current(): WalletNow | undefined {
    return this.#current;
  }
  get syncing(): boolean {
    return this.#syncing;
  }
  /** What went wrong last with the server and is worth telling. */
  get notice(): Problem | undefined {
    return this.#notice;
  }

  /** The notice has been read. */
  dismissNotice(): void {
    void driver.takeNote().catch(() => undefined);
  }

  /** Reads now and after every change, until the returned function is called; asks the server what is new. */
  watch(): () => void {
    void this.read();
    // A browser may have a session whose storage was cleared: asked once, by who wants to see the wallet.
    driver.inBackground(this.#looked ? 'pull' : 'look');
    this.#looked = true;
    const stops = [
      onWord('changed', () => void this.read()),
      onWord('cleared', () => void this.read()),
      driver.watch(() => void this.#touch()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** A sync that brought nothing new still tells that all is up to date. */
  async #touch(): Promise<void> {
    if (driver.syncing || !this.#current?.opened) return;
    const db = await phone.open().catch(() => undefined);
    const row = (await db?.get('settings', 'wallet').catch(() => undefined)) as
      KeptWallet | undefined;
    const now = this.#current;
    if (row && now.lastSyncAtMs !== row.lastSyncAtMs)
      this.#current = { ...now, lastSyncAtMs: row.lastSyncAtMs };
  }

  async read(): Promise<void> {
    try {
      const db = await phone.open();
      const [mirror, asks] = await Promise.all([readMirror(db), openAsks(db)]);
      const { wallet, awards, outbox, transfers, vouchers, verdicts } = mirror;
      this.#current = {
        opened: wallet !== undefined,
        available: wallet?.available ?? 0,
        held: wallet?.held ?? 0,
        pending: pendingOf(awards),
        vouchers: vouchers.sort((a, b) => b.issuedAtMs - a.issuedAtMs),
        asks,
        transfers,
        verdicts,
        waiting: outbox.filter((row) => row.kind === 'attempt').length,
        ...(wallet && { lastSyncAtMs: wallet.lastSyncAtMs, openedAtMs: wallet.openedAtMs }),
      };
    } catch {
      await this.#readUnkept();
    }
  }

  /** Where the browser refuses storage there is no wallet, only what this page has seen. */
  async #readUnkept(): Promise<void> {
    const journal = await phone.journal();
    // The connection was only lost: the next change reads again.
    if (journal.lasting) return;
    this.#current = {
      ...{ opened: false, available: 0, held: 0, vouchers: [], asks: [], transfers: [] },
      pending: pendingOf(await journal.awards()),
      verdicts: new Map(),
      waiting: await journal.unsyncedAttempts(),
    };
  }

  /** @throws Refused, Failure `offline`; both are also told as {@link notice} */
  syncNow(): Promise<void> {
    return driver.sync();
  }

  /** Asks again and again while the page is looked at, until the returned function is called. */
  follow(): () => void {
    let stopped = false;
    const step = () => {
      const visible = document.visibilityState === 'visible';
      // After a failure the driver's own pace is fast enough.
      if (visible && !driver.syncing && !driver.backingOff) driver.inBackground('pull');
      if (!stopped) timer = setTimeout(step, FOLLOW_MS);
    };
    let timer = setTimeout(step);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }

  /** What can be had where; without a signal as it was when it was last seen, then not `fresh`. */
  async shops(): Promise<{ answer: ShopsAnswer; fresh: boolean }> {
    const db = await phone.open().catch(() => undefined);
    try {
      const answer = await get<ShopsAnswer>('/api/shops');
      await db?.put('settings', answer, 'shops').catch(() => undefined);
      return { answer, fresh: true };
    } catch (error) {
      const answer = (await db?.get('settings', 'shops').catch(() => undefined)) as
        ShopsAnswer | undefined;
      if (!answer) throw error;
      return { answer, fresh: false };
    }
  }

  /**
   * Exchanges points for a voucher. Until the answer is there the ask is among `current.asks`; without one it is asked
   * again by itself, with the same id.
   * @throws Refused where there will be no voucher, Failure `offline` where that is not known
   */
  async hold(shopId: string, goods: Pick<GoodsView, 'id' | 'points'>): Promise<VoucherView> {
    const db = await this.#opened();
    const wanted = { shopId, goodsId: goods.id, points: goods.points };
    const ask = await openAsk(db, wanted, { id: newId(), nowMs: Date.now() });
    tell('changed');
    try {
      return await askForVoucher(db, post, ask);
    } finally {
      this.#follows();
    }
  }

  /** Gives a voucher back. @returns the voucher afterwards @throws Refused, Failure `offline` */
  async cancel(id: string): Promise<VoucherView> {
    try {
      const voucher = await post<VoucherView>('/api/vouchers/cancel', { id });
      if (voucher.state.is !== 'held') await takeCancelled(await phone.open(), voucher);
      return voucher;
    } finally {
      this.#follows();
    }
  }

  /** A new recovery code; an earlier one ends. @throws Refused, Failure `offline` */
  async makeRecoveryCode(): Promise<string> {
    await this.#opened();
    return (await post<RecoveryAnswer>('/api/recovery', {})).code;
  }

  /** Makes this phone a device of the wallet with this recovery code. @throws Refused, Failure `offline` */
  async join(code: string): Promise<void> {
    const db = await phone.open();
    // What was practised here then goes over with the wallet that this phone has; without one it is sent afterwards.
    if (await db.get('settings', 'wallet')) await driver.sync().catch(() => undefined);
    const ask = {
      code: plain(code),
      deviceId: newId(),
      secret: newSecret(),
      askedAtMs: Date.now(),
    };
    await join(db, post, ask, driver.means.deviceName);
    tell('changed');
    await driver.sync().catch(() => undefined);
  }

  /** @throws Refused, Failure `offline` */
  async devices(): Promise<DevicesAnswer['devices']> {
    return (await get<DevicesAnswer>('/api/devices')).devices;
  }

  /** @throws Refused, Failure `offline` */
  async signOut(deviceId: string): Promise<void> {
    await post('/api/devices/sign-out', { deviceId });
    // This phone itself learns from it that it is out.
    await driver.sync().catch(() => undefined);
  }

  /** Everything the server has of this wallet. @throws Refused, Failure `offline` */
  serverData(): Promise<unknown> {
    return get('/api/export');
  }

  /** 注销: on the server first, then here. @throws Refused, Failure `offline`: then nothing has ended here */
  async close(): Promise<void> {
    const db = await phone.open();
    if ((await readMirror(db)).wallet) {
      await post('/api/wallet/close', { confirm: '注销' }).catch((error: unknown) => {
        // It was closed before: on another device, or the answer was lost.
        if (!(error instanceof Refused && error.code === 'wallet-closed')) throw error;
      });
    }
    const tx = change(db);
    await endWallet(tx, 'wallet-closed');
    await tx.done;
    tell('changed');
  }

  /** For what needs a wallet: opens one where there is none. */
  async #opened(): Promise<ParkDatabase> {
    const db = await phone.open();
    if (!(await db.get('settings', 'wallet'))) await driver.sync('open');
    return db;
  }

  /** The numbers and the rest of the mirror come with the next sync. */
  #follows(): void {
    tell('changed');
    driver.inBackground('pull');
  }
}

/** As the server reads a typed code. */
const plain = (code: string) => code.replace(/[\s-]/g, '').toUpperCase();

export const wallet = new WalletStore();

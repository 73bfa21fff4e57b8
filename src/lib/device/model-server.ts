import type { Notice } from '../domain/bank/notice.ts';
import { residentAccount, shopAccount, voucherAccount } from '../domain/ledger/transfer.ts';
import type { Transfer } from '../domain/ledger/transfer.ts';
import { Account } from '../domain/points/account.ts';
import type { Award } from '../domain/points/award.ts';
import type { Campaign } from '../domain/points/campaign.ts';
import { judgedOf } from '../domain/quiz/attempt.ts';
import { Refused } from '../domain/refusal.ts';
import type {
  AttemptVerdict,
  OtherAttempt,
  SentAttempt,
  SyncAnswer,
  SyncRequest,
} from '../domain/sync/messages.ts';
import type { HoldRequest, VoucherView } from '../domain/voucher/messages.ts';

// A server for specs; never part of the product. What it keeps it keeps in memory, what it awards is the domain's.

interface ModelWallet {
  account: Account;
  /** Its history; the cursor is a place in it. */
  log: { transfer?: Transfer; voucher?: string; attempt?: OtherAttempt }[];
  attempts: Map<string, { content: string; verdict: AttemptVerdict }>;
  vouchers: Map<string, VoucherView>;
  devices: Map<string, { claim?: string; token: string; signedOut: boolean }>;
  closed: boolean;
  joinedInto?: string;
}

/** What a browser keeps of the server: its cookie. */
export interface Browser {
  cookie?: { walletId: string; deviceId: string; token: string };
}

export class ModelServer {
  readonly wallets = new Map<string, ModelWallet>();
  readonly requests: SyncRequest[] = [];
  readonly rules: Campaign;
  readonly calendar: Record<string, string[]>;
  epoch = 'e1';
  page = 500;
  /** Ids of attempts that make it refuse the whole request. */
  readonly poison = new Set<string>();
  /** Questions of packs that it does not have. */
  readonly unknownPacks = new Set<string>();
  readonly codes = new Map<string, string>();
  refuse: Refused | undefined;
  notices: Notice[] = [];
  #serial = 0;
  nowMs = 1_000_000;

  constructor(rules: Campaign, calendar: Record<string, string[]> = {}) {
    this.rules = rules;
    this.calendar = calendar;
  }

  /** The one wallet there is. */
  get only(): ModelWallet {
    const open = [...this.wallets.values()].filter((w) => !w.joinedInto);
    if (open.length !== 1) throw new Error(`${open.length} wallets`);
    return open[0] as ModelWallet;
  }

  /** A copy as a backup has it. */
  backup(): ModelServer {
    const copy = new ModelServer(this.rules, this.calendar);
    copy.epoch = `${this.epoch}+`;
    for (const [id, wallet] of this.wallets) {
      const again = this.#newWallet();
      for (const { attempt } of wallet.log) {
        if (attempt) copy.#book(again, id, attempt);
      }
      for (const [deviceId, device] of wallet.devices) again.devices.set(deviceId, { ...device });
      copy.wallets.set(id, again);
    }
    return copy;
  }

  /** @throws Refused as the real one */
  ask(browser: Browser, path: string, body: unknown): unknown {
    this.nowMs += 1000;
    if (this.refuse) throw this.refuse;
    const message = structuredClone(body);
    if (path === '/api/sync') return structuredClone(this.#sync(browser, message as SyncRequest));
    if (path === '/api/vouchers') return this.#hold(browser, message as HoldRequest);
    if (path === '/api/join')
      return this.#join(browser, message as { code: string; deviceId: string; secret: string });
    throw new Refused('unknown-address');
  }

  #newWallet(): ModelWallet {
    return {
      account: new Account(this.rules, this.calendar),
      log: [],
      attempts: new Map(),
      vouchers: new Map(),
      devices: new Map(),
      closed: false,
    };
  }

  #sync(browser: Browser, request: SyncRequest): SyncAnswer {
    this.requests.push(request);
    const attempts = request.attempts as SentAttempt[];
    if (attempts.some(({ id }) => this.poison.has(id))) throw new Refused('not-understood');
    const { walletId, deviceId } = this.#who(browser, request);
    const wallet = this.wallets.get(walletId) as ModelWallet;
    const verdicts = attempts.map((attempt) => this.#verdict(wallet, walletId, attempt));
    const sent = new Set(attempts.map((a) => a.id));
    const upTo = Math.min(wallet.log.length, request.cursor + this.page);
    const news = wallet.log.slice(request.cursor, upTo);
    const vouchers = new Set(news.flatMap((entry) => entry.voucher ?? []));
    return {
      version: 1,
      epoch: this.epoch,
      wallet: { id: walletId, deviceId, ...balancesOf(wallet), openedAtMs: 1 },
      verdicts,
      reports: (request.reports as { id: string }[]).map(({ id }) => id),
      changes: {
        transfers: news.flatMap((entry) => entry.transfer ?? []),
        vouchers: [...vouchers].flatMap((id) => wallet.vouchers.get(id) ?? []),
        attempts: news.flatMap(({ attempt }) => (attempt && !sent.has(attempt.id) ? attempt : [])),
      },
      cursor: Math.min(upTo, wallet.log.length),
      more: upTo < wallet.log.length,
      bank: this.#bankFor(request.noticesHash),
      nowMs: this.nowMs,
    };
  }

  #bankFor(known: string | undefined): SyncAnswer['bank'] {
    const noticesHash = JSON.stringify(this.notices);
    return { packHash: 'h', noticesHash, ...(known !== noticesHash && { notices: this.notices }) };
  }

  /** A cookie that is no longer good is taken back with the refusal, as the real server does. */
  #who(browser: Browser, { claim }: Pick<SyncRequest, 'claim'>) {
    if (browser.cookie) {
      try {
        return this.#session(browser.cookie);
      } catch (error) {
        delete browser.cookie;
        throw error;
      }
    }
    if (!claim) throw new Refused('wallet-unknown');
    const { walletId, deviceId, secret } = claim;
    const wallet = this.wallets.get(walletId) ?? this.#newWallet();
    const device = wallet.devices.get(deviceId);
    if (this.wallets.has(walletId) && device?.claim !== secret) throw new Refused('wallet-unknown');
    this.wallets.set(walletId, wallet);
    const token = `t${this.#serial++}`;
    wallet.devices.set(deviceId, { claim: secret, token, signedOut: false });
    browser.cookie = { walletId, deviceId, token };
    return { walletId, deviceId };
  }

  #session(cookie: NonNullable<Browser['cookie']>): { walletId: string; deviceId: string } {
    const wallet = this.wallets.get(cookie.walletId);
    if (!wallet) throw new Refused('wallet-unknown');
    if (wallet.joinedInto) return this.#session({ ...cookie, walletId: wallet.joinedInto });
    if (wallet.closed) throw new Refused('wallet-closed');
    const device = wallet.devices.get(cookie.deviceId);
    if (device?.token !== cookie.token) throw new Refused('wallet-unknown');
    if (device.signedOut) throw new Refused('signed-out');
    // The first request with the cookie ends the claim.
    delete device.claim;
    return cookie;
  }

  #verdict(wallet: ModelWallet, walletId: string, attempt: SentAttempt): AttemptVerdict {
    const { id } = attempt;
    if (this.unknownPacks.has(attempt.packHash)) return { id, is: 'later' };
    const first = wallet.attempts.get(id);
    if (!first) return this.#book(wallet, walletId, attempt);
    if (first.content === JSON.stringify(attempt)) return first.verdict;
    return { id, is: 'rejected', why: 'id-used' };
  }

  #book(wallet: ModelWallet, walletId: string, sent: SentAttempt): AttemptVerdict {
    const { id, questionId, packHash, response, practisedAtMs, round } = sent;
    const right = response.type === 'judge' && response.value;
    const fields = { id, questionId, packHash, response, practisedAtMs, round };
    const attempt: OtherAttempt = { ...fields, right };
    wallet.log.push({ attempt });
    const awards = wallet.account.apply({ ...judgedOf(attempt), id });
    for (const { key, points } of awards) {
      if (points === 0) continue;
      const award = { key, day: round.day, attemptId: id };
      this.#post(wallet, {
        ...{ kind: 'award', from: 'issue', to: residentAccount(walletId), points },
        award,
      });
    }
    const verdict = verdictOf(id, right, round.day, awards);
    wallet.attempts.set(id, { content: JSON.stringify(fields), verdict });
    return verdict;
  }

  #post(wallet: ModelWallet, transfer: Omit<Transfer, 'id' | 'atMs'>): void {
    wallet.log.push({ transfer: { ...transfer, id: `t${this.#serial++}`, atMs: this.nowMs } });
  }

  #hold(browser: Browser, { id, shopId, goodsId, points }: HoldRequest): VoucherView {
    const { walletId } = this.#who(browser, {});
    const wallet = this.wallets.get(walletId) as ModelWallet;
    const known = wallet.vouchers.get(id);
    if (known) return known;
    if (balancesOf(wallet).available < points) throw new Refused('not-enough-points');
    const voucher: VoucherView = {
      ...{ id, shopId, goodsId, points, token: `T${id}`, code: 'C', picture: 'salt' },
      ...{ shopName: 's', shopAddress: 'a', goodsName: 'g', goodsDetail: 'd' },
      issuedAtMs: this.nowMs,
      expiresAtMs: this.nowMs + 7 * 86_400_000,
      state: { is: 'held' },
    };
    wallet.vouchers.set(id, voucher);
    wallet.log.push({ voucher: id });
    this.#post(wallet, {
      ...{ kind: 'hold', from: residentAccount(walletId), to: voucherAccount(id), points },
      voucherId: id,
    });
    return voucher;
  }

  /** The goods are handed over at the till. */
  consume(wallet: ModelWallet, id: string): void {
    const voucher = wallet.vouchers.get(id) as VoucherView;
    wallet.vouchers.set(id, { ...voucher, state: { is: 'handed-over', atMs: this.nowMs } });
    wallet.log.push({ voucher: id });
    const { points, shopId } = voucher;
    this.#post(wallet, {
      ...{ kind: 'consume', from: voucherAccount(id), to: shopAccount(shopId), points },
      voucherId: id,
    });
  }

  #join(browser: Browser, ask: { code: string; deviceId: string; secret: string }): undefined {
    const into = this.codes.get(ask.code);
    const target = into === undefined ? undefined : this.wallets.get(into);
    if (into === undefined || !target) throw new Refused('recovery-unknown');
    const own = browser.cookie && this.#who(browser, {});
    if (own?.walletId === into) throw new Refused('same-wallet');
    const token = `t${this.#serial++}`;
    target.devices.set(ask.deviceId, { token, signedOut: false });
    if (own) {
      const wallet = this.wallets.get(own.walletId) as ModelWallet;
      for (const { attempt } of [...wallet.log]) {
        if (attempt && !target.attempts.has(attempt.id)) this.#book(target, into, attempt);
      }
      for (const [id, device] of wallet.devices) target.devices.set(id, device);
      wallet.joinedInto = into;
    }
    browser.cookie = { walletId: into, deviceId: ask.deviceId, token };
  }
}

function balancesOf({ log }: ModelWallet): { available: number; held: number } {
  let [available, held] = [0, 0];
  for (const { transfer } of log) {
    if (!transfer) continue;
    const { from, to, points } = transfer;
    if (to.startsWith('resident:')) available += points;
    if (from.startsWith('resident:')) available -= points;
    if (to.startsWith('voucher:')) held += points;
    if (from.startsWith('voucher:')) held -= points;
  }
  return { available, held };
}

function verdictOf(id: string, right: boolean, day: string, awards: Award[]): AttemptVerdict {
  const points = awards.reduce((sum, award) => sum + award.points, 0);
  const by = awards.find((award) => award.limitedBy)?.limitedBy;
  if (points === 0 && by) return { id, is: 'capped', by, right, day, awards };
  const paid = right && !awards.some((award) => award.kind === 'question');
  if (points === 0 && paid) return { id, is: 'known', right, day, awards };
  return { id, is: 'credited', points, right, day, awards };
}

import { dayAt } from '../../src/lib/domain/points/day.ts';
import type { Transfer } from '../../src/lib/domain/ledger/transfer.ts';
import type { SentAttempt, SyncAnswer } from '../../src/lib/domain/sync/messages.ts';
import { PROTOCOL } from '../../src/lib/domain/sync/protocol.ts';
import { uuidv7 } from '../../src/lib/domain/ids/uuidv7.ts';
import type { VoucherView } from '../../src/lib/domain/voucher/messages.ts';
import type { Session } from '../../src/lib/server/wallet/session.ts';
import type { Ask, Outcome, Row } from './histories-asks.ts';
import type { Dice } from './histories-random.ts';
import type { Board } from './histories-model.ts';
import { scanned } from './histories-stations.ts';
import { PACK_HASH, samplePack, STATIONS } from './park.ts';

/** An attempt with what its maker knows. */
export interface Made {
  sent: SentAttempt;
  right: boolean;
  /** By the one true clock. */
  atMs: number;
}

/** Few enough to come again. */
const QUESTIONS = 40;
const BATCH = 200;

/** A resident's phone: what it did, what it knows of its wallet, what it shows. */
export class HistoryPhone {
  readonly name: string;
  /** What its clock is ahead. */
  readonly offsetMs: number;
  readonly #random: (bytes: number) => Uint8Array;
  claim = { walletId: '', deviceId: '', secret: '' };
  session: Session | undefined;
  /** How often it began anew: what was asked before is not taken in. */
  generation = 0;
  /** 可用 and 冻结 as shown, from the last answer. */
  shown: { walletId: string; epoch: string; available: number; held: number } | undefined;
  cursor = 0;
  made: Made[] = [];
  outbox: Made[] = [];
  readonly transfers = new Map<string, Transfer>();
  readonly vouchers = new Map<string, VoucherView>();
  readonly others = new Set<string>();
  /** Vouchers that a restored server has not confirmed. */
  toShow: string[] = [];
  /** A batch of it arrived spoilt or in another order: sent again, its attempts may earn otherwise. */
  irregular = false;
  /** A join whose answer has not come. */
  joining: Extract<Ask, { do: 'join' }>['request'] | undefined;

  constructor(name: string, offsetMs: number, random: (bytes: number) => Uint8Array) {
    this.name = name;
    this.offsetMs = offsetMs;
    this.#random = random;
    this.#newClaim(0);
  }

  id(atMs: number): string {
    return uuidv7(atMs, this.#random(10));
  }

  #newClaim(atMs: number): void {
    const [walletId, deviceId, secret] = [this.id(atMs), this.id(atMs), this.id(atMs)];
    this.claim = { walletId, deviceId, secret };
  }

  /** @param boards what hangs in the park */
  practise(dice: Dice, nowMs: number, boards: readonly Board[]): void {
    const board = dice.chance(0.3) ? dice.pick(boards) : undefined;
    if (board) return this.#practiseAt(board, dice, nowMs, boards);
    const day = dayAt(this.#clockMs(nowMs));
    const five = samplePack.daily[dice.chance(0.9) ? day : '2026-11-20'];
    const daily = five !== undefined && dice.chance(0.4);
    const of = daily
      ? { kind: 'daily' as const, date: five === samplePack.daily[day] ? day : '2026-11-20' }
      : { kind: 'topic' as const, topic: 'sample' };
    const count = daily ? five.length : 1 + dice.below(12);
    const questions = Array.from({ length: count }, (_, i) =>
      daily ? (five[i] as string) : `q${dice.below(QUESTIONS)}`,
    );
    this.#round(dice, nowMs, of, questions);
  }

  #clockMs = (nowMs: number) => Math.max(0, nowMs + this.offsetMs);

  /** A round at a station, mostly with what its board says, mostly to its end. */
  #practiseAt(board: Board, dice: Dice, nowMs: number, boards: readonly Board[]): void {
    const { station } = board;
    const code = scanned(board, dice, boards);
    const of = { kind: 'station' as const, station, ...(code !== undefined && { code }) };
    const all = dice.shuffled(STATIONS[station] ?? []);
    const part = dice.chance(0.6) ? all : all.slice(0, 1 + dice.below(all.length));
    const questions = dice.chance(0.1) ? [...part, 'q39'] : part;
    this.#round(dice, nowMs, of, questions);
  }

  #round(
    dice: Dice,
    nowMs: number,
    of: SentAttempt['round']['of'],
    questions: readonly string[],
  ): void {
    const practisedAtMs = this.#clockMs(nowMs);
    const round = { id: this.id(nowMs), of, day: dayAt(practisedAtMs) };
    for (const questionId of questions) {
      const right = dice.chance(0.7);
      const response = { type: 'single' as const, option: right ? 0 : 1 };
      const id = this.id(nowMs);
      const sent = { id, questionId, packHash: PACK_HASH, response, practisedAtMs, round };
      const made = { sent, right, atMs: nowMs };
      this.made.push(made);
      this.outbox.push(made);
    }
  }

  /** Asks for news and sends what waits, as it is or spoilt on the way. */
  sync(dice: Dice, nowMs: number, spoilt: boolean): Extract<Ask, { do: 'sync' }> {
    const rows: Row[] = this.outbox.slice(0, BATCH).map(rowOf);
    const spoiltRows = spoilt ? this.#spoil(dice, nowMs, rows) : rows;
    return {
      do: 'sync',
      session: this.session,
      rows: spoiltRows,
      request: {
        version: PROTOCOL,
        ...(!this.session && { claim: this.claim }),
        deviceName: this.name,
        sentAtMs: Math.max(0, nowMs + this.offsetMs),
        cursor: this.cursor,
        ...(this.shown && { epoch: this.shown.epoch }),
        attempts: spoiltRows.map(({ raw }) => raw),
        reports: [],
        ...(this.toShow.length > 0 && { vouchers: this.toShow }),
      },
    };
  }

  #spoil(dice: Dice, nowMs: number, rows: Row[]): Row[] {
    const fresh = this.id(nowMs);
    const any = dice.pick(this.made);
    const bad: Row[] = [
      { is: 'malformed', raw: dice.one([null, 7, 'q1', {}, { id: fresh }, [fresh]]) },
    ];
    if (any) {
      const { sent } = any;
      bad.push(
        { is: 'malformed', raw: { ...sent, id: fresh, extra: 1 } },
        { is: 'later', raw: { ...sent, id: fresh, packHash: 'ffffffffffffffff' } },
        { is: 'unknown-question', raw: { ...sent, id: fresh, questionId: 'q999' } },
        rowOf(any),
      );
      // The same id with other content; whichever comes first stands, so only where it is known already.
      const other = { type: 'single' as const, option: 2 };
      if (!this.outbox.includes(any) && this.shown)
        bad.push({ ...rowOf(any), right: false, raw: { ...sent, response: other } });
    }
    const mixed = [...rows, ...bad.filter(() => dice.chance(0.6))].slice(0, BATCH);
    this.irregular = true;
    return dice.chance(0.5) ? dice.shuffled(mixed) : mixed;
  }

  /** @returns whether the answer was taken in */
  take(ask: Extract<Ask, { do: 'sync' }>, outcome: Outcome, generation: number): boolean {
    if (generation !== this.generation) return false;
    if ('refused' in outcome) {
      if (outcome.refused === 'wallet-unknown') this.reopen();
      else this.end();
      return false;
    }
    const { answer, session } = outcome;
    if (!answer) throw new Error('a sync without an answer');
    if (session) this.session = session;
    const { id: walletId, available, held } = answer.wallet;
    const { epoch } = answer;
    const restored = this.shown && this.shown.epoch !== epoch;
    if (restored || (this.shown && this.shown.walletId !== walletId)) {
      this.beginAnew(restored === true);
      this.shown = { walletId, epoch, available, held };
      return false;
    }
    this.#takeIn(answer, ask.request.vouchers ?? []);
    if (answer.cursor < this.cursor) return false;
    this.cursor = answer.cursor;
    this.shown = { walletId, epoch, available, held };
    return !answer.more;
  }

  #takeIn({ verdicts, changes }: SyncAnswer, shown: readonly string[]): void {
    const final = new Set(verdicts.filter(({ is }) => is !== 'later').map(({ id }) => id));
    this.outbox = this.outbox.filter(({ sent }) => !final.has(sent.id));
    this.toShow = this.toShow.filter((token) => !shown.includes(token));
    for (const transfer of changes.transfers) this.transfers.set(transfer.id, transfer);
    for (const voucher of changes.vouchers) this.vouchers.set(voucher.id, voucher);
    for (const { id } of changes.attempts) this.others.add(id);
  }

  /** As if it had never heard of its wallet; what it did it sends again. */
  beginAnew(keepHeld: boolean): void {
    this.generation++;
    const held = [...this.vouchers.values()].filter(({ state }) => state.is === 'held');
    if (keepHeld) this.toShow = [...new Set([...this.toShow, ...held.map((v) => v.token)])];
    else this.toShow = [];
    this.outbox = [...this.made];
    this.cursor = 0;
    this.shown = undefined;
    for (const kept of [this.transfers, this.vouchers, this.others]) kept.clear();
  }

  /** The server does not know the wallet: another one is opened. */
  reopen(): void {
    this.beginAnew(true);
    this.session = undefined;
    this.#newClaim(0);
  }

  /** The wallet was closed or this phone signed out: it begins with nothing. */
  end(): void {
    this.made = [];
    this.beginAnew(false);
    this.session = undefined;
    this.#newClaim(0);
    this.joining = undefined;
    this.irregular = false;
  }
}

const rowOf = ({ sent, right, atMs }: Made) =>
  ({ is: 'attempt', right, atMs, raw: sent }) as const satisfies Row;

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { expect } from 'vitest';
import { balancesOf, residentAccount } from '../domain/ledger/transfer.ts';
import { sampleCampaign } from '../domain/points/samples.ts';
import { statementOf } from '../domain/points/statement.ts';
import type { Attempt } from '../domain/quiz/attempt.ts';
import type { Round } from '../domain/quiz/round.ts';
import type { Post } from './api.ts';
import { askForVoucher, openAsk } from './asks.ts';
import { newClaim } from './claim.ts';
import { openDatabase, type ParkDatabase } from './database.ts';
import { newId } from './ids.ts';
import { StoredJournal } from './journal.ts';
import { pendingOf, readMirror } from './mirror.ts';
import { ModelServer, type Browser } from './model-server.ts';
import { drain, type Means, type Wish } from './sync.ts';

// Phones for specs; never part of the product.

export const monday = '2026-11-23';
export const campaign = { ...sampleCampaign, dailyCap: 12 };
const quiet = { blocked() {}, outdated() {}, deleted() {}, terminated() {} };

let serial = 0;
export function attempt(questionId: string, right: boolean, day = monday): Attempt {
  const id = `a${String(serial++).padStart(6, '0')}`;
  return {
    id,
    questionId,
    packHash: 'h',
    response: { type: 'judge', value: right },
    right,
    practisedAtMs: serial,
    round: { id: `r${id}`, of: { kind: 'topic', topic: 't' }, day },
  };
}

/** A phone with storage of its own. */
export class TestPhone {
  readonly browser: Browser = {};
  readonly db: ParkDatabase;
  readonly journal: StoredJournal;
  readonly server: ModelServer;
  nowMs = 1000;

  constructor(db: ParkDatabase, server: ModelServer) {
    this.db = db;
    this.server = server;
    this.journal = new StoredJournal(() => Promise.resolve(db));
  }

  static async of(server: ModelServer): Promise<TestPhone> {
    globalThis.indexedDB = new IDBFactory();
    return new TestPhone(await openDatabase(quiet), server);
  }

  async practise(...attempts: Attempt[]): Promise<void> {
    for (const a of attempts) {
      const { id, of, day } = a.round;
      const answer = { attemptId: a.id, response: a.response, right: a.right, points: 0 };
      const items = [{ questionId: a.questionId, order: [], answer }];
      const base = { id, of, day, packHash: 'h', beganAtMs: 0, items, at: 0 };
      const round: Round = { ...base, phase: 'finished' };
      await this.journal.record(a, round, { campaign });
    }
  }

  readonly send: Post = <T>(path: string, body: unknown) =>
    Promise.resolve().then(() => this.server.ask(this.browser, path, body) as T);

  readonly by = { nowMs: () => this.nowMs, newClaim, deviceName: '电脑' };

  sync(wish?: Wish, send: Post = this.send, more: Partial<Means> = {}): Promise<void> {
    return drain(this.db, send, { ...this.by, ...more }, wish);
  }

  async mirror() {
    return { ...(await readMirror(this.db)), attempts: await this.journal.attempts() };
  }

  async waiting(): Promise<string[]> {
    return (await this.mirror()).outbox.map((row) => row.id);
  }
}

export async function start(): Promise<{ server: ModelServer; phone: TestPhone }> {
  const server = new ModelServer(campaign);
  return { server, phone: await TestPhone.of(server) };
}

/** The phone has what the server has, and its statement says so. */
export async function expectInStep(phone: TestPhone): Promise<void> {
  const { wallet, outbox, attempts, awards, transfers, verdicts } = await phone.mirror();
  expect(outbox).toEqual([]);
  expect(pendingOf(awards)).toBe(0);
  const { account } = phone.server.only;
  expect(wallet?.available).toBe(account.points);
  const fold = balancesOf(transfers).get(residentAccount(wallet?.walletId ?? '')) ?? 0;
  expect(fold).toBe(account.points);
  const days = statementOf(attempts, awards, { transfers, verdicts });
  expect(days.reduce((sum, day) => sum + day.points, 0)).toBe(account.points);
  const paid = awards.map(({ key, points }) => [key, points]).sort();
  expect(paid).toEqual([...account.awards.values()].map((a) => [a.key, a.points]).sort());
}

/** Holds points for a voucher. */
export async function hold(phone: TestPhone, points: number): Promise<string> {
  const wanted = { shopId: 's', goodsId: `g${points}`, points };
  const ask = await openAsk(phone.db, wanted, { id: newId(), nowMs: phone.nowMs });
  await askForVoucher(phone.db, phone.send, ask);
  return ask.id;
}

import { createHash } from 'node:crypto';
import { rightResponse, type Response } from '../../src/lib/domain/bank/grade.ts';
import type { Notice } from '../../src/lib/domain/bank/notice.ts';
import { questionsOf, type Pack } from '../../src/lib/domain/bank/pack.ts';
import { question } from '../../src/lib/domain/bank/samples.ts';
import { uuidv7 } from '../../src/lib/domain/ids/uuidv7.ts';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import type { Campaign } from '../../src/lib/domain/points/campaign.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import type { SentAttempt, SyncAnswer, SyncRequest } from '../../src/lib/domain/sync/messages.ts';
import { PROTOCOL } from '../../src/lib/domain/sync/protocol.ts';
import { sampleOffer } from '../../src/lib/domain/voucher/samples.ts';
import type { Store } from '../../src/lib/server/database/store.ts';
import { preparePark } from '../../src/lib/server/open-park.ts';
import type { Park } from '../../src/lib/server/park.ts';
import {
  makeEnrolment,
  enrol,
  type TerminalSession,
} from '../../src/lib/server/voucher/terminal.ts';
import type { Session } from '../../src/lib/server/wallet/session.ts';
import { sync } from '../../src/lib/server/wallet/sync.ts';

/** A park around an empty store, with a clock and randomness that a test sets. */

export const PACK_HASH = '00000000000000aa';
const QUESTIONS = 60;

/** The questions of each station of the sample trail. */
export const STATIONS: Readonly<Record<string, readonly string[]>> = {
  gate: ['q0', 'q1', 'q2'],
  bridge: ['q10', 'q11', 'q12', 'q13', 'q14'],
};

/** Sixty single-choice questions whose right answer is the first option. */
export const samplePack: Pack = {
  format: 1,
  campaign: sampleCampaign,
  topics: [
    {
      id: 'sample',
      collection: 'keqiao',
      title: '样例',
      summary: '样例主题',
      questions: Array.from({ length: QUESTIONS }, (_, i) =>
        question({ type: 'single', options: ['甲', '乙', '丙'], answer: 0 }, `q${i}`),
      ),
    },
  ],
  daily: Object.fromEntries(
    Array.from({ length: 60 }, (_, d) => [
      addDays('2026-11-01', d),
      Array.from({ length: 5 }, (_, i) => `q${(d * 5 + i) % QUESTIONS}`),
    ]),
  ),
  trail: { title: '样例游线', note: '这是样例。' },
  stations: Object.entries(STATIONS).map(([id, questions]) => ({
    ...{ id, name: id, book: '总则', at: [100, 100], story: '样例故事', sources: [] },
    questions: [...questions],
  })),
};
const scoring = { pack: samplePack, questions: questionsOf(samplePack) };

export interface TestPark extends Park {
  /** Moves the clock. */
  pass(ms: number): void;
}

export const DAY_MS = 86_400_000;
/** An evening by the lake, inside the sample campaign. */
export const EVENING = Date.parse('2026-11-24T19:00:00+08:00');

/** Bytes that follow from a seed and look random. */
export function randomFrom(seed: string): (bytes: number) => Uint8Array {
  let counter = 0;
  return (bytes) => {
    const blocks: Buffer[] = [];
    for (let size = 0; size < bytes; size += 32)
      blocks.push(createHash('sha256').update(`${seed}:${counter++}`).digest());
    return new Uint8Array(Buffer.concat(blocks).subarray(0, bytes));
  };
}

export interface ParkOptions {
  /** Of all randomness; a process that starts again needs another one. */
  seed?: string;
  budget?: number;
  /** Where the clock stands. */
  nowMs?: number;
  /** Of the bank in force. */
  notices?: Notice[];
  /** Other rules than those of the sample campaign. */
  rules?: Partial<Campaign>;
}

export async function testPark(store: Store, options: ParkOptions = {}): Promise<TestPark> {
  const { seed = 'park', budget = sampleCampaign.budget, notices = [], rules = {} } = options;
  let nowMs = options.nowMs ?? EVENING;
  const pack = { ...samplePack, campaign: { ...sampleCampaign, budget, ...rules } };
  const packs: Park['packs'] = {
    find: (hash) => Promise.resolve(hash === PACK_HASH ? { ...scoring, pack } : undefined),
  };
  const bank = { packHash: PACK_HASH, offer: sampleOffer, notices };
  const park = await preparePark(store, packs, bank, {
    clock: () => nowMs,
    random: randomFrom(seed),
  });
  return { ...park, pass: (ms) => void (nowMs += ms) };
}

/** A resident's phone, as the server sees it. */
export class TestPhone {
  #park: TestPark;
  readonly claim: { walletId: string; deviceId: string; secret: string };
  session: Session | undefined;
  cursor = 0;

  constructor(park: TestPark) {
    this.#park = park;
    this.claim = { walletId: this.id(), deviceId: this.id(), secret: this.id() };
  }

  /** The server was started again, perhaps from a backup. */
  turnTo(park: TestPark): void {
    this.#park = park;
  }

  id(): string {
    return uuidv7(this.#park.clock(), this.#park.random(10));
  }

  attempt(questionId: string, right = true, change: Partial<SentAttempt> = {}): SentAttempt {
    const asked = scoring.questions.get(questionId);
    const response: Response =
      right && asked ? rightResponse(asked) : { type: 'single', option: 1 };
    const nowMs = this.#park.clock();
    return {
      id: this.id(),
      questionId,
      packHash: PACK_HASH,
      response,
      practisedAtMs: nowMs,
      round: { id: this.id(), of: { kind: 'topic', topic: 'sample' }, day: dayAt(nowMs) },
      ...change,
    };
  }

  request(attempts: unknown[] = [], change: Partial<SyncRequest> = {}): SyncRequest {
    return {
      version: PROTOCOL,
      ...(!this.session && { claim: this.claim }),
      deviceName: '安卓手机',
      sentAtMs: this.#park.clock(),
      cursor: this.cursor,
      attempts,
      reports: [],
      ...change,
    };
  }

  async sync(attempts: unknown[] = [], change: Partial<SyncRequest> = {}): Promise<SyncAnswer> {
    const { answer, session } = await sync(
      this.#park,
      this.session,
      this.request(attempts, change),
    );
    if (session) this.session = session;
    this.cursor = answer.cursor;
    return answer;
  }

  /** Answers so many questions right that the wallet has at least `points`, over as many days as it takes. */
  async earn(points: number): Promise<void> {
    let available = this.session ? (await this.sync()).wallet.available : 0;
    for (let next = 0; available < points; next += 15) {
      if (next > 0) this.#park.pass(DAY_MS);
      const ids = Array.from({ length: 15 }, (_, i) => `q${(next + i) % QUESTIONS}`);
      ({ available } = (await this.sync(ids.map((id) => this.attempt(id)))).wallet);
    }
  }
}

/** A till of a shop, enrolled. */
export async function enrolledTill(park: Park, shopId = 'east'): Promise<TerminalSession> {
  const code = await makeEnrolment(park, shopId);
  return (await enrol(park, { code, name: '柜台手机' })).session;
}

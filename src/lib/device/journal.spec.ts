import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pack } from '../domain/bank/pack.ts';
import { question } from '../domain/bank/samples.ts';
import { Account } from '../domain/points/account.ts';
import { addDays } from '../domain/points/day.ts';
import { judgedOf, type Attempt } from '../domain/quiz/attempt.ts';
import type { Round, RoundKind } from '../domain/quiz/round.ts';
import { DATABASE_NAME, openDatabase, type ParkDatabase } from './database.ts';
import { StoredJournal } from './journal.ts';
import { MemoryJournal } from './memory-journal.ts';
import { sampleCampaign } from '../domain/points/samples.ts';

// The same code runs against the browser's own IndexedDB in tests/e2e and tests/faults.

const monday = '2026-11-23';
const five = ['q0', 'q1', 'q2', 'q3', 'q4'];
const campaign = { ...sampleCampaign, dailyCap: 12 };
const rules = { campaign, dailyQuestions: five };
const nothing = { blocked() {}, outdated() {}, deleted() {}, terminated() {} };
let open: ParkDatabase | undefined;

async function journal(): Promise<StoredJournal> {
  const db = (open = await openDatabase(nothing));
  return new StoredJournal(() => Promise.resolve(db));
}
afterEach(async () => {
  open?.close();
  await deleteDB(DATABASE_NAME);
});

let serial = 0;
function attempt(
  questionId: string,
  right: boolean,
  day = monday,
  of: RoundKind = { kind: 'topic', topic: 't' },
): Attempt {
  const id = `a${String(serial++).padStart(6, '0')}`;
  const response = { type: 'judge', value: right } as const;
  return {
    id,
    questionId,
    packHash: 'h',
    response,
    right,
    practisedAtMs: serial,
    round: { id: `r${id}`, of, day },
  };
}
function roundOf(a: Attempt, phase: Round['phase'] = 'judged'): Round {
  const answer = { attemptId: a.id, response: a.response, right: a.right, points: 0 };
  const { id, of, day } = a.round;
  return {
    id,
    of,
    day,
    packHash: 'h',
    beganAtMs: 0,
    items: [{ questionId: a.questionId, order: [], answer }],
    at: 0,
    phase,
  };
}

describe('recording an attempt', () => {
  it('keeps attempt, award, outbox row and round together, and names the points in the round', async () => {
    const j = await journal();
    const a = attempt('q0', true);
    const recorded = await j.record(a, roundOf(a), rules);
    expect(recorded).toMatchObject({ kind: 'saved', awards: [{ key: 'q:q0', points: 2 }] });
    expect(recorded.round.items[0]?.answer?.points).toBe(2);
    expect(await j.attempts()).toEqual([a]);
    expect(await j.awards()).toMatchObject([{ key: 'q:q0', attemptId: a.id, day: monday }]);
    expect(await j.unsyncedAttempts()).toBe(1);
    expect(await j.loadRound('topic:t')).toEqual(recorded.round);
  });

  it('writes nothing at all when one of the writes fails', async () => {
    const j = await journal();
    const a = attempt('q0', true);
    await open?.put('outbox', { id: a.id, kind: 'attempt', queuedAtMs: 0 });
    await expect(j.record(a, roundOf(a), rules)).rejects.toThrow();
    expect(await j.attempts()).toEqual([]);
    expect(await j.awards()).toEqual([]);
    expect(await j.loadRound('topic:t')).toBeUndefined();
  });

  it('follows a tab that is further on instead of writing over it', async () => {
    const j = await journal();
    const a = attempt('q0', true);
    await j.record(a, roundOf(a), rules);
    const other = { ...attempt('q0', false), round: a.round };
    const second = await j.record(other, roundOf(other), rules);
    expect(second.kind).toBe('elsewhere');
    expect(await j.attempts()).toEqual([a]);
  });

  it('taken twice changes nothing', async () => {
    const j = await journal();
    const a = attempt('q0', true);
    await j.record(a, roundOf(a), rules);
    await j.record(a, roundOf(a), rules);
    expect(await j.attempts()).toHaveLength(1);
    expect(await j.unsyncedAttempts()).toBe(1);
  });
});

it('the stored journal and the one in memory award what the domain’s account awards, in any history', async () => {
  const drawn = fc.array(
    fc.record({
      q: fc.nat({ max: 12 }),
      right: fc.boolean(),
      day: fc.nat({ max: 8 }),
      daily: fc.boolean(),
    }),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(drawn, async (history) => {
      const stored = await journal();
      const memory = new MemoryJournal();
      const calendar = Object.fromEntries(
        Array.from({ length: 9 }, (_, i) => [addDays(monday, i), five]),
      );
      const model = new Account(campaign, calendar);
      for (const { q, right, day, daily } of history) {
        const date = addDays(monday, day);
        const a = attempt(
          `q${q}`,
          right,
          date,
          daily ? { kind: 'daily', date } : { kind: 'topic', topic: 't' },
        );
        const expected = model.apply({ ...judgedOf(a), id: a.id });
        for (const j of [stored, memory]) {
          const recorded = await j.record(a, roundOf(a, 'finished'), rules);
          expect(recorded).toMatchObject({ kind: 'saved', awards: expected });
        }
      }
      const sorted = (list: { key: string }[]) =>
        [...list].sort((x, y) => (x.key < y.key ? -1 : 1));
      expect(sorted(await stored.awards())).toEqual(sorted([...model.awards.values()]));
      open?.close();
      await deleteDB(DATABASE_NAME);
    }),
    { numRuns: process.env.LONG ? 1000 : 25 },
  );
});

it('a database of the first version keeps everything when it is opened by the present one', async () => {
  const old = await openDatabase(nothing, 1);
  const a = attempt('q0', true);
  await old.put('attempts', a);
  await old.put('awards', {
    key: 'q:q0',
    kind: 'question',
    points: 2,
    day: monday,
    attemptId: a.id,
  });
  await old.put('outbox', { id: a.id, kind: 'attempt', queuedAtMs: 1 });
  await old.put('rounds', roundOf(a), 'topic:t');
  old.close();
  const j = await journal();
  expect(await j.attempts()).toEqual([a]);
  expect(await open?.getAllFromIndex('attempts', 'byDay', monday)).toEqual([a]);
  expect(await j.awards()).toHaveLength(1);
  expect(await j.loadRound('topic:t')).toEqual(roundOf(a));
  expect(await open?.getAll('reports')).toEqual([]);
});

it('a database of the second version keeps its awards as estimates, its outbox and its reports', async () => {
  const old = await openDatabase(nothing, 2);
  const a = attempt('q0', true);
  const award = { key: 'q:q0', kind: 'question', points: 2, day: monday, attemptId: a.id } as const;
  const row = { id: a.id, kind: 'attempt', queuedAtMs: 1 } as const;
  await old.put('attempts', a);
  await old.put('awards', award);
  await old.put('outbox', row);
  old.close();
  const j = await journal();
  expect(await j.attempts()).toEqual([a]);
  expect(await open?.getAllFromIndex('awards', 'byAttempt', a.id)).toEqual([award]);
  expect(await open?.getAll('outbox')).toEqual([row]);
  expect(await open?.getAll('transfers')).toEqual([]);
  // The key counts as paid still.
  const again = attempt('q0', true);
  expect(await j.record(again, roundOf(again), rules)).toMatchObject({ kind: 'saved', awards: [] });
});

it('a database of the third version keeps its wallet and hears of no changes of questions yet', async () => {
  const old = await openDatabase(nothing, 3);
  const a = attempt('q0', true);
  const wallet = { walletId: 'w', available: 2 };
  await old.put('attempts', a);
  await old.put('verdicts', { ...{ id: a.id, is: 'known', right: true }, day: monday, awards: [] });
  await old.put('settings', wallet, 'wallet');
  old.close();
  const j = await journal();
  expect(await j.attempts()).toEqual([a]);
  expect(await open?.get('settings', 'wallet')).toEqual(wallet);
  expect(await open?.getAll('verdicts')).toHaveLength(1);
  expect(await open?.getAll('notices')).toEqual([]);
});

it('a new round is made from what is in play by the notices that are kept', async () => {
  const j = await journal();
  const pack: Pack = {
    ...{ format: 1, campaign, daily: { [monday]: five } },
    topics: [
      {
        ...{ id: 't', collection: 'keqiao', title: '样例', summary: '样例主题' },
        questions: five.map((id) => question({ type: 'judge', answer: true }, id)),
      },
    ],
  };
  expect(await j.inForce(pack)).toBe(pack);
  await open?.put('notices', { questionId: 'q1', on: monday, kind: 'withdrawn' });
  const inPlay = await j.inForce(pack);
  expect(inPlay.topics[0]?.questions.map(({ id }) => id)).not.toContain('q1');
  expect(inPlay.daily[monday]).toEqual(['q0', 'q2', 'q3', 'q4']);
});

it('a database of a newer version is left alone, with a failure that has a code', async () => {
  const newer = await openDatabase(nothing);
  newer.close();
  await deleteDB(DATABASE_NAME);
  await new Promise(
    (resolve) =>
      (indexedDB.open(DATABASE_NAME, 99).onsuccess = (e) =>
        resolve((e.target as IDBOpenDBRequest).result.close())),
  );
  await expect(openDatabase(nothing)).rejects.toMatchObject({ code: 'storage-outdated' });
});

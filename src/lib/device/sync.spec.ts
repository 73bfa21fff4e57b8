import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../domain/failure.ts';
import { Account } from '../domain/points/account.ts';
import { addDays } from '../domain/points/day.ts';
import { judgedOf } from '../domain/quiz/attempt.ts';
import { Refused } from '../domain/refusal.ts';
import type { SyncAnswer } from '../domain/sync/messages.ts';
import type { Post } from './api.ts';
import { takeIn } from './booking.ts';
import { change, endWallet, pendingOf } from './mirror.ts';
import { attempt, campaign, expectInStep, hold, monday, start, TestPhone } from './model-phone.ts';
import { keepReport } from './reports.ts';
import { drain } from './sync.ts';

const RUNS = { numRuns: process.env.LONG ? 500 : 15 };

const drawnAttempts = (max: number) =>
  fc.array(fc.record({ q: fc.nat({ max: 15 }), right: fc.boolean(), day: fc.nat({ max: 3 }) }), {
    maxLength: max,
    minLength: 1,
  });
const madeOf = (drawn: { q: number; right: boolean; day: number }[]) =>
  drawn.map(({ q, right, day }) => attempt(`q${q}`, right, addDays(monday, day)));

describe('a first sync', () => {
  it('opens a wallet, books what was practised and puts the server’s points for the estimates', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true), attempt('q1', false));
    expect(pendingOf((await phone.mirror()).awards)).toBe(2);
    await phone.sync();
    await expectInStep(phone);
    const { wallet, claim, verdicts } = await phone.mirror();
    expect(wallet).toMatchObject({ available: 2, held: 0, lastSyncAtMs: 1000 });
    expect([...verdicts.values()].map((v) => v.estimated)).toEqual([2, 0]);
    expect(server.wallets.size).toBe(1);
    expect(claim).toMatchObject({ answered: true });
    await phone.sync();
    expect((await phone.mirror()).claim, 'the cookie has shown itself').toBeUndefined();
  });

  it('asks nothing while there is nothing to send', async () => {
    const { server, phone } = await start();
    await phone.sync();
    await phone.sync('send');
    expect(server.requests).toHaveLength(0);
    expect((await phone.mirror()).claim).toBeUndefined();
  });

  it('opens an empty wallet where that is asked for', async () => {
    const { phone } = await start();
    await phone.sync('open');
    expect((await phone.mirror()).wallet).toMatchObject({ available: 0 });
  });

  it('finds the wallet of a browser whose storage was cleared, and none where there was none', async () => {
    const { server, phone } = await start();
    await phone.sync('look');
    expect(server.wallets.size).toBe(0);
    await phone.practise(attempt('q0', true));
    await phone.sync();
    const cleared = await TestPhone.of(server);
    Object.assign(cleared.browser, phone.browser);
    await cleared.sync('look');
    await expectInStep(cleared);
    expect(await cleared.journal.attempts()).toHaveLength(1);
  });

  it('of two thousand attempts takes ten requests', async () => {
    const { server, phone } = await start();
    const tx = phone.db.transaction(['attempts', 'outbox'], 'readwrite');
    for (let i = 0; i < 2000; i++) {
      const a = attempt(`q${i}`, true, addDays(monday, i % 300));
      void tx.objectStore('attempts').add(a);
      void tx.objectStore('outbox').add({ id: a.id, kind: 'attempt', queuedAtMs: i });
    }
    await tx.done;
    server.page = 5000;
    await phone.sync();
    expect(server.requests.map((r) => r.attempts.length)).toEqual(Array(10).fill(200));
    await expectInStep(phone);
  });
});

describe('whatever happens to requests and answers', () => {
  const fates = fc.array(fc.constantFrom('well', 'lost', 'answer lost', 'twice', 'busy'), {
    maxLength: 30,
  });

  /** A line on which the next request fares as drawn, and well when nothing is drawn any more. */
  function line(phone: TestPhone, drawn: string[]): Post {
    return async <T>(path: string, body: unknown) => {
      const fate = drawn.shift();
      if (fate === 'lost') throw new Failure('offline');
      if (fate === 'busy') throw new Refused('server-busy');
      const cookie = phone.browser.cookie;
      const answer = await phone.send<T>(path, body);
      if (fate === 'answer lost') {
        // The cookie was in the answer.
        if (cookie) phone.browser.cookie = cookie;
        else delete phone.browser.cookie;
        throw new Failure('offline');
      }
      return fate === 'twice' ? phone.send<T>(path, body) : answer;
    };
  }

  it('every attempt is booked once, and the phone ends with what the server has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawnAttempts(8), { maxLength: 6 }), fates, async (days, drawn) => {
        const { server, phone } = await start();
        server.page = 3;
        const send = line(phone, drawn);
        const model = new Account(campaign, {});
        for (const day of days) {
          const attempts = madeOf(day);
          await phone.practise(...attempts);
          for (const a of attempts) model.apply({ ...judgedOf(a), id: a.id });
          await phone.sync('pull', send).catch(() => undefined);
        }
        drawn.length = 0;
        await phone.sync();
        if (days.length === 0) return;
        expect(server.wallets.size).toBe(1);
        expect(server.only.account.points).toBe(model.points);
        await expectInStep(phone);
      }),
      RUNS,
    );
  });

  it('two tabs may drain at once, with answers in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawnAttempts(6), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat({ max: 12 })),
        async (days, delays) => {
          const { server, phone } = await start();
          server.page = 2;
          const wait = async () => {
            for (let n = Number(delays.next().value); n > 0; n--)
              await new Promise((resolve) => setImmediate(resolve));
          };
          // The cookie goes with the request as it is then, and changes when the answer arrives.
          const send: Post = async <T>(path: string, body: unknown) => {
            await wait();
            const jar = { ...phone.browser };
            const before = jar.cookie;
            try {
              return server.ask(jar, path, body) as T;
            } finally {
              await wait();
              if (jar.cookie === undefined && before) delete phone.browser.cookie;
              else if (jar.cookie && jar.cookie !== before) phone.browser.cookie = jar.cookie;
            }
          };
          for (const day of days) {
            await phone.practise(...madeOf(day));
            // The first request of a phone is sent by one of them; the others are told to wait for its answer.
            await Promise.allSettled([
              phone.sync('pull', send),
              phone.sync('send', send),
              phone.sync('pull', send),
            ]);
          }
          await phone.sync();
          expect(server.wallets.size).toBe(1);
          await expectInStep(phone);
        },
      ),
      RUNS,
    );
  });

  it('a page that was left during its first request does not hold up the next one', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    const never: Post = () => new Promise(() => undefined);
    const locked = { ...phone.by, locked: true };
    void drain(phone.db, never, locked);
    await vi.waitFor(async () => expect((await phone.mirror()).claim?.underWay).toBeDefined());
    // A tab that has lost patience with a page asleep must not go between.
    await expect(phone.sync()).rejects.toMatchObject({ code: 'offline' });
    expect(server.requests).toHaveLength(0);
    await drain(phone.db, phone.send, locked);
    await expectInStep(phone);
  });

  it('an answer from before never moves the phone back', async () => {
    const { server, phone } = await start();
    const answers: SyncAnswer[] = [];
    const noting: Post = async <T>(path: string, body: unknown) => {
      const answer = await phone.send<T>(path, body);
      answers.push(answer as SyncAnswer);
      return answer;
    };
    const first = attempt('q0', true);
    await phone.practise(first);
    await phone.sync('pull', noting);
    const voucher = await hold(phone, 1);
    await phone.sync('pull', noting);
    server.consume(server.only, voucher);
    await phone.sync();
    const before = await phone.mirror();
    expect(before.vouchers[0]?.state.is).toBe('handed-over');
    const { generation } = before.state;
    for (const old of answers.reverse()) {
      const sent = { generation, attempts: [first.id], reports: [], vouchers: [] };
      expect(await takeIn(phone.db, sent, old, 5000)).toBe('taken');
      expect(await phone.mirror()).toEqual(before);
    }
  });

  it('what comes back of this phone’s own practice stays its own', async () => {
    const { server, phone } = await start();
    server.page = 1;
    await phone.practise(attempt('q0', true), attempt('q1', true));
    await phone.sync();
    server.epoch = 'e2';
    await phone.sync();
    expect((await phone.journal.attempts()).some((a) => 'elsewhere' in a)).toBe(false);
    await expectInStep(phone);
  });

  it('an estimate that another device’s booking has overtaken is told with the verdict', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    await phone.sync();
    const other = await TestPhone.of(server);
    Object.assign(other.browser, phone.browser);
    await other.practise(attempt('q1', true));
    await other.sync();
    const overtaken = attempt('q1', true);
    await phone.practise(overtaken);
    const { wallet, state } = await phone.mirror();
    const none = { version: 1, deviceName: '', sentAtMs: 0, attempts: [], reports: [] };
    const answer = await phone.send<SyncAnswer>('/api/sync', { ...none, cursor: wallet?.cursor });
    const sent = { generation: state.generation, attempts: [], reports: [], vouchers: [] };
    await takeIn(phone.db, sent, answer, 5000);
    expect(pendingOf((await phone.mirror()).awards)).toBe(0);
    await phone.sync();
    expect((await phone.mirror()).verdicts.get(overtaken.id)).toMatchObject({
      is: 'known',
      estimated: 2,
    });
    await expectInStep(phone);
  });

  it('an answer to a request from before the mirror began anew counts for nothing', async () => {
    const { phone } = await start();
    await phone.practise(attempt('q0', true));
    const late: Post = async <T>(path: string, body: unknown) => {
      const answer = await phone.send<T>(path, body);
      const tx = change(phone.db);
      await endWallet(tx, 'wallet-closed');
      await tx.done;
      return answer;
    };
    await phone.sync('send', late);
    const { wallet, transfers, verdicts } = await phone.mirror();
    expect([wallet, transfers, verdicts.size]).toEqual([undefined, [], 0]);
  });

  it('a browser that keeps no cookie goes on with its claim', async () => {
    const { server, phone } = await start();
    const forgetful: Post = async <T>(path: string, body: unknown) => {
      delete phone.browser.cookie;
      return phone.send<T>(path, body);
    };
    await phone.practise(attempt('q0', true));
    await phone.sync('pull', forgetful);
    await phone.practise(attempt('q1', true));
    await phone.sync('pull', forgetful);
    await phone.sync('pull', forgetful);
    expect(server.wallets.size).toBe(1);
    await expectInStep(phone);
  });
});

describe('rows that the server does not take', () => {
  it('wait when their pack is not there yet, are not sent again at once, and go later', async () => {
    const { server, phone } = await start();
    server.unknownPacks.add('new');
    const later = { ...attempt('q0', true), packHash: 'new' };
    await phone.practise(later, attempt('q1', true));
    await phone.sync();
    await phone.sync();
    expect(server.requests.flatMap((r) => r.attempts)).toHaveLength(2);
    expect(await phone.waiting()).toEqual([later.id]);
    expect(pendingOf((await phone.mirror()).awards)).toBe(2);
    server.unknownPacks.clear();
    phone.nowMs += 3_600_000;
    await phone.sync('send');
    await expectInStep(phone);
  });

  it('and reports that it is silent on are not sent again at once', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    const report = { id: 'b1', questionId: 'q0', packHash: 'h', note: '' };
    await keepReport(phone.db, { ...report, reason: 'other', reportedAtMs: 1 });
    const silent: Post = async <T>(path: string, body: unknown) => {
      const answer = await phone.send<SyncAnswer>(path, body);
      return { ...answer, reports: [], verdicts: [] } as T;
    };
    await phone.sync('pull', silent);
    expect(server.requests).toHaveLength(1);
    expect(await phone.waiting()).toHaveLength(2);
    phone.nowMs += 3_600_000;
    await phone.sync();
    await expectInStep(phone);
  });

  it('and that make it refuse the whole batch are found and set aside, the rest is booked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 29 }), { maxLength: 4 }), async (bad) => {
        const { server, phone } = await start();
        const attempts = Array.from({ length: 30 }, (_, i) =>
          attempt(`q${i}`, true, addDays(monday, i)),
        );
        await phone.practise(...attempts);
        for (const i of bad) server.poison.add(attempts[i]?.id ?? '');
        await phone.sync();
        const { wallet, outbox, verdicts, awards } = await phone.mirror();
        expect(outbox).toEqual([]);
        expect(pendingOf(awards)).toBe(0);
        const rejected = [...verdicts.values()].filter((v) => v.is === 'rejected');
        expect(rejected.map((v) => v.id).sort()).toEqual([...server.poison].sort());
        expect(wallet?.available).toBe(server.only.account.points);
      }),
      RUNS,
    );
  });

  it('are not set aside when the server refuses everything', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true), attempt('q1', true));
    server.refuse = new Refused('not-understood');
    await expect(phone.sync()).rejects.toMatchObject({ code: 'not-understood' });
    expect(await phone.waiting()).toHaveLength(2);
  });

  it.each(['server-busy', 'slow-down', 'client-too-old', 'server-failed'] as const)(
    'all wait when it says %s',
    async (code) => {
      const { server, phone } = await start();
      await phone.practise(attempt('q0', true));
      server.refuse = new Refused(code);
      await expect(phone.sync()).rejects.toMatchObject({ code });
      expect(await phone.waiting()).toHaveLength(1);
      server.refuse = undefined;
      await phone.sync();
      await expectInStep(phone);
    },
  );
});

import { expect, it } from 'vitest';
import { tally } from '../../src/lib/server/neighbours/tally.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { closeWallet } from '../../src/lib/server/wallet/close.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import { DAY_MS, testPark, TestPhone } from '../support/park.ts';
import { joinBy, secondPhone, stories } from './stories.ts';

// What the neighbours got wrong most: first answers, counted beside everything else.

const MINUTE_MS = 60_000;

stories((here) => {
  /** So many wallets answer a question, each once; the first `right` of them right. */
  async function neighbours(
    count: number,
    questionId: string,
    right: number,
  ): Promise<TestPhone[]> {
    const phones = Array.from({ length: count }, () => new TestPhone(here.park));
    await Promise.all(phones.map((p, i) => p.sync([p.attempt(questionId, i < right)])));
    return phones;
  }
  /** Counts what has come in, and asks when the last answer is old. */
  async function counted() {
    here.park.pass(6 * MINUTE_MS);
    await tally(here.park);
    return (await here.park.neighbours.answer()).questions;
  }
  const total = async () => {
    const rows = await here.park.store.read.selectFrom('question_tally').selectAll().execute();
    return rows.reduce((sum, { answers }) => sum + answers, 0);
  };

  it('are told by the share of right answers, the lowest first, from twenty wallets on', async () => {
    await neighbours(24, 'q1', 18);
    await neighbours(20, 'q2', 7);
    await neighbours(19, 'q3', 1);
    await neighbours(21, 'q4', 21);
    expect(await counted()).toEqual([
      { id: 'q2', answers: 20, rightShare: 0.35 },
      { id: 'q1', answers: 24, rightShare: 0.75 },
    ]);
    expect((await here.park.neighbours.answer()).day).toBe('2026-11-24');
  });

  it('are at most ten questions', async () => {
    const phones = Array.from({ length: 20 }, () => new TestPhone(here.park));
    for (const phone of phones) {
      const ids = Array.from({ length: 13 }, (_, i) => `q${i}`);
      await phone.sync(ids.map((id) => phone.attempt(id, false)));
    }
    expect(await counted()).toHaveLength(10);
  });

  it('count a wallet’s first answer only, however often and from where it answers again', async () => {
    const phones = await neighbours(20, 'q1', 0);
    const [first] = phones;
    if (!first) throw new Error('nobody');
    const again = first.attempt('q1');
    await first.sync([again, first.attempt('q1')]);
    const other = await secondPhone(here.park, first);
    await other.sync([other.attempt('q1')]);
    expect(await counted()).toEqual([{ id: 'q1', answers: 20, rightShare: 0 }]);
    await Promise.all(phones.map((phone) => phone.sync([phone.attempt('q1')])));
    await first.sync([again]);
    expect(await counted()).toEqual([{ id: 'q1', answers: 20, rightShare: 0 }]);
  });

  it('are counted in slices, each once, also where two processes count at the same time', async () => {
    const phones = Array.from({ length: 24 }, () => new TestPhone(here.park));
    for (const phone of phones) {
      const rows = Array.from({ length: 50 }, (_, i) => phone.attempt(`q${i}`, i % 2 === 0));
      await phone.sync(rows);
      here.park.pass(1);
    }
    here.park.pass(2 * MINUTE_MS);
    const second = await testPark(here.stores.open(here.place), {
      ...{ seed: 'second', nowMs: here.park.clock() },
    });
    const done = await Promise.all([tally(here.park), tally(second), tally(here.park)]);
    await closePark(second);
    expect(done.reduce((sum, n) => sum + n, 0)).toBe(1200);
    expect(await total()).toBe(1200);
    expect(await tally(here.park)).toBe(0);
  });

  it('are not overtaken by what is still being booked', async () => {
    await neighbours(20, 'q1', 5);
    here.park.pass(MINUTE_MS / 2);
    expect(await tally(here.park)).toBe(0);
    here.park.pass(MINUTE_MS);
    expect(await tally(here.park)).toBe(20);
  });

  it('are those of thirty days, and older counts are not kept', async () => {
    await neighbours(20, 'q1', 5);
    await tally(here.park);
    here.park.pass(20 * DAY_MS);
    await neighbours(20, 'q2', 5);
    expect((await counted()).map(({ id }) => id)).toEqual(['q1', 'q2']);
    here.park.pass(11 * DAY_MS);
    await neighbours(1, 'q3', 1);
    expect((await counted()).map(({ id }) => id)).toEqual(['q2']);
    expect(await total()).toBe(21);
  });

  it('stay as they are when wallets are joined or closed: they are nobody’s own', async () => {
    const [first, second, third] = await neighbours(20, 'q1', 5);
    if (!first || !second || !third) throw new Error('nobody');
    const before = await counted();
    await closeWallet(here.park, first.session);
    await joinBy(here.park, second, await makeRecoveryCode(here.park, third.session));
    await second.sync([second.attempt('q1', false)]);
    expect(await counted()).toEqual(before);
  });

  it('count a corrected question from its correction on: before it was another one', async () => {
    await neighbours(20, 'q1', 5);
    await neighbours(20, 'q2', 5);
    await counted();
    here.park.pass(DAY_MS);
    const [on, says] = ['2026-11-25', '原来的答案有误，已经更正。'];
    await here.restart({ notices: [{ questionId: 'q1', on, kind: 'corrected', says }] });
    expect((await counted()).map(({ id }) => id)).toEqual(['q2']);
    await neighbours(20, 'q1', 17);
    expect(await counted()).toEqual([
      { id: 'q2', answers: 20, rightShare: 0.25 },
      { id: 'q1', answers: 20, rightShare: 0.85 },
    ]);
  });

  it('are counted once for all who ask within some minutes', async () => {
    await neighbours(20, 'q1', 5);
    expect(await counted()).toHaveLength(1);
    await neighbours(20, 'q2', 5);
    here.park.pass(2 * MINUTE_MS);
    await tally(here.park);
    expect((await here.park.neighbours.answer()).questions).toHaveLength(1);
    expect(await counted()).toHaveLength(2);
  });
});

import { expect, it } from 'vitest';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { DAY_MS, TestPhone } from '../support/park.ts';
import { dailyFive, secondPhone, stories, yesterday } from './stories.ts';

stories((here) => {
  it('a question pays two points, one after a wrong answer, and nothing again', async () => {
    const phone = new TestPhone(here.park);
    const { verdicts } = await phone.sync([
      phone.attempt('q1'),
      phone.attempt('q1'),
      phone.attempt('q2', false),
      phone.attempt('q2'),
    ]);
    expect(verdicts).toMatchObject([
      { is: 'credited', points: 2 },
      { is: 'known', right: true, awards: [] },
      { is: 'credited', points: 0, right: false },
      { is: 'credited', points: 1 },
    ]);
  });

  it('the day’s cap credits in part, then nothing, and leaves the key for another day', async () => {
    const phone = new TestPhone(here.park);
    const rows = [
      ...Array.from({ length: 14 }, (_, i) => phone.attempt(`q${i}`)),
      phone.attempt('q14', false),
      phone.attempt('q14'),
      phone.attempt('q15'),
      phone.attempt('q16'),
    ];
    const { verdicts, wallet } = await phone.sync(rows);
    expect(verdicts.slice(-3)).toMatchObject([
      { is: 'credited', points: 1, awards: [{ key: 'q:q14' }] },
      { is: 'credited', points: 1, awards: [{ points: 1, limitedBy: 'cap' }] },
      { is: 'capped', by: 'cap' },
    ]);
    expect(wallet.available).toBe(sampleCampaign.dailyCap);
    here.park.pass(DAY_MS);
    const next = await phone.sync([phone.attempt('q15'), phone.attempt('q16')]);
    expect(next.verdicts).toMatchObject([{ is: 'known' }, { is: 'credited', points: 2 }]);
  });

  it('outside the campaign’s dates an attempt is booked and pays nothing', async () => {
    const phone = new TestPhone(here.park);
    here.park.pass(Date.parse('2027-10-31T23:00:00+08:00') - here.park.clock());
    await phone.sync([phone.attempt('q1')]);
    here.park.pass(2 * 3_600_000);
    const { verdicts, wallet } = await phone.sync([phone.attempt('q2')]);
    expect(verdicts).toMatchObject([{ is: 'capped', by: 'dates', day: '2027-11-01' }]);
    expect(wallet.available).toBe(2);
  });

  it('今日五题 pays three once all five are answered on their day, right or wrong', async () => {
    const phone = new TestPhone(here.park);
    const five = dailyFive(phone, here.park).map((a, i) =>
      i % 2 ? a : { ...a, response: { type: 'single' as const, option: 1 } },
    );
    await phone.sync(five.slice(2));
    const { verdicts } = await phone.sync(five.slice(0, 2));
    const daily = { key: `daily:${dayAt(here.park.clock())}`, kind: 'daily', points: 3 };
    expect(verdicts[1]).toMatchObject({ points: 5, awards: [{ kind: 'question' }, daily] });
    const again = dailyFive(phone, here.park);
    expect((await phone.sync(again)).wallet.available).toBe(4 + 3 + 3);
  });

  it('今日五题 of yesterday, answered today, pays its questions only', async () => {
    const phone = new TestPhone(here.park);
    const late = dailyFive(phone, here.park, yesterday(here.park));
    const { verdicts } = await phone.sync(late);
    expect(verdicts.map((v) => 'awards' in v && v.awards.map((a) => a.kind))).toEqual(
      late.map(() => ['question']),
    );
  });

  it('an offline 今日五题 of yesterday pays on its day', async () => {
    const phone = new TestPhone(here.park);
    const five = dailyFive(phone, here.park);
    here.park.pass(DAY_MS);
    expect((await phone.sync(five)).wallet.available).toBe(13);
  });

  it('six days of practice in a week pay ten, beside the cap, once', async () => {
    const phone = new TestPhone(here.park);
    here.park.pass(Date.parse('2026-11-30T19:00:00+08:00') - here.park.clock());
    const got: number[] = [];
    for (let day = 0; day < 7; day++) {
      const before = (await phone.sync()).wallet.available;
      const { wallet } = await phone.sync([phone.attempt('q1', false)]);
      got.push(wallet.available - before);
      here.park.pass(DAY_MS);
    }
    expect(got).toEqual([0, 0, 0, 0, 0, 10, 0]);
  });

  it('what a phone did offline over a week counts on the days it was done', async () => {
    const phone = new TestPhone(here.park);
    here.park.pass(Date.parse('2026-11-30T19:00:00+08:00') - here.park.clock());
    await phone.sync();
    const rows = Array.from({ length: 6 }, (_, day) => {
      const row = phone.attempt(`q${day}`);
      here.park.pass(DAY_MS);
      return row;
    });
    const { verdicts, wallet } = await phone.sync(rows.reverse());
    expect(verdicts.map((v) => 'day' in v && v.day)).toEqual(
      Array.from({ length: 6 }, (_, i) => addDays('2026-12-05', -i)),
    );
    expect(wallet.available).toBe(22);
  });

  it('two phones of a wallet see each other’s attempts, and share keys and cap', async () => {
    const first = new TestPhone(here.park);
    const mine = Array.from({ length: 10 }, (_, i) => first.attempt(`q${i}`));
    await first.sync(mine);
    const second = await secondPhone(here.park, first);
    const seen = await second.sync();
    expect(seen.wallet).toMatchObject({ id: first.claim.walletId, available: 20 });
    expect(seen.changes.attempts.map(({ id }) => id)).toEqual(mine.map(({ id }) => id));
    expect(seen.changes.transfers).toHaveLength(10);

    const yours = Array.from({ length: 10 }, (_, i) => second.attempt(`q${i + 5}`));
    const answer = await second.sync(yours);
    expect(answer.verdicts.map(({ is }) => is)).toEqual([
      ...Array.from({ length: 5 }, () => 'known'),
      ...Array.from({ length: 5 }, () => 'credited'),
    ]);
    expect(answer.changes.attempts).toEqual([]);
    expect(answer.wallet.available).toBe(30);
    const { changes, wallet } = await first.sync();
    expect(changes.attempts).toMatchObject(
      yours.map(({ id, questionId }) => ({ id, questionId, right: true })),
    );
    expect(wallet.available).toBe(30);
  });

  it('of two phones that were offline the same day, the five questions complete each other', async () => {
    const first = new TestPhone(here.park);
    await first.sync();
    const second = await secondPhone(here.park, first);
    const five = dailyFive(first, here.park);
    await first.sync(five.slice(0, 2));
    const { wallet } = await second.sync(five.slice(2));
    expect(wallet.available).toBe(13);
  });
});

import { expect, it } from 'vitest';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import { uuidv7 } from '../../src/lib/domain/ids/uuidv7.ts';
import { DAY_MS, TestPhone } from '../support/park.ts';
import { dailyFive, refused, stories, yesterday } from './stories.ts';

const YEAR_MS = 365 * DAY_MS;
const HOUR_MS = 3_600_000;

stories((here) => {
  it('a right answer is booked once, however often it is sent', async () => {
    const phone = new TestPhone(here.park);
    const attempt = phone.attempt('q1');
    const first = await phone.sync([attempt]);
    expect(first.verdicts).toMatchObject([{ id: attempt.id, is: 'credited', points: 2 }]);
    expect(first.wallet).toMatchObject({ available: 2, held: 0 });
    const again = await phone.sync([attempt, attempt]);
    expect(again.verdicts).toEqual([first.verdicts[0], first.verdicts[0]]);
    expect(again.wallet.available).toBe(2);
  });

  it('an attempt that stands twice in its first batch has one verdict and one effect', async () => {
    const phone = new TestPhone(here.park);
    const attempt = phone.attempt('q1');
    const { verdicts, wallet } = await phone.sync([attempt, attempt]);
    expect(verdicts[1]).toEqual(verdicts[0]);
    expect(wallet.available).toBe(2);
  });

  it('the first verdict stands, whatever has happened since', async () => {
    const phone = new TestPhone(here.park);
    const wrong = phone.attempt('q1', false);
    const first = await phone.sync([wrong]);
    await phone.sync([phone.attempt('q1')]);
    here.park.pass(3 * DAY_MS);
    expect((await phone.sync([wrong])).verdicts).toEqual(first.verdicts);
  });

  it('the same id with other content is refused without effect', async () => {
    const phone = new TestPhone(here.park);
    const attempt = phone.attempt('q1', false);
    await phone.sync([attempt]);
    const forged = { ...attempt, response: { type: 'single', option: 0 } };
    const { verdicts, wallet, changes } = await phone.sync([forged]);
    expect(verdicts).toEqual([{ id: attempt.id, is: 'rejected', why: 'id-used' }]);
    expect(wallet.available).toBe(0);
    expect(changes).toEqual({ transfers: [], vouchers: [], attempts: [] });
  });

  it('what the phone says of right and points counts for nothing', async () => {
    const phone = new TestPhone(here.park);
    const claims = { ...phone.attempt('q1', false), right: true };
    const { verdicts } = await phone.sync([claims, phone.attempt('q2', false)]);
    expect(verdicts).toMatchObject([
      { is: 'rejected', why: 'malformed' },
      { is: 'credited', points: 0, right: false },
    ]);
  });

  it('bad rows stand in nobody’s way', async () => {
    const phone = new TestPhone(here.park);
    const good = phone.attempt('q1');
    const unknownPack = phone.attempt('q2', true, { packHash: 'ffffffffffffffff' });
    const unknownQuestion = phone.attempt('q999');
    const noTime = { ...phone.attempt('q3'), practisedAtMs: -1 };
    const future = phone.attempt('q4', true, { practisedAtMs: 4e15 });
    const rows = [null, 7, 'q1', {}, [], noTime, future, unknownPack, unknownQuestion, good];
    const { verdicts, wallet } = await phone.sync(rows);
    const malformed = { is: 'rejected', why: 'malformed' };
    expect(verdicts).toMatchObject([
      ...Array.from({ length: 5 }, () => ({ id: '', ...malformed })),
      { id: noTime.id, ...malformed },
      { id: future.id, ...malformed },
      { id: unknownPack.id, is: 'later' },
      { id: unknownQuestion.id, is: 'rejected', why: 'unknown-question' },
      { id: good.id, is: 'credited', points: 2 },
    ]);
    expect(wallet.available).toBe(2);
    const again = await phone.sync([unknownPack]);
    expect(again.verdicts).toEqual([{ id: unknownPack.id, is: 'later' }]);
  });

  it('a report with a character that a database cannot keep blocks nothing', async () => {
    const phone = new TestPhone(here.park);
    const { packHash } = phone.attempt('q1');
    const report = {
      ...{ id: phone.id(), questionId: 'q1', packHash, reason: 'wording' },
      ...{ note: '错字', reportedAtMs: here.park.clock() },
    };
    const nul = { ...report, id: phone.id(), note: 'a\0b' };
    const reports = [report, nul, { id: 'x'.repeat(99) }, null];
    const answer = await phone.sync([phone.attempt('q1')], { reports });
    expect(answer.reports).toEqual([report.id, nul.id, 'x'.repeat(64)]);
    expect(answer.wallet.available).toBe(2);
    await phone.sync([], { reports: [report] });
    const kept = await here.park.store.read.selectFrom('report').select(['id', 'note']).execute();
    expect(kept).toEqual([{ id: report.id, note: '错字' }]);
  });

  it.each([-10 * YEAR_MS, -9 * HOUR_MS, 9 * HOUR_MS, 10 * YEAR_MS])(
    'a phone’s clock that is %i ms off does not matter',
    async (off) => {
      const phone = new TestPhone(here.park);
      const said = (beforeMs: number) => {
        const practisedAtMs = here.park.clock() - beforeMs + off;
        const day = dayAt(practisedAtMs);
        const of = { kind: 'topic' as const, topic: 'sample' };
        return { practisedAtMs, round: { id: phone.id(), of, day } };
      };
      const sentAtMs = here.park.clock() + off;
      const rows = [
        phone.attempt('q1', true, said(0)),
        phone.attempt('q2', true, said(2 * DAY_MS)),
      ];
      const { verdicts } = await phone.sync(rows, { sentAtMs });
      const today = dayAt(here.park.clock());
      expect(verdicts).toMatchObject([
        { is: 'credited', day: today },
        { is: 'credited', day: addDays(today, -2) },
      ]);
    },
  );

  it('practised-at is believed between this phone’s last sync and now', async () => {
    const phone = new TestPhone(here.park);
    const at = (practisedAtMs: number) => {
      const round = { ...phone.attempt('q1').round, day: dayAt(practisedAtMs) };
      return { practisedAtMs, round };
    };
    const now = () => here.park.clock();
    const today = dayAt(now());
    const first = await phone.sync([
      phone.attempt('q1', false, at(now() - 30 * DAY_MS)),
      phone.attempt('q2', false, at(now() + 30 * DAY_MS)),
    ]);
    expect(first.verdicts).toMatchObject([{ day: addDays(today, -7) }, { day: today }]);
    here.park.pass(2 * DAY_MS);
    const second = await phone.sync([
      phone.attempt('q3', false, at(now() - 5 * DAY_MS)),
      phone.attempt('q4', false, at(now() - DAY_MS)),
    ]);
    expect(second.verdicts).toMatchObject([{ day: today }, { day: addDays(today, 1) }]);
  });

  it('a full batch leaves the window open for the next one', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync();
    const before = phone.attempt('q1');
    here.park.pass(3 * DAY_MS);
    await phone.sync(Array.from({ length: 200 }, () => phone.attempt('q2', false)));
    const { verdicts } = await phone.sync([before]);
    expect(verdicts).toMatchObject([{ day: before.round.day }]);
  });

  it('a round that began before midnight stays on its day', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync();
    here.park.pass(Date.parse('2026-11-24T23:59:00+08:00') - here.park.clock());
    const five = dailyFive(phone, here.park);
    await phone.sync(five.slice(0, 3));
    here.park.pass(5 * 60_000);
    const late = five.slice(3).map((a) => ({ ...a, practisedAtMs: here.park.clock() }));
    const { verdicts, wallet } = await phone.sync(late);
    expect(verdicts).toMatchObject([{ day: '2026-11-24' }, { day: '2026-11-24' }]);
    expect(wallet.available).toBe(13);
  });

  it('a page from before this protocol is told to reload', async () => {
    const phone = new TestPhone(here.park);
    await refused(phone.sync([phone.attempt('q1')], { version: 0 }), 'client-too-old');
    const wallets = await here.park.store.read.selectFrom('wallet').selectAll().execute();
    expect(wallets).toEqual([]);
  });

  it('a history of more than 500 entries comes in pages, nothing twice and nothing missing', async () => {
    const phone = new TestPhone(here.park);
    const sent: string[] = [];
    for (let batch = 0; batch < 6; batch++) {
      const rows = Array.from({ length: 150 }, (_, i) => phone.attempt(`q${i % 60}`));
      sent.push(...rows.map(({ id }) => id));
      await phone.sync(rows);
      here.park.pass(DAY_MS);
    }
    const { wallet } = await phone.sync();
    const [attempts, transfers] = [[] as string[], [] as string[]];
    phone.cursor = 0;
    for (let more = true, pages = 1; more; pages++) {
      const answer = await phone.sync();
      attempts.push(...answer.changes.attempts.map(({ id }) => id));
      transfers.push(...answer.changes.transfers.map(({ id }) => id));
      ({ more } = answer);
      expect(answer.wallet).toEqual(wallet);
      expect(pages).toBeLessThan(5);
    }
    expect(attempts).toEqual(sent);
    expect(new Set(transfers).size).toBe(transfers.length);
    const booked = await here.park.store.read.selectFrom('transfer').select('id').execute();
    expect(transfers.length).toBe(booked.length);
  });

  it('a cursor from before a restore, ahead of the history, is set back', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync([phone.attempt('q1')]);
    const { cursor } = await phone.sync();
    phone.cursor = cursor + 1000;
    expect(await phone.sync()).toMatchObject({ cursor, more: false });
  });

  it('今日五题 of another day is a round like any other', async () => {
    const phone = new TestPhone(here.park);
    const { wallet } = await phone.sync(dailyFive(phone, here.park, yesterday(here.park)));
    expect(wallet.available).toBe(10);
  });

  it('a batch with ids of the future and of 1970 is booked like any other', async () => {
    const phone = new TestPhone(here.park);
    const random = here.park.random(10);
    const rows = [0, 2 ** 47].map((ms, i) =>
      phone.attempt(`q${i}`, true, { id: uuidv7(ms, random) }),
    );
    expect((await phone.sync(rows)).wallet.available).toBe(4);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import type { AttemptVerdict, SyncAnswer } from '../../src/lib/domain/sync/messages.ts';
import { Boards } from '../../src/lib/server/trail/boards.ts';
import { ensureRun, printRuns, retireRun } from '../../src/lib/server/trail/print-runs.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import { DAY_MS, STATIONS, TestPhone } from '../support/park.ts';
import { joinBy, secondPhone, stationRound, stories } from './stories.ts';

const BONUS = sampleCampaign.awards.station;

stories((here) => {
  /** What the board of a station says; its print run is made where it is new. */
  async function board(station: string, run = 'A2'): Promise<string> {
    return here.park.store.write(async (tx) => {
      await ensureRun(tx, run, here.park.clock());
      return (await Boards.read(tx)).codeAt(station, run);
    });
  }
  const retire = (run: string, from: string) =>
    here.park.store.write((tx) => retireRun(tx, run, from));
  const today = (days = 0) => addDays(dayAt(here.park.clock()), days);
  const round = (phone: TestPhone, station: string, code?: string) =>
    stationRound(phone, here.park, station, code);
  const stationAwards = ({ changes }: SyncAnswer) =>
    changes.transfers.flatMap(({ award, points }) =>
      award?.key.startsWith('station:') ? [[award.key, points]] : [],
    );
  const findings = (verdicts: readonly AttemptVerdict[]) =>
    verdicts.map((verdict) => ('board' in verdict ? verdict.board : undefined));

  it('a station pays five when all its questions are answered with its board’s code, right or wrong', async () => {
    const phone = new TestPhone(here.park);
    const answer = await phone.sync(round(phone, 'gate', await board('gate')));
    expect(findings(answer.verdicts)).toEqual(['good', 'good', 'good']);
    expect(answer.verdicts.at(-1)).toMatchObject({
      awards: [{ kind: 'question' }, { key: 'station:gate:A2', kind: 'station', points: BONUS }],
    });
    expect(answer.wallet.available).toBe(4 + BONUS);
  });

  it('does not count against the day’s cap', async () => {
    const phone = new TestPhone(here.park);
    const full = Array.from({ length: 20 }, (_, i) => phone.attempt(`q${i + 30}`));
    await phone.sync(full);
    const { verdicts, wallet } = await phone.sync(round(phone, 'gate', await board('gate')));
    expect(verdicts.at(-1)).toMatchObject({ is: 'credited', points: BONUS });
    expect(wallet.available).toBe(sampleCampaign.dailyCap + BONUS);
  });

  it('over several rounds and days the answers complete each other', async () => {
    const phone = new TestPhone(here.park);
    const code = await board('bridge');
    await phone.sync(round(phone, 'bridge', code).slice(3));
    here.park.pass(2 * DAY_MS);
    const answer = await phone.sync(round(phone, 'bridge', code).slice(0, 3));
    expect(stationAwards(answer)).toEqual([['station:bridge:A2', BONUS]]);
  });

  it('a code typed small and without dashes is the same code', async () => {
    const phone = new TestPhone(here.park);
    const code = await board('gate');
    await phone.sync(round(phone, 'gate', code).slice(1));
    const typed = round(phone, 'gate', code.replaceAll('-', '').toLowerCase()).slice(0, 1);
    expect(stationAwards(await phone.sync(typed))).toEqual([['station:gate:A2', BONUS]]);
  });

  it('a question of the station that was answered elsewhere, or without the code, does not count', async () => {
    const phone = new TestPhone(here.park);
    const code = await board('gate');
    const [first, ...rest] = STATIONS.gate ?? [];
    const bare = round(phone, 'gate').slice(0, 1);
    await phone.sync([phone.attempt(first ?? ''), ...bare]);
    const coded = round(phone, 'gate', code);
    const answer = await phone.sync(coded.slice(1));
    expect(answer.verdicts).toHaveLength(rest.length);
    expect(stationAwards(answer)).toEqual([]);
    expect(stationAwards(await phone.sync(coded.slice(0, 1)))).toHaveLength(1);
  });

  it('books the questions of a round with a wrong code or none, without the award, and says why', async () => {
    const phone = new TestPhone(here.park);
    const code = await board('gate');
    const wrong = {
      'another station’s': await board('bridge'),
      'one symbol off': code.replace(/.$/, (last) => (last === '7' ? '8' : '7')),
      'of a run that was never printed': code.replace('A2', 'Z9'),
      'cut off': code.slice(0, 9),
      'not a code': '#%',
    };
    for (const [name, text] of Object.entries(wrong)) {
      const answer = await phone.sync(round(phone, 'gate', text));
      expect(findings(answer.verdicts), name).toEqual(['wrong', 'wrong', 'wrong']);
      expect(stationAwards(answer), name).toEqual([]);
    }
    const without = await phone.sync(round(phone, 'gate'));
    expect(findings(without.verdicts)).toEqual([undefined, undefined, undefined]);
    expect(without.wallet.available).toBe(2 + 2);
  });

  it('a board of a park with another secret is wrong here', async () => {
    const phone = new TestPhone(here.park);
    const code = await board('gate');
    await here.park.store.write((tx) =>
      tx.updateTable('meta').set({ value: 'another' }).where('key', '=', 'board-secret').execute(),
    );
    const { verdicts } = await phone.sync(round(phone, 'gate', code));
    expect(findings(verdicts)).toEqual(['wrong', 'wrong', 'wrong']);
  });

  it('a station that the attempt’s pack does not know pays nothing, whatever its code', async () => {
    const phone = new TestPhone(here.park);
    const of = { kind: 'station' as const, station: 'nowhere', code: await board('nowhere') };
    const attempt = phone.attempt('q1', true, { round: { id: phone.id(), of, day: today() } });
    const { verdicts, wallet } = await phone.sync([attempt]);
    expect(verdicts).toMatchObject([{ is: 'credited', points: 2, board: 'good' }]);
    expect(wallet.available).toBe(2);
  });

  describe('a retired print run', () => {
    it('is good for what was practised before its date, also when that is sent later', async () => {
      const phone = new TestPhone(here.park);
      const code = await board('gate');
      await phone.sync();
      const offline = round(phone, 'gate', code);
      here.park.pass(3 * DAY_MS);
      expect(await retire('A2', today())).toBe(true);
      const answer = await phone.sync(offline);
      expect(stationAwards(answer)).toEqual([['station:gate:A2', BONUS]]);
    });

    it('is no longer good from that day on, and the answer says so', async () => {
      const phone = new TestPhone(here.park);
      const code = await board('gate');
      await retire('A2', today(1));
      const before = await phone.sync(round(phone, 'bridge', await board('bridge')));
      expect(stationAwards(before)).toHaveLength(1);
      here.park.pass(DAY_MS);
      const after = await phone.sync(round(phone, 'gate', code));
      expect(findings(after.verdicts)).toEqual(['retired', 'retired', 'retired']);
      expect(stationAwards(after)).toEqual([]);
      expect(after.verdicts[0]).toMatchObject({ is: 'credited', points: 2 });
    });

    it('cannot be made good by a phone that says it was earlier', async () => {
      const phone = new TestPhone(here.park);
      const code = await board('gate');
      await retire('A2', today());
      await phone.sync();
      here.park.pass(DAY_MS);
      const long = here.park.clock() - 5 * DAY_MS;
      const claimed = round(phone, 'gate', code).map((attempt) => ({
        ...attempt,
        practisedAtMs: long,
        round: { ...attempt.round, day: dayAt(long) },
      }));
      expect(findings((await phone.sync(claimed)).verdicts)).toEqual([
        'retired',
        'retired',
        'retired',
      ]);
    });

    it('leaves what was paid, and the boards of the next run pay anew', async () => {
      const phone = new TestPhone(here.park);
      await phone.sync(round(phone, 'gate', await board('gate')));
      await retire('A2', today());
      const { changes, wallet } = await phone.sync(round(phone, 'gate', await board('gate', 'B3')));
      expect(wallet.available).toBe(4 + 2 * BONUS);
      expect(changes.transfers.at(-1)?.award?.key).toBe('station:gate:B3');
    });

    it('can be given another date; one that was never printed cannot', async () => {
      await board('gate');
      await retire('A2', today());
      await retire('A2', today(9));
      expect(await retire('Z9', today())).toBe(false);
      expect(await printRuns(here.park.store.read)).toMatchObject([
        { id: 'A2', retired_from: today(9) },
      ]);
    });
  });

  it('a print run that is made again prints the same codes, after a restart too', async () => {
    const codes = await Promise.all(Object.keys(STATIONS).map((id) => board(id)));
    expect(new Set(codes).size).toBe(codes.length);
    await here.restart();
    expect(await Promise.all(Object.keys(STATIONS).map((id) => board(id)))).toEqual(codes);
    expect(await printRuns(here.park.store.read)).toHaveLength(1);
  });

  describe('a wallet is paid once for a station and print run', () => {
    it('whatever is played or sent again', async () => {
      const phone = new TestPhone(here.park);
      const code = await board('gate');
      const first = round(phone, 'gate', code);
      await phone.sync(first);
      const again = await phone.sync([...first, ...round(phone, 'gate', code)]);
      expect(stationAwards(again)).toEqual([]);
      expect(again.verdicts.slice(0, 3)).toMatchObject([
        { is: 'credited', points: 2 },
        { is: 'credited', points: 0 },
        { is: 'credited', points: 2 + BONUS },
      ]);
    });

    it('on two phones, which also complete each other', async () => {
      const first = new TestPhone(here.park);
      await first.sync();
      const second = await secondPhone(here.park, first);
      const code = await board('bridge');
      const mine = round(first, 'bridge', code);
      const yours = round(second, 'bridge', code);
      await first.sync(mine.slice(0, 2));
      const { wallet } = await second.sync(yours.slice(2));
      expect(wallet.available).toBe(6 + BONUS);
      await first.sync(mine.slice(2));
      const last = await second.sync(yours.slice(0, 2));
      const all = await here.park.store.read
        .selectFrom('transfer')
        .select('award_key')
        .where('award_key', 'like', 'station:%')
        .execute();
      expect(all).toHaveLength(1);
      expect(last.wallet.available).toBe(6 + BONUS);
    });

    it('also of two wallets that are joined: what was found of a board stands', async () => {
      const [target, joining] = [new TestPhone(here.park), new TestPhone(here.park)];
      const code = await board('gate');
      await target.sync(round(target, 'gate', code));
      await joining.sync([
        ...round(joining, 'gate', code),
        ...round(joining, 'bridge', await board('bridge')),
      ]);
      await retire('A2', today(-3));
      await joinBy(here.park, joining, await makeRecoveryCode(here.park, target.session));
      const { changes, wallet } = await joining.sync();
      const paid = changes.transfers.map(({ award }) => award?.key);
      expect(paid.filter((key) => key?.startsWith('station:')).sort()).toEqual([
        'station:bridge:A2',
        'station:gate:A2',
      ]);
      expect(wallet.available).toBe(4 + BONUS + 6 + BONUS);
    });

    it('in whatever order its attempts arrive, in whatever batches', async () => {
      const codes = { gate: await board('gate'), bridge: await board('bridge') };
      const order = fc.array(fc.record({ take: fc.nat(), cut: fc.boolean() }), {
        minLength: 11,
        maxLength: 11,
      });
      await fc.assert(
        fc.asyncProperty(order, async (drawn) => {
          const phone = new TestPhone(here.park);
          const left = [
            ...round(phone, 'gate', codes.gate),
            ...round(phone, 'bridge', codes.bridge),
            ...round(phone, 'gate', codes.bridge),
          ];
          let batch: unknown[] = [];
          let paid = 0;
          for (const { take, cut } of drawn) {
            batch.push(...left.splice(take % left.length, 1));
            if (!cut && left.length > 0) continue;
            paid += stationAwards(await phone.sync(batch)).length;
            batch = [];
          }
          expect(paid).toBe(2);
        }),
        { numRuns: 12 },
      );
    });
  });

  it('of a budget that has run out the station’s award is told as such', async () => {
    await here.restart({ budget: 6 });
    const phone = new TestPhone(here.park);
    const { verdicts, wallet } = await phone.sync(round(phone, 'gate', await board('gate')));
    expect(verdicts.at(-1)).toMatchObject({
      points: 4,
      board: 'good',
      awards: [{ points: 2 }, { kind: 'station', points: 2, limitedBy: 'budget' }],
    });
    expect(wallet.available).toBe(6);
  });
});

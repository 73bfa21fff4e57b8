import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { csvOf, sheetOf } from '../../src/lib/domain/shop/sheet.ts';
import { decideLoss } from '../../src/lib/server/shop/loss.ts';
import { CannotSettle, correct, settle, takings } from '../../src/lib/server/shop/settle.ts';
import { sweep } from '../../src/lib/server/voucher/release.ts';
import { handOverGoods, undoHandOver } from '../../src/lib/server/voucher/till.ts';
import { closeWallet } from '../../src/lib/server/wallet/close.ts';
import { DAY_MS, enrolledTill } from '../support/park.ts';
import { TestTerminal } from '../support/terminal.ts';
import { holdTissues, phoneWith, refused, stories } from './stories.ts';

// Money: what a shop is owed, to the fen. The evening of the stories is the 24th of November.

const DECEMBER = Date.parse('2026-12-01T00:00:00+08:00');

stories((here) => {
  const reach = (atMs: number) => here.park.pass(atMs - here.park.clock());
  const newVoucher = async () => {
    const phone = await phoneWith(here.park, 20);
    return { phone, ...(await holdTissues(here.park, phone)) };
  };
  const balance = async (account: string) => {
    const { rows } = await sql<{ points: number | null }>`
      select sum(case when to_account = ${account} then points else -points end) as points
      from transfer where ${account} in (to_account, from_account)`.execute(here.park.store.read);
    return Number(rows[0]?.points ?? 0);
  };
  /** Hands over for a voucher whose points have gone back: the campaign bears it. */
  async function handOverTooLate(terminal: TestTerminal): Promise<string> {
    const { phone, token } = await newVoucher();
    await terminal.contact();
    await terminal.scan(token);
    const nonce = terminal.queue[0]?.nonce ?? '';
    await closeWallet(here.park, phone.session);
    await terminal.contact();
    return nonce;
  }

  it('a month is frozen, paid and does not change; what arrives later is in the next one', async () => {
    const terminal = await TestTerminal.enrol(here.park);
    await terminal.contact();
    const [first, second] = [await newVoucher(), await newVoucher()];
    await terminal.scan(first.token);
    await terminal.contact();
    await terminal.scan(second.token);
    await expect(settle(here.park, 'east', '2026-11')).rejects.toBeInstanceOf(CannotSettle);
    reach(DECEMBER);
    const made = await settle(here.park, 'east', '2026-11');
    expect(made).toMatchObject({
      again: false,
      statement: { pieces: 1, points: 20, settleFen: 150, frozenAtMs: DECEMBER },
    });
    expect(await balance('shop:east')).toBe(0);
    expect(await balance('paid')).toBe(20);
    await terminal.contact();
    here.park.pass(DAY_MS);
    expect(await settle(here.park, 'east', '2026-11')).toEqual({ ...made, again: true });
    const view = await takings(here.park, terminal.signed(), '2026-12');
    expect(view).toMatchObject({
      statement: { pieces: 1, settleFen: 150, perDay: [{ day: '2026-11-24' }] },
      months: [
        { month: '2026-12', frozen: false },
        { month: '2026-11', frozen: true },
      ],
    });
    // It came late, and the statement says so.
    expect(view.statement.differences).toMatchObject([{ verdict: { is: 'booked' } }]);
    reach(Date.parse('2027-01-01T00:00:00+08:00'));
    const next = await settle(here.park, 'east', '2026-12');
    expect(next.statement).toMatchObject({ pieces: 1, settleFen: 150 });
    expect(await balance('paid')).toBe(40);
    await expect(settle(here.park, 'east', '2026-10')).rejects.toMatchObject({
      why: 'later-settled',
    });
  });

  it('what is settled cannot be undone; a correction is a new entry', async () => {
    const till = await enrolledTill(here.park);
    reach(DECEMBER - 60_000);
    const { token } = await newVoucher();
    await handOverGoods(here.park, till, { reading: { token }, nonce: till.terminalId });
    reach(DECEMBER);
    await settle(here.park, 'east', '2026-11');
    await refused(undoHandOver(here.park, till, till.terminalId), 'already-settled');
    await correct(here.park, 'east', { fen: -150, why: '商品其实退回来了' });
    const { statement } = await takings(here.park, till, '2026-12');
    expect(statement).toMatchObject({ pieces: 0, settleFen: -150, corrections: [{ fen: -150 }] });
    const csv = csvOf(sheetOf({ name: '湖东店' }, statement));
    expect(csv).toContain('2026-12-01,商品其实退回来了,-1.50');
  });

  it('two that settle at once make one statement', async () => {
    const till = await enrolledTill(here.park);
    const { token } = await newVoucher();
    await handOverGoods(here.park, till, { reading: { token }, nonce: till.terminalId });
    reach(DECEMBER);
    const made = await Promise.all(
      Array.from({ length: 8 }, () => settle(here.park, 'east', '2026-11')),
    );
    expect(made.filter(({ again }) => !again)).toHaveLength(1);
    expect(new Set(made.map(({ statement }) => JSON.stringify(statement))).size).toBe(1);
    expect(await balance('paid')).toBe(20);
  });

  it('a hand-over and its undo, while the month is being settled, end in one place', async () => {
    const till = await enrolledTill(here.park);
    reach(DECEMBER - 60_000);
    const { token } = await newVoucher();
    const nonce = till.terminalId;
    await handOverGoods(here.park, till, { reading: { token }, nonce });
    here.park.pass(5 * 60_000);
    await Promise.allSettled([
      settle(here.park, 'east', '2026-11'),
      undoHandOver(here.park, till, nonce),
      settle(here.park, 'east', '2026-11'),
    ]);
    expect(await balance('shop:east')).toBe(0);
  });

  it('losses are borne up to the month’s limit; above it the operator is asked, once for each', async () => {
    const terminal = await TestTerminal.enrol(here.park);
    await terminal.contact();
    // The sample shop's limit is 60 points: three of these.
    const nonces: string[] = [];
    for (let n = 0; n < 5; n++) nonces.push(await handOverTooLate(terminal));
    const said = nonces.map((nonce) => terminal.verdicts.get(nonce)?.is);
    expect(said).toEqual(['loss', 'loss', 'loss', 'loss-waiting', 'loss-waiting']);
    expect(await balance('shop:east')).toBe(60);
    const before = (await takings(here.park, terminal.signed(), '2026-11')).statement;
    expect(before).toMatchObject({
      ...{ pieces: 3, settleFen: 450, waiting: { pieces: 2, settleFen: 300 } },
    });
    reach(Math.max(DECEMBER, here.park.clock()));
    await settle(here.park, 'east', '2026-11');
    expect(await decideLoss(here.park, 'east', nonces[3] ?? '', true)).toBe(true);
    expect(await decideLoss(here.park, 'east', nonces[4] ?? '', false)).toBe(true);
    for (const nonce of nonces)
      expect(await decideLoss(here.park, 'east', nonce, true)).toBe(false);
    // Approved later: in the next statement. The same row again: still the same verdict, nothing is booked.
    terminal.queue = terminal.journal;
    await terminal.contact();
    const { statement } = await takings(here.park, terminal.signed(), '2026-12');
    expect(statement).toMatchObject({ pieces: 1, settleFen: 150, waiting: { pieces: 0 } });
    expect(await balance('shop:east')).toBe(20);
    expect(await balance('loss')).toBe(-80);
  });

  it('a new month has its own limit', async () => {
    const terminal = await TestTerminal.enrol(here.park);
    await terminal.contact();
    for (let n = 0; n < 3; n++) await handOverTooLate(terminal);
    reach(Math.max(DECEMBER, here.park.clock()));
    await sweep(here.park);
    const nonce = await handOverTooLate(terminal);
    expect(terminal.verdicts.get(nonce)).toMatchObject({ is: 'loss' });
  });

  it('a trail that somebody has touched is found out', async () => {
    const till = await enrolledTill(here.park);
    const { token } = await newVoucher();
    await handOverGoods(here.park, till, { reading: { token }, nonce: till.terminalId });
    const broken = async (statement: ReturnType<typeof sql>) => {
      const { store } = here.park;
      await store.write((tx) => statement.execute(tx));
      const invariants = (await here.audit()).map(({ invariant }) => invariant);
      await store.write((tx) => sql`delete from trail`.execute(tx));
      for (const row of rows)
        await store.write((tx) => tx.insertInto('trail').values(row).execute());
      return invariants;
    };
    const rows = await here.park.store.read.selectFrom('trail').selectAll().execute();
    expect(rows.map(({ kind }) => kind)).toEqual(['enrolled', 'handed-over']);
    const whole = ['a shop’s trail is whole'];
    expect(await broken(sql`update trail set what = '{}' where number = 1`)).toEqual(whole);
    expect(await broken(sql`update trail set at = at + 1 where number = 2`)).toEqual(whole);
    expect(await broken(sql`delete from trail where number = 2`)).toEqual(whole);
    expect(await broken(sql`delete from trail where number = 1`)).toEqual(whole);
    expect(await here.audit()).toEqual([]);
  });
});

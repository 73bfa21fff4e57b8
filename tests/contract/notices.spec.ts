import { expect, it } from 'vitest';
import type { Notice } from '../../src/lib/domain/bank/notice.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import { TestPhone } from '../support/park.ts';
import { dailyFive, joinBy, stories } from './stories.ts';

// The operator withdraws and corrects questions; phones still play from the pack that they have.

const on = '2026-11-24';
const says = '法律改了，这道题的答案不再成立。';
/** Two of that day's five, q55 to q59; only the first has a substitute. */
const withdrawn: Notice[] = [
  { questionId: 'q56', on, kind: 'withdrawn', says, instead: 'q3' },
  { questionId: 'q58', on, kind: 'withdrawn' },
];
const corrected: Notice[] = [{ questionId: 'q57', on, kind: 'corrected', says }];

stories((here) => {
  /** The park opens again with the next build of the bank. */
  async function withNotices(phone: TestPhone, notices: Notice[]): Promise<void> {
    phone.turnTo(await here.restart({ notices }));
  }
  const daily = (phone: TestPhone, ...ids: string[]) => {
    const { round } = dailyFive(phone, here.park)[0] ?? {};
    return ids.map((id) => phone.attempt(id, true, { ...(round && { round }) }));
  };
  const available = async (phone: TestPhone, attempts: unknown[]) =>
    (await phone.sync(attempts)).wallet.available;

  it('a phone is told once, and again when something has changed', async () => {
    const phone = new TestPhone(here.park);
    const first = (await phone.sync()).bank;
    expect(first.notices).toEqual([]);
    const { noticesHash } = first;
    expect((await phone.sync([], { noticesHash })).bank).not.toHaveProperty('notices');
    await withNotices(phone, withdrawn);
    const second = (await phone.sync([], { noticesHash })).bank;
    expect(second.notices).toEqual(withdrawn);
    const known = { noticesHash: second.noticesHash };
    expect((await phone.sync([], known)).bank).toEqual({ ...known, packHash: first.packHash });
    await withNotices(phone, [...withdrawn, ...corrected]);
    expect((await phone.sync([], known)).bank.notices).toHaveLength(3);
  });

  it('a phone that must begin again after a restore is told, too', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync();
    await withNotices(phone, withdrawn);
    const { more, bank } = await phone.sync([], { epoch: 'another' });
    expect(more).toBe(true);
    expect(bank.notices).toEqual(withdrawn);
  });

  it('an attempt at a withdrawn question is scored as ever, and its points stay', async () => {
    const phone = new TestPhone(here.park);
    expect(await available(phone, [phone.attempt('q1'), phone.attempt('q56')])).toBe(4);
    await withNotices(phone, [...withdrawn, ...corrected]);
    const late = [phone.attempt('q58'), phone.attempt('q57', false), phone.attempt('q57')];
    const { verdicts, wallet } = await phone.sync(late);
    expect(verdicts).toMatchObject([
      { is: 'credited', points: 2, right: true },
      { is: 'credited', points: 0, right: false },
      { is: 'credited', points: 1, right: true },
    ]);
    expect(wallet.available).toBe(7);
  });

  it('今日五题 is complete with the substitute, and without what has none', async () => {
    const phone = new TestPhone(here.park);
    await withNotices(phone, withdrawn);
    expect(await available(phone, daily(phone, 'q55', 'q57', 'q59'))).toBe(6);
    expect(await available(phone, daily(phone, 'q3')), '2 for the question, 3 for the day').toBe(
      11,
    );
  });

  it('今日五题 is complete for who was in the middle of it, with what was asked of them', async () => {
    const phone = new TestPhone(here.park);
    await phone.sync(daily(phone, 'q55', 'q56'));
    await withNotices(phone, withdrawn);
    expect(await available(phone, daily(phone, 'q57'))).toBe(6);
    expect(await available(phone, daily(phone, 'q59'))).toBe(11);
    expect(await available(phone, daily(phone, 'q58')), 'once').toBe(13);
  });

  it('今日五题 does not wait for one that is asked only by a newer pack', async () => {
    const phone = new TestPhone(here.park);
    await withNotices(phone, corrected);
    expect(await available(phone, daily(phone, 'q55', 'q56', 'q58', 'q59'))).toBe(11);
  });

  it('what stood for a question stands for it in a joined wallet too', async () => {
    const target = new TestPhone(here.park);
    await target.sync(daily(target, 'q55', 'q57'));
    await withNotices(target, withdrawn);
    const joining = new TestPhone(here.park);
    await joining.sync(daily(joining, 'q59', 'q3'));
    await joinBy(here.park, joining, await makeRecoveryCode(here.park, target.session));
    expect(await available(joining, [])).toBe(11);
  });
});

import { describe, expect, it } from 'vitest';
import { addDays } from '../domain/points/day.ts';
import { answeredOf, bookOf } from '../domain/review/book.ts';
import { join } from './asks.ts';
import { newSecret } from './claim.ts';
import { newId } from './ids.ts';
import { attempt, monday, start, TestPhone } from './model-phone.ts';

const everything = { has: () => true };
const bookOn = async (phone: TestPhone, today: string) =>
  bookOf((await phone.journal.attempts()).map(answeredOf), everything, today);

describe('two phones of one wallet', () => {
  it('have the same 错题本, also when the clock of one of them is off', async () => {
    const { server, phone } = await start();
    const other = await TestPhone.of(server);
    await phone.practise(attempt('q0', false), attempt('q1', false));
    await phone.sync();
    server.codes.set('CODE', (await phone.mirror()).wallet?.walletId ?? '');
    const ask = { code: 'CODE', deviceId: newId(), secret: newSecret(), askedAtMs: 0 };
    await join(other.db, other.send, ask, '电脑');
    await other.sync();
    const tuesday = addDays(monday, 1);
    await other.practise(
      attempt('q0', true, tuesday),
      attempt('q2', false, tuesday),
      attempt('q3', false, '2036-11-24'),
    );
    await phone.practise(attempt('q0', false, addDays(monday, 3)));
    for (const each of [other, phone, other]) await each.sync();

    const today = addDays(monday, 4);
    const book = await bookOn(phone, today);
    expect(book).toEqual(await bookOn(other, today));
    expect(book.entries.map(({ questionId }) => questionId).sort()).toEqual([
      'q0',
      'q1',
      'q2',
      'q3',
    ]);
    expect(book.entries.find(({ questionId }) => questionId === 'q0')?.timesWrong).toBe(2);
  });
});

describe('a phone whose wallet is over', () => {
  it('keeps its 错题本', async () => {
    const { phone } = await start();
    await phone.practise(attempt('q0', false));
    await phone.sync();
    const before = await bookOn(phone, monday);
    phone.server.only.closed = true;
    await expect(phone.sync()).rejects.toMatchObject({ code: 'wallet-closed' });
    expect((await phone.mirror()).wallet).toBeUndefined();
    expect(await bookOn(phone, monday)).toEqual(before);
  });
});

import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import { Refused } from '../domain/refusal.ts';
import type { Post } from './api.ts';
import { askForVoucher, openAsk, openAsks } from './asks.ts';
import { newId } from './ids.ts';
import { attempt, start } from './model-phone.ts';

describe('a voucher', () => {
  it('whose answer was lost is asked for again with the same id', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    await phone.sync();
    const wanted = { shopId: 's', goodsId: 'g', points: 2 };
    const ask = await openAsk(phone.db, wanted, { id: newId(), nowMs: 0 });
    const deaf: Post = async (path, body) => {
      await phone.send(path, body);
      throw new Failure('offline');
    };
    await expect(askForVoucher(phone.db, deaf, ask)).rejects.toMatchObject({ code: 'offline' });
    const again = await openAsk(phone.db, wanted, { id: newId(), nowMs: 9 });
    expect(again).toEqual(ask);
    await askForVoucher(phone.db, phone.send, again);
    expect(await openAsks(phone.db)).toEqual([]);
    expect(server.only.vouchers.size).toBe(1);
    expect((await phone.mirror()).wallet).toMatchObject({ available: 0, held: 2 });
    await phone.sync();
    expect((await phone.mirror()).wallet).toMatchObject({ available: 0, held: 2 });
  });

  it('that a sync brings ends the ask', async () => {
    const { phone } = await start();
    await phone.practise(attempt('q0', true));
    await phone.sync();
    const ask = await openAsk(
      phone.db,
      { shopId: 's', goodsId: 'g', points: 2 },
      { id: newId(), nowMs: 0 },
    );
    await phone.send('/api/vouchers', { id: ask.id, shopId: 's', goodsId: 'g', points: 2 });
    await phone.sync();
    expect(await openAsks(phone.db)).toEqual([]);
    expect((await phone.mirror()).vouchers).toMatchObject([{ id: ask.id }]);
  });

  it('that is refused for good ends the ask, one refused for now does not', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    await phone.sync();
    const wanted = { shopId: 's', goodsId: 'g', points: 99 };
    const ask = await openAsk(phone.db, wanted, { id: newId(), nowMs: 0 });
    server.refuse = new Refused('server-busy');
    await expect(askForVoucher(phone.db, phone.send, ask)).rejects.toThrow();
    expect(await openAsks(phone.db)).toEqual([ask]);
    server.refuse = undefined;
    await expect(askForVoucher(phone.db, phone.send, ask)).rejects.toMatchObject({
      code: 'not-enough-points',
    });
    expect(await openAsks(phone.db)).toEqual([]);
  });
});

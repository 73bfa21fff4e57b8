import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../src/lib/server/ledger/audit.ts';
import { holdVoucher } from '../../src/lib/server/voucher/hold.ts';
import { cancelVoucher } from '../../src/lib/server/voucher/release.ts';
import { handOverGoods, look, today, undoHandOver } from '../../src/lib/server/voucher/till.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { storesOf, type Stores } from '../support/engines.ts';
import { DAY_MS, enrolledTill, testPark, TestPhone, type TestPark } from '../support/park.ts';

describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  let stores: Stores;
  let park: TestPark;
  beforeAll(async () => {
    stores = await storesOf(engine);
  });
  afterAll(() => stores.end());
  beforeEach(async () => {
    park = await testPark(await stores.empty());
  });
  afterEach(async () => {
    expect(await audit(park.store.read, sampleCampaign)).toEqual([]);
    await closePark(park);
  });

  it('a right answer is booked once, however often it is sent', async () => {
    const phone = new TestPhone(park);
    const attempt = phone.attempt('q1');
    const first = await phone.sync([attempt]);
    expect(first.verdicts).toMatchObject([{ id: attempt.id, is: 'credited', points: 2 }]);
    expect(first.wallet).toMatchObject({ available: 2, held: 0 });
    const again = await phone.sync([attempt, attempt]);
    expect(again.verdicts).toEqual([first.verdicts[0], first.verdicts[0]]);
    expect(again.wallet.available).toBe(2);
  });

  it('a voucher is held, handed over once, taken back and handed over again', async () => {
    const phone = new TestPhone(park);
    await phone.earn(20);
    const ask = { id: phone.id(), shopId: 'east', goodsId: 'tissues', points: 20 };
    const voucher = await holdVoucher(park, phone.session, ask);
    expect(await holdVoucher(park, phone.session, ask)).toEqual(voucher);
    const till = await enrolledTill(park);
    const reading = { token: voucher.token };
    expect(await look(park, till, reading)).not.toHaveProperty('refusal');
    const asked = { reading, nonce: phone.id() };
    const receipt = await handOverGoods(park, till, asked);
    expect(await handOverGoods(park, till, asked)).toEqual(receipt);
    await expect(handOverGoods(park, till, { reading, nonce: phone.id() })).rejects.toMatchObject({
      code: 'voucher-handed-over',
    });
    await undoHandOver(park, till, asked.nonce);
    const code = { reading: { code: voucher.code }, nonce: phone.id() };
    await handOverGoods(park, till, code);
    expect(await today(park, till)).toMatchObject({ handedOver: 1, settleFen: 150 });
    const { wallet, changes } = await phone.sync();
    expect(wallet.held).toBe(0);
    expect(changes.vouchers).toMatchObject([{ state: { is: 'handed-over' } }]);
  });

  it('a cancelled voucher gives points and stock back', async () => {
    const phone = new TestPhone(park);
    await phone.earn(20);
    const id = phone.id();
    await holdVoucher(park, phone.session, { id, shopId: 'west', goodsId: 'tissues', points: 20 });
    const other = { id: phone.id(), shopId: 'west', goodsId: 'tissues', points: 20 };
    const second = new TestPhone(park);
    await second.earn(20);
    await expect(holdVoucher(park, second.session, other)).rejects.toMatchObject({
      code: 'sold-out',
    });
    expect(await cancelVoucher(park, phone.session, id)).toMatchObject({
      state: { is: 'released', why: 'cancelled' },
    });
    await holdVoucher(park, second.session, other);
    park.pass(8 * DAY_MS);
    expect((await second.sync()).wallet).toMatchObject({ held: 0 });
  });
});

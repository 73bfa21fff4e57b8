import { expect, it } from 'vitest';
import { decodeBase45, encodeBase45 } from '../../src/lib/domain/voucher/base45.ts';
import { openToken, TOKEN_PREFIX } from '../../src/lib/domain/voucher/token.ts';
import { PUBLISHED_BEFORE_MS, retire, rotate } from '../../src/lib/server/voucher/keys.ts';
import { handOverGoods, look, soldOut } from '../../src/lib/server/voucher/till.ts';
import { DAY_MS, enrolledTill, TestPhone } from '../support/park.ts';
import { holdTissues, phoneWith, refused, stories } from './stories.ts';

const MINUTE_MS = 60_000;
const keyIdOf = (token: string) => openToken(token)?.content.keyId;

stories((here) => {
  const rotateNow = () => rotate(here.park.store, here.park.clock());
  const retireNow = (id: number) => retire(here.park.store, id, here.park.clock());

  it('a forged voucher is refused, whichever byte is changed', async () => {
    const phone = await phoneWith(here.park, 20);
    const { token } = await holdTissues(here.park, phone);
    const till = await enrolledTill(here.park);
    const whole = decodeBase45(token.slice(TOKEN_PREFIX.length)) ?? new Uint8Array();
    for (const [at, byte] of whole.entries()) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const forged = whole.slice();
        forged[at] = byte ^ flip;
        const text = TOKEN_PREFIX + encodeBase45(forged);
        expect(() => here.park.keys.open(text), `byte ${at} ^ ${flip}`).toThrow('voucher-forged');
        if (flip !== 0x01) continue;
        await refused(look(here.park, till, { token: text }), 'voucher-forged');
      }
    }
    const asked = { reading: { token: token.slice(0, -3) }, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, asked), 'voucher-forged');
    await refused(soldOut(here.park, till, asked), 'voucher-forged');
    expect((await phone.sync()).wallet.held).toBe(20);
  });

  it('a voucher that another park signed is refused, and makes nothing', async () => {
    const phone = await phoneWith(here.park, 20);
    const { token } = await holdTissues(here.park, phone);
    const till = await enrolledTill(here.park);
    await here.park.store.write(async (tx) => {
      await tx.deleteFrom('signing_key').execute();
    });
    await here.restart();
    await refused(look(here.park, till, { token }), 'voucher-forged');
    const stranger = new TestPhone(here.park);
    const { changes } = await stranger.sync([], { vouchers: [token, 'MFD1:', '', token] });
    expect(changes.vouchers).toEqual([]);
  });

  it('the next key signs from its seventh day on, and no earlier', async () => {
    const phone = await phoneWith(here.park, 80);
    expect(await rotateNow()).toBe(2);
    here.park.pass(PUBLISHED_BEFORE_MS - 1);
    const before = await holdTissues(here.park, phone);
    expect(keyIdOf(before.token)).toBe(1);
    here.park.pass(1);
    const after = await holdTissues(here.park, phone);
    expect(keyIdOf(after.token)).toBe(2);
    const till = await enrolledTill(here.park);
    for (const { token } of [before, after]) {
      const asked = { reading: { token }, nonce: phone.id() };
      expect(await handOverGoods(here.park, till, asked)).toMatchObject({ did: 'handed-over' });
    }
  });

  it('a key that was published but not used yet checks nothing in, and the older one goes on', async () => {
    const phone = await phoneWith(here.park, 40);
    await rotateNow();
    await here.restart();
    phone.turnTo(here.park);
    expect(keyIdOf((await holdTissues(here.park, phone)).token)).toBe(1);
  });

  it('a retired key’s vouchers are refused, those of the others are not', async () => {
    const phone = await phoneWith(here.park, 80);
    await rotateNow();
    here.park.pass(PUBLISHED_BEFORE_MS - DAY_MS);
    const old = await holdTissues(here.park, phone);
    here.park.pass(DAY_MS);
    const current = await holdTissues(here.park, phone);
    expect(await retireNow(1)).toBe(true);
    expect(await retireNow(1)).toBe(false);
    expect(await retireNow(9)).toBe(false);
    // A running process hears of it within half a minute.
    here.park.pass(MINUTE_MS);
    const till = await enrolledTill(here.park);
    const ask = (token: string) => ({ reading: { token }, nonce: phone.id() });
    await refused(look(here.park, till, { token: old.token }), 'voucher-key-retired');
    await refused(handOverGoods(here.park, till, ask(old.token)), 'voucher-key-retired');
    await handOverGoods(here.park, till, ask(current.token));
    expect(keyIdOf((await holdTissues(here.park, phone)).token)).toBe(2);
  });

  it('a token says when its voucher ends, never later', async () => {
    const phone = await phoneWith(here.park, 20);
    here.park.pass(777);
    const { token, expiresAtMs } = await holdTissues(here.park, phone);
    const content = openToken(token)?.content;
    expect(content?.expiresAtMs).toBe(Math.floor(expiresAtMs / 1000) * 1000);
  });
});

import { expect, it } from 'vitest';
import { PIN_LOCKED_MS } from '../../src/lib/domain/terminal/terms.ts';
import { addClerk, clerksOf, endClerk } from '../../src/lib/server/shop/clerks.ts';
import { signIn, signOutClerk } from '../../src/lib/server/shop/sign-in.ts';
import { today } from '../../src/lib/server/voucher/receipts.ts';
import { handOverGoods, look } from '../../src/lib/server/voucher/till.ts';
import { enrolledTill } from '../support/park.ts';
import { refusalOf, TestTerminal } from '../support/terminal.ts';
import { holdTissues, phoneWith, refused, stories } from './stories.ts';

stories((here) => {
  async function clerk(name = '小王', shopId = 'east') {
    const pin = await addClerk(here.park, shopId, name);
    const clerks = await clerksOf(here.park.store.read, shopId);
    const clerkId = clerks.find((c) => c.name === name)?.id ?? '';
    return { pin, clerkId };
  }
  const wrong = (pin: string) => String((Number(pin) + 1) % 1_000_000).padStart(6, '0');
  const voucher = async () => holdTissues(here.park, await phoneWith(here.park, 20));

  it('a clerk signs in with a PIN, and every hand-over names the clerk', async () => {
    const till = await enrolledTill(here.park);
    const { pin, clerkId } = await clerk();
    expect(pin).toMatch(/^\d{6}$/);
    const first = { reading: { token: (await voucher()).token }, nonce: till.terminalId };
    await refused(handOverGoods(here.park, till, first), 'clerk-signed-out');
    await refused(handOverGoods(here.park, till, { ...first, clerkId }), 'clerk-signed-out');
    const view = await signIn(here.park, till, { clerkId, pin });
    expect(view).toMatchObject({ clerk: { id: clerkId, name: '小王' }, clerks: [{}] });
    expect(await handOverGoods(here.park, till, { ...first, clerkId })).toMatchObject({
      clerk: '小王',
    });
    expect((await today(here.park, till)).receipts).toMatchObject([{ clerk: '小王' }]);
    const seen = await look(here.park, till, first.reading);
    expect(seen.handedOver).toMatchObject({ terminal: '柜台手机', clerk: '小王' });
    expect(await signOutClerk(here.park, till)).not.toHaveProperty('clerk');
    const other = { reading: { token: (await voucher()).token }, nonce: clerkId };
    await refused(handOverGoods(here.park, till, other), 'clerk-signed-out');
  });

  it('a colleague’s name is not to be had without the colleague’s PIN', async () => {
    const till = await enrolledTill(here.park);
    const [wang, li] = [await clerk('小王'), await clerk('小李')];
    await signIn(here.park, till, wang);
    const asked = { reading: { token: (await voucher()).token }, nonce: li.clerkId };
    await refused(
      handOverGoods(here.park, till, { ...asked, clerkId: li.clerkId }),
      'clerk-signed-out',
    );
    await refused(
      handOverGoods(here.park, till, { ...asked, clerkId: till.terminalId }),
      'clerk-unknown',
    );
  });

  it('five wrong PINs lock the clerk for five minutes, also when they come at once', async () => {
    const till = await enrolledTill(here.park);
    const { pin, clerkId } = await clerk();
    const asked = { clerkId, pin: wrong(pin) };
    const codes = await Promise.all(
      Array.from({ length: 12 }, () => refusalOf(signIn(here.park, till, asked))),
    );
    expect(codes.filter((code) => code === 'pin-wrong')).toHaveLength(5);
    expect(codes.filter((code) => code === 'pin-locked')).toHaveLength(7);
    const retryAfterMs = PIN_LOCKED_MS;
    await refused(signIn(here.park, till, { clerkId, pin }), 'pin-locked', { retryAfterMs });
    const colleague = await clerk('小李');
    expect(await signIn(here.park, till, colleague)).toMatchObject({ clerk: { name: '小李' } });
    here.park.pass(PIN_LOCKED_MS);
    expect(await signIn(here.park, till, { clerkId, pin })).toMatchObject({
      clerk: { name: '小王' },
    });
    // A right one forgets the wrong ones.
    for (let n = 0; n < 4; n++) await refused(signIn(here.park, till, asked), 'pin-wrong');
    await signIn(here.park, till, { clerkId, pin });
    await refused(signIn(here.park, till, asked), 'pin-wrong');
  });

  it('a clerk who has ended hands over no more; what was handed over keeps the name', async () => {
    const till = await enrolledTill(here.park);
    const { pin, clerkId } = await clerk();
    await clerk('小李');
    await signIn(here.park, till, { clerkId, pin });
    const asked = { reading: { token: (await voucher()).token }, nonce: till.terminalId };
    await handOverGoods(here.park, till, asked);
    await endClerk(here.park, 'east', clerkId);
    await refused(signIn(here.park, till, { clerkId, pin }), 'clerk-unknown');
    const next = { reading: { token: (await voucher()).token }, nonce: clerkId };
    await refused(handOverGoods(here.park, till, next), 'clerk-signed-out');
    expect((await today(here.park, till)).receipts).toMatchObject([{ clerk: '小王' }]);
  });

  it('a clerk of another shop is nobody here', async () => {
    const till = await enrolledTill(here.park);
    const west = await clerk('小张', 'west');
    await refused(signIn(here.park, till, west), 'clerk-unknown');
  });

  it('without a signal the terminal checks the PIN itself, and the server hears of it', async () => {
    const terminal = await TestTerminal.enrol(here.park);
    const { pin, clerkId } = await clerk();
    await terminal.contact();
    expect(terminal.pinFits(clerkId, pin)).toBe(true);
    expect(terminal.pinFits(clerkId, wrong(pin))).toBe(false);
    const { token } = await voucher();
    await terminal.scan(token, terminal.newId(), clerkId);
    const atMs = here.park.clock();
    terminal.events = [
      { id: terminal.newId(), atMs, kind: 'wrong-pin', clerkId },
      { id: terminal.newId(), atMs, kind: 'sign-in', clerkId },
      { id: terminal.newId(), atMs, kind: 'refused', why: 'wrong-shop' },
    ];
    const sent = terminal.events;
    await terminal.contact();
    expect(terminal.events).toEqual([]);
    expect(terminal.last?.terminal.clerk).toEqual({ id: clerkId, name: '小王' });
    expect((await today(here.park, terminal.signed())).receipts).toMatchObject([{ clerk: '小王' }]);
    // Sent again because the answer was lost: written down once.
    terminal.events = sent;
    await terminal.contact();
    const trail = here.park.store.read.selectFrom('trail').select('kind').orderBy('number');
    const kinds = (await trail.where('shop_id', '=', 'east').execute()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'sign-in')).toHaveLength(1);
    expect(kinds).toEqual(expect.arrayContaining(['wrong-pin', 'refused', 'uploaded']));
  });

  it('only a terminal with the right is given what PINs are checked with', async () => {
    const { clerkId, pin } = await clerk();
    await enrolledTill(here.park);
    const other = await TestTerminal.enrol(here.park, { offline: false });
    expect((await other.contact())?.pins).toEqual([]);
    expect(other.pinFits(clerkId, pin)).toBe(false);
  });
});

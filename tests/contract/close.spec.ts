import { expect, it } from 'vitest';
import { cancelVoucher } from '../../src/lib/server/voucher/release.ts';
import { today } from '../../src/lib/server/voucher/receipts.ts';
import { handOverGoods, look, undoHandOver } from '../../src/lib/server/voucher/till.ts';
import { closeWallet } from '../../src/lib/server/wallet/close.ts';
import { exportWallet } from '../../src/lib/server/wallet/export.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import { enrolledTill, TestPhone } from '../support/park.ts';
import { holdTissues, joinBy, phoneWith, refused, secondPhone, stories } from './stories.ts';

stories((here) => {
  /** Something of everything that a wallet can have. */
  async function livedIn() {
    const { park } = here;
    const phone = await phoneWith(park, 65);
    const sister = await secondPhone(park, phone);
    await sister.sync([sister.attempt('q55', false)]);
    const till = await enrolledTill(park);
    const spent = await holdTissues(park, phone);
    const reading = { token: spent.token };
    const nonce = phone.id();
    await handOverGoods(park, till, { reading, nonce });
    const back = await holdTissues(park, phone);
    await cancelVoucher(park, phone.session, back.id);
    const held = await holdTissues(park, phone);
    const { packHash } = phone.attempt('q1');
    const report = {
      ...{ id: phone.id(), questionId: 'q1', packHash, reason: 'answer', note: '王先生' },
      reportedAtMs: park.clock(),
    };
    await phone.sync([], { reports: [report] });
    const code = await makeRecoveryCode(park, phone.session);
    return { phone, sister, till, nonce, held, spent, back, code, report };
  }

  it('releases open vouchers, leaves movements that add up to zero and nothing of the person', async () => {
    const { phone, sister, held, spent, code } = await livedIn();
    const { read } = here.park.store;
    await closeWallet(here.park, phone.session);
    const wallet = await read.selectFrom('wallet').selectAll().executeTakeFirstOrThrow();
    expect(wallet).toMatchObject({ available: 0, held: 0, closed_at: here.park.clock() });
    for (const table of ['attempt', 'wallet_day', 'device', 'recovery', 'report'] as const)
      expect(await read.selectFrom(table).selectAll().execute()).toEqual([]);
    const vouchers = await read.selectFrom('voucher').select(['id', 'state', 'why']).execute();
    expect(vouchers).toContainEqual({ id: held.id, state: 'released', why: 'closed' });
    expect(vouchers).toContainEqual({ id: spent.id, state: 'handed-over', why: null });
    const stock = await read
      .selectFrom('stock')
      .select(['free', 'held', 'handed_over'])
      .where('shop_id', '=', 'east')
      .where('goods_id', '=', 'tissues')
      .executeTakeFirst();
    expect(stock).toEqual({ free: 4, held: 0, handed_over: 1 });
    for (const each of [phone, sister]) {
      await refused(each.sync([each.attempt('q1')]), 'wallet-closed');
      await refused(holdTissues(here.park, each), 'wallet-closed');
      await refused(closeWallet(here.park, each.session), 'wallet-closed');
    }
    await refused(joinBy(here.park, new TestPhone(here.park), code), 'recovery-unknown');
  });

  it('a voucher that was open is worth nothing at the till any more', async () => {
    const { phone, till, held } = await livedIn();
    await closeWallet(here.park, phone.session);
    const reading = { token: held.token };
    expect(await look(here.park, till, reading)).toMatchObject({ refusal: 'voucher-cancelled' });
    const asked = { reading, nonce: phone.id() };
    await refused(handOverGoods(here.park, till, asked), 'voucher-cancelled');
  });

  it('a hand-over that is undone after the wallet was closed leaves nothing in it', async () => {
    const { phone, till, nonce } = await livedIn();
    await closeWallet(here.park, phone.session);
    expect(await undoHandOver(here.park, till, nonce)).toMatchObject({ did: 'undone' });
    const { read } = here.park.store;
    const wallet = await read.selectFrom('wallet').selectAll().executeTakeFirstOrThrow();
    expect(wallet).toMatchObject({ available: 0, held: 0 });
    const owed = await today(here.park, till);
    expect(owed).toMatchObject({ handedOver: 0, settleFen: 0 });
  });

  it('a wallet that another was joined to closes for all of them', async () => {
    const { phone, sister } = await livedIn();
    const target = new TestPhone(here.park);
    await target.sync([target.attempt('q1')]);
    const joining = new TestPhone(here.park);
    await joining.sync([joining.attempt('q2')]);
    const behind = await secondPhone(here.park, joining);
    await joinBy(here.park, joining, await makeRecoveryCode(here.park, target.session));
    await closeWallet(here.park, target.session);
    for (const each of [target, joining, behind]) await refused(each.sync(), 'wallet-closed');
    await phone.sync();
    await sister.sync();
  });

  it('the export holds everything that the server has of the wallet', async () => {
    const { phone, sister, held, spent, back, report } = await livedIn();
    const exported = await exportWallet(here.park, phone.session);
    const { wallet } = await phone.sync();
    expect(exported).toMatchObject({
      wallet: { id: wallet.id, available: wallet.available, held: 20 },
      reports: [{ id: report.id, note: '王先生' }],
    });
    const text = JSON.stringify(exported);
    const { read } = here.park.store;
    for (const table of ['attempt', 'transfer', 'device', 'voucher', 'report'] as const) {
      for (const { id } of await read.selectFrom(table).select('id').execute())
        expect(text).toContain(id);
    }
    for (const each of [held, spent, back]) expect(text).toContain(each.code);
    for (const each of [phone, sister]) expect(text).not.toContain(each.session?.secret);
  });

  it('the export of one wallet holds nothing of another', async () => {
    const mine = await phoneWith(here.park, 20);
    const theirs = await phoneWith(here.park, 20);
    const text = JSON.stringify(await exportWallet(here.park, mine.session));
    expect(text).not.toContain(theirs.claim.walletId);
  });
});

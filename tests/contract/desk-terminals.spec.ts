import { expect, it } from 'vitest';
import { OFFLINE_MS } from '../../src/lib/domain/terminal/terms.ts';
import { revoke, setOffline } from '../../src/lib/server/shop/terminals.ts';
import { cancelVoucher, sweep } from '../../src/lib/server/voucher/release.ts';
import { enrol, makeEnrolment, renewSession } from '../../src/lib/server/voucher/terminal.ts';
import { look } from '../../src/lib/server/voucher/till.ts';
import { enrolledTill } from '../support/park.ts';
import { newKey, refusalOf, TestTerminal } from '../support/terminal.ts';
import { desk } from './at-the-desk.ts';
import { holdTissues, phoneWith, refused, stories } from './stories.ts';

// One terminal that hands over without a signal, or any number of others: enrolled, revoked, replaced, lost.

stories((here) => {
  const { atTheDesk, stateOf, paidTo } = desk(here);

  it('beside a terminal that hands over without a signal no other is enrolled', async () => {
    await atTheDesk();
    await refused(enrolledTill(here.park), 'offline-terminal-there');
    await refused(TestTerminal.enrol(here.park), 'offline-terminal-there');
    await enrolledTill(here.park, 'west');
    // And the other way round: with others in the shop the right waits.
    const other = await TestTerminal.enrol(here.park, { shopId: 'west' });
    const answer = await other.contact();
    expect(answer?.terminal.offline).toEqual({
      ...{ is: 'waiting', why: 'other-terminals', others: 1 },
    });
    expect(answer).not.toHaveProperty('list');
  });

  it('revoked: it hands over no more, what it has queued is taken in, then it is unknown', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    await terminal.scan(token);
    await revoke(here.park, 'east', terminal.id, 'revoked');
    await refused(look(here.park, terminal.signed(), { token }), 'terminal-revoked');
    const answer = await terminal.contact();
    expect(answer?.terminal.offline).toEqual({ is: 'ended' });
    expect([...terminal.verdicts.values()]).toMatchObject([{ is: 'booked' }]);
    expect((await stateOf(phone, voucher.id)).state).toMatchObject({ is: 'handed-over' });
    expect(await terminal.scan(token)).toMatchObject({ why: 'voucher-handed-over' });
    const next = await holdTissues(here.park, await phoneWith(here.park, 20));
    expect(await terminal.scan(next.token)).toMatchObject({ is: 'ask-online', why: 'no-right' });
    // It confirms that it has given up; from then on nobody knows it.
    await terminal.contact();
    expect(await refusalOf(terminal.contact())).toBe('terminal-unknown');
  });

  it('a second device after a revoked one: the first to be booked is paid by the voucher, the other is loss', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    await terminal.scan(token);
    await revoke(here.park, 'east', terminal.id, 'revoked');
    const next = await TestTerminal.enrol(here.park, { offline: false, name: '新手机' });
    expect(await next.handOver(token)).toMatchObject({ did: 'handed-over' });
    const { available } = (await phone.sync()).wallet;
    await terminal.contact();
    // What a revoked terminal brings late, and no voucher pays, the operator looks at.
    expect([...terminal.verdicts.values()]).toMatchObject([
      { is: 'loss-waiting', why: 'elsewhere' },
    ]);
    expect((await phone.sync()).wallet).toMatchObject({ available, held: 0 });
    expect((await stateOf(phone, voucher.id)).state).toMatchObject({ is: 'handed-over' });
    expect(await paidTo()).toEqual(['consume 20']);
  });

  it('replaced: the new one waits until the old one can hand over no more', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const next = await TestTerminal.enrol(here.park, { replaces: true, name: '新手机' });
    const fromMs = here.park.clock() + OFFLINE_MS;
    expect((await next.contact())?.terminal.offline).toEqual({
      ...{ is: 'waiting', why: 'other-right', fromMs },
    });
    expect(await next.scan(token)).toMatchObject({ is: 'ask-online' });
    here.park.pass(OFFLINE_MS - 1);
    expect((await next.contact())?.terminal.offline).toMatchObject({ is: 'waiting' });
    here.park.pass(1);
    expect((await next.contact())?.terminal.offline).toMatchObject({ is: 'granted' });
    expect(await terminal.scan(token)).toMatchObject({ why: 'voucher-handed-over' });
    expect(await next.scan(token)).toMatchObject({ is: 'can' });
    // Both took it, in good faith; the shop is paid for both, the resident pays once.
    await next.contact();
    await terminal.contact();
    expect([...next.verdicts.values()]).toMatchObject([{ is: 'booked' }]);
    expect([...terminal.verdicts.values()]).toMatchObject([{ is: 'loss-waiting' }]);
  });

  it('replaced, and the old one has confirmed its end: the new one begins at once', async () => {
    const { terminal } = await atTheDesk();
    const next = await TestTerminal.enrol(here.park, { replaces: true, name: '新手机' });
    await terminal.contact();
    await terminal.contact();
    expect((await next.contact())?.terminal.offline).toMatchObject({ is: 'granted' });
  });

  it('a device that is enrolled anew is not the old one beside itself', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const before = terminal.cookie;
    const { journal } = terminal;
    const next = await TestTerminal.enrol(here.park, { before, journal, name: '还是它' });
    await refused(look(here.park, terminal.signed(), { token }), 'terminal-revoked');
    expect((await next.contact())?.terminal.offline).toMatchObject({ is: 'waiting' });
    // What it had queued under its old name goes up under the new one, once.
    expect([...next.verdicts.values()]).toMatchObject([{ is: 'booked' }]);
    await terminal.contact();
    expect([...terminal.verdicts.values()]).toMatchObject([{ is: 'booked' }]);
    expect(await paidTo()).toEqual(['consume 20']);
    const other = { ...before, secret: before.terminalId };
    await refused(TestTerminal.enrol(here.park, { before: other }), 'offline-terminal-there');
  });

  it('whose answer was lost asks again with the same code and key, and is the same terminal', async () => {
    const code = await makeEnrolment(here.park, 'east');
    const asked = { code, name: '柜台手机', key: newKey(), offline: true };
    const lost = await enrol(here.park, asked);
    const found = await enrol(here.park, asked);
    expect(found.view).toEqual(lost.view);
    expect(found.session).toMatchObject({ terminalId: lost.session.terminalId });
    expect(found.session.secret).not.toBe(lost.session.secret);
    // Only who has the code and the key is it: neither another device nor one that has ended.
    await refused(enrol(here.park, { ...asked, key: newKey() }), 'enrolment-unknown');
    const { key: _, ...keyless } = asked;
    await refused(enrol(here.park, keyless), 'enrolment-unknown');
    const other = await makeEnrolment(here.park, 'west');
    await refused(enrol(here.park, { ...asked, code: 'ABCDEFGHJKMN' }), 'enrolment-unknown');
    await enrol(here.park, { ...asked, code: other });
    await revoke(here.park, 'east', lost.session.terminalId, 'revoked');
    await refused(enrol(here.park, asked), 'enrolment-unknown');
  });

  it('that lost its cookie has a new one as long as the server has to hear from it', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const who = { shopId: 'east', terminalId: terminal.id };
    const renewed = async () => renewSession(here.park, who, terminal.signed().proof);
    const session = await renewed();
    expect(session).toMatchObject(who);
    await refused(look(here.park, terminal.signed(), { token }), 'terminal-unknown');
    await refused(renewSession(here.park, who, undefined), 'proof-missing');
    await revoke(here.park, 'east', terminal.id, 'revoked');
    terminal.holdsCookie(await renewed());
    // Its queue goes up, it confirms its end, and then nobody knows it.
    await terminal.contact();
    await terminal.contact();
    await refused(renewed(), 'terminal-unknown');
    const keyless = await enrolledTill(here.park, 'west');
    await refused(renewSession(here.park, keyless, terminal.signed().proof), 'terminal-unknown');
  });

  it('one that leaves by itself has nothing queued, and its right ends with it', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    await refused(terminal.leave(), 'queue-first');
    await terminal.contact();
    await terminal.leave();
    const next = await TestTerminal.enrol(here.park);
    expect((await next.contact())?.terminal.offline).toMatchObject({ is: 'granted' });
  });

  it('the operator takes the right back: the terminal goes on online, others may come', async () => {
    const { terminal, voucher } = await atTheDesk();
    await setOffline(here.park, 'east', terminal.id, false);
    expect((await terminal.contact())?.terminal.offline).toEqual({ is: 'ended' });
    expect((await terminal.contact())?.terminal.offline).toEqual({ is: 'no' });
    await enrolledTill(here.park);
    expect(await terminal.scan(voucher.token)).toMatchObject({ is: 'ask-online' });
    expect(await terminal.handOver(voucher.token)).toMatchObject({ did: 'handed-over' });
  });

  it('lost: nobody waits for its queue once it could hand over no more', async () => {
    const { phone, terminal, voucher } = await atTheDesk();
    await cancelVoucher(here.park, phone.session, voucher.id);
    await revoke(here.park, 'east', terminal.id, 'lost');
    await sweep(here.park);
    expect((await phone.sync()).wallet.held).toBe(20);
    here.park.pass(OFFLINE_MS);
    await sweep(here.park);
    expect((await phone.sync()).wallet.held).toBe(0);
  });
});

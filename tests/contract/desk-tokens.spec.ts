import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { decodeBase45, encodeBase45 } from '../../src/lib/domain/voucher/base45.ts';
import { openToken, sealToken, TOKEN_PREFIX } from '../../src/lib/domain/voucher/token.ts';
import { decideLoss } from '../../src/lib/server/shop/loss.ts';
import { newKey, retire } from '../../src/lib/server/voucher/keys.ts';
import { look } from '../../src/lib/server/voucher/till.ts';
import { enrolledTill } from '../support/park.ts';
import { refusalOf, TestTerminal } from '../support/terminal.ts';
import { holdTissues, phoneWith, refused, stories } from './stories.ts';

// What a forger, a stranger and a thief of a key come to; online and uploaded.

stories((here) => {
  async function atTheDesk() {
    const phone = await phoneWith(here.park, 20);
    const terminal = await TestTerminal.enrol(here.park);
    await terminal.contact();
    const voucher = await holdTissues(here.park, phone);
    return { phone, terminal, voucher, token: voucher.token };
  }
  /** The row that a terminal would upload that checks nothing. */
  const queued = (terminal: TestTerminal, token: string) => ({
    ...{ nonce: terminal.newId(), token, atMs: here.park.clock() },
  });
  const booked = async () =>
    (await here.park.store.read.selectFrom('handover').select('nonce').execute()).length;

  it('every byte of a token, flipped: refused as forged, at the till and in the queue', async () => {
    const { terminal, token } = await atTheDesk();
    const whole = decodeBase45(token.slice(TOKEN_PREFIX.length)) as Uint8Array;
    const forged = Array.from(whole, (byte, place) => {
      const bytes = whole.slice();
      bytes[place] = byte ^ 0x21;
      return TOKEN_PREFIX + encodeBase45(bytes);
    });
    const session = terminal.signed();
    const online = new Set<string>();
    for (const one of forged) online.add(await refusalOf(look(here.park, session, { token: one })));
    expect([...online]).toEqual(['voucher-forged']);
    const offline = new Set<string>();
    for (const one of forged) {
      const verdict = await terminal.scan(one);
      offline.add(verdict.is === 'cannot' ? verdict.why : verdict.is);
    }
    expect([...offline]).toEqual(['voucher-forged']);
    terminal.queue = forged.map((one) => queued(terminal, one));
    await terminal.contact();
    const said = [...terminal.verdicts.values()];
    expect(said).toHaveLength(forged.length);
    expect(said.every((v) => v.is === 'refused' && v.why === 'forged')).toBe(true);
    expect(await booked()).toBe(0);
  });

  it('a foreign key and another algorithm sign nothing here', async () => {
    const { terminal, token } = await atTheDesk();
    const opened = openToken(token);
    if (!opened) throw new Error('not a token');
    const { body } = opened;
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const ours = await here.park.store.read
      .selectFrom('signing_key')
      .select('private_pem')
      .executeTakeFirstOrThrow();
    const form = { dsaEncoding: 'ieee-p1363' } as const;
    const forged = [
      sign('sha256', body, { key: foreign, ...form }),
      sign('sha384', body, { key: ours.private_pem, ...form }),
      sign(null, body, generateKeyPairSync('ed25519').privateKey),
      Buffer.alloc(64),
    ].map((signature) => sealToken(body, signature));
    for (const one of forged) {
      await refused(look(here.park, terminal.signed(), { token: one }), 'voucher-forged');
      expect(await terminal.scan(one)).toMatchObject({ why: 'voucher-forged' });
    }
    terminal.queue = forged.map((one) => queued(terminal, one));
    await terminal.contact();
    expect(await booked()).toBe(0);
  });

  it('another shop’s voucher: said at once, and not booked here when it is uploaded', async () => {
    const { terminal } = await atTheDesk();
    const phone = await phoneWith(here.park, 20);
    const west = { shopId: 'west', goodsId: 'tissues', points: 20 };
    const { token } = await holdTissues(here.park, phone, west);
    expect(await terminal.scan(token)).toMatchObject({ is: 'cannot', why: 'wrong-shop' });
    await refused(look(here.park, terminal.signed(), { token }), 'wrong-shop');
    terminal.queue = [queued(terminal, token)];
    await terminal.contact();
    expect([...terminal.verdicts.values()]).toMatchObject([{ is: 'refused', why: 'wrong-shop' }]);
    const till = await enrolledTill(here.park, 'west');
    expect(await look(here.park, till, { token })).not.toHaveProperty('refusal');
  });

  it('a retired key: refused once the terminal has heard; in good faith before, its voucher still pays', async () => {
    const { phone, terminal, token } = await atTheDesk();
    const nowMs = here.park.clock();
    await here.park.store.write((tx) =>
      tx
        .insertInto('signing_key')
        .values(newKey(2, nowMs, nowMs))
        .execute(),
    );
    await retire(here.park.store, 1, nowMs);
    here.park.pass(60_000);
    expect(await terminal.scan(token)).toMatchObject({ is: 'can' });
    await terminal.contact();
    expect([...terminal.verdicts.values()]).toMatchObject([{ is: 'booked' }]);
    expect((await phone.sync()).wallet.held).toBe(0);
    terminal.used = new Map();
    expect(await terminal.scan(token)).toMatchObject({ why: 'voucher-key-retired' });
    await refused(look(here.park, terminal.signed(), { token }), 'voucher-key-retired');
    expect(terminal.keys).toMatchObject([{ id: 1, retiredAtMs: nowMs }, { id: 2 }]);
  });

  it('a stolen key: what it signed and the server does not know waits for the operator', async () => {
    const { phone, terminal, token } = await atTheDesk();
    const opened = openToken(token);
    if (!opened) throw new Error('not a token');
    // The thief makes a voucher of a wallet that there is.
    const voucherId = terminal.newId();
    const stolen = here.park.keys.seal({ ...opened.content, voucherId });
    expect(await terminal.scan(stolen)).toMatchObject({ is: 'can' });
    const nowMs = here.park.clock();
    await here.park.store.write((tx) =>
      tx
        .insertInto('signing_key')
        .values(newKey(2, nowMs, nowMs))
        .execute(),
    );
    await retire(here.park.store, 1, nowMs);
    here.park.pass(60_000);
    const { wallet } = await phone.sync();
    await terminal.contact();
    expect([...terminal.verdicts.values()]).toMatchObject([
      { is: 'loss-waiting', why: 'key-retired' },
    ]);
    expect((await phone.sync()).wallet).toEqual(wallet);
    const [verdict] = terminal.verdicts.values();
    expect(await decideLoss(here.park, 'east', verdict?.nonce ?? '', true)).toBe(true);
    expect(await decideLoss(here.park, 'east', verdict?.nonce ?? '', true)).toBe(false);
    expect((await phone.sync()).wallet).toEqual(wallet);
    const paid = here.park.store.read.selectFrom('transfer').select(['kind', 'points']);
    expect(await paid.where('to_account', '=', 'shop:east').execute()).toEqual([
      { kind: 'loss', points: 20 },
    ]);
  });

  it('the next key is known before it signs', async () => {
    const { terminal } = await atTheDesk();
    const nowMs = here.park.clock();
    const useFromMs = nowMs + 7 * 86_400_000;
    await here.park.store.write((tx) =>
      tx
        .insertInto('signing_key')
        .values(newKey(2, nowMs, useFromMs))
        .execute(),
    );
    here.park.pass(60_000);
    await terminal.contact();
    expect(terminal.keys).toMatchObject([{ id: 1 }, { id: 2, useFromMs }]);
    here.park.pass(useFromMs - here.park.clock());
    await terminal.contact();
    const { token } = await holdTissues(here.park, await phoneWith(here.park, 20));
    expect(openToken(token)?.content.keyId).toBe(2);
    expect(await terminal.scan(token)).toMatchObject({ is: 'can' });
  });
});

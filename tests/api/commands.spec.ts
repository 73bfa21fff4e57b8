import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/server.ts';
import type { RefusedReply } from '../support/api-client.ts';
import { ApiServer } from '../support/api-server.ts';
import { run } from '../support/commands.ts';

// The operator's commands, beside the running server.

let server: ApiServer;
beforeAll(async () => {
  server = await ApiServer.start();
});
afterAll(() => server.remove());

const command = (script: string, ...args: string[]) => run(script, args, server.env);
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    (error: unknown) => (error as RefusedReply).code,
  );

describe('npm run shop', () => {
  it('enrols one device with a code, once', async () => {
    const { code, out } = await command('shop', 'enrol', '湖东店');
    expect(code).toBe(0);
    const [grouped = ''] = /[2-9A-HJKMNP-Z]{4}( [2-9A-HJKMNP-Z]{4}){2}/.exec(out) ?? [];
    const enrol = () =>
      server.client().post('/api/shop/enrol', { code: grouped.toLowerCase(), name: '柜台手机' });
    expect(await enrol()).toMatchObject({ status: 200, json: { shop: { id: 'east' } } });
    expect(await enrol()).toMatchObject({ status: 404, json: { code: 'enrolment-unknown' } });
    const listed = await command('shop', 'list');
    expect(listed.out).toMatch(/east {2}湖东店 {2}open[^]*till 柜台手机: enrolled[^]*west/);
    expect(listed.out).not.toContain(grouped);
  });

  it('closes a shop, counts its stock and opens it again, at once', async () => {
    const phone = server.phone();
    await phone.sync(phone.attempts(10));
    expect(await command('shop', 'close', 'west')).toMatchObject({ code: 0 });
    expect(await codeOf(phone.hold(undefined, 'west'))).toBe('shop-closed');
    expect(await command('shop', 'stock', 'west', '纸巾', '1')).toMatchObject({
      code: 0,
      out: '湖西店, 纸巾: 1 free, 0 held, 0 handed over.\n',
    });
    expect(await command('shop', 'open', 'west')).toMatchObject({ code: 0 });
    expect(await codeOf(phone.hold(undefined, 'west'))).toBe('done');
    expect(await codeOf(phone.hold(undefined, 'west'))).toBe('sold-out');
    expect(await server.audit()).toEqual([]);
  });

  it.each([
    [1, 'There is no shop north. There are: east', ['close', 'north']],
    [1, 'There is no goods gold', ['stock', 'east', 'gold', '1']],
    [2, 'usage:', ['stock', 'east', 'tissues', '-1']],
  ])('ends with %i and says: %s', async (code, said, args) => {
    const ran = await command('shop', ...args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(said);
  });
});

it('npm run keys lists, makes the next, and retires; there is always one that signs', async () => {
  expect((await command('keys', 'list')).out).toMatch(
    /^key 1 {2}made .* {2}signs {2}\d+ vouchers held\n$/,
  );
  const rotated = await command('keys', 'rotate');
  expect(rotated).toMatchObject({ code: 0 });
  expect(rotated.out).toMatch(/^Key 2 is made\. It signs from \d{4}-/);
  const retired = await command('keys', 'retire', '1');
  expect(retired).toMatchObject({ code: 0 });
  expect(retired.out).toMatch(/^Key 3 is made and signs at once[^]*Key 1 is retired/);
  expect(await command('keys', 'retire', '1')).toMatchObject({ code: 1 });
  const { out } = await command('keys', 'list');
  expect(out).toMatch(/key 1 .*retired[^]*key 2 .*signs from[^]*key 3 .*signs {2}/);
  expect(out).not.toContain('PRIVATE');
});

describe('npm run audit', () => {
  it('says what holds, what does not, and that it could not look', async () => {
    const phone = server.phone();
    await phone.sync(phone.attempts(3));
    const good = await command('audit');
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(good.out).toMatch(/^(ok {5}.+\n){20,}\nThe ledger is in order\.\n$/);
    const change = (by: number) =>
      server.onStore((store) =>
        store.write((tx) =>
          tx
            .updateTable('wallet')
            .set((e) => ({ available: e('available', '+', by) }))
            .where('id', '=', phone.claim?.walletId ?? '')
            .execute(),
        ),
      );
    await change(1);
    const bad = await command('audit');
    expect(bad).toMatchObject({ code: 1 });
    expect(bad.out).toMatch(
      /BROKEN a wallet’s balance is the fold of its transfers[^]*1 invariants do not hold/,
    );
    await change(-1);

    const empty = mkdtempSync(join(tmpdir(), 'no-park-'));
    const none = await run('audit', [], { ...server.env, DATA_DIR: empty });
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain('There is no database');
    expect(existsSync(join(empty, 'park.db'))).toBe(false);
    rmSync(empty, { recursive: true });
    const away = `postgres://park:MARKER@127.0.0.1:${await freePort()}/park`;
    const unreachable = await run('audit', [], { ...server.env, DATABASE_URL: away });
    expect(unreachable).toMatchObject({ code: 2, out: '' });
    expect(unreachable.err).toMatch(/^The database cannot be used: .*ECONNREFUSED/);
    expect(unreachable.err).not.toContain('MARKER');
  });
});

it('npm run backup and restore say what they did', async () => {
  const file = join(server.process.dataDir, 'evening.backup');
  const made = await command('backup', file);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toMatch(/evening\.backup: \d+ rows of \d+ tables, \d+ wallets, version 2\./);
  expect(await command('backup')).toMatchObject({
    code: 2,
    err: 'usage: npm run backup -- FILE\n',
  });
  const used = await command('restore', file);
  expect(used).toMatchObject({ code: 1, out: '' });
  expect(used.err).toContain('--replace');
  const elsewhere = mkdtempSync(join(tmpdir(), 'new-park-'));
  const restored = await run('restore', [file], { ...server.env, DATA_DIR: elsewhere });
  expect(restored).toMatchObject({ code: 0, err: '' });
  expect(restored.out).toMatch(/^Restored .* \d+ wallets\. Epoch [\w-]{16}\.\n/);
  rmSync(elsewhere, { recursive: true });
});

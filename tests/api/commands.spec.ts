import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TodayAnswer } from '../../src/lib/domain/voucher/messages.ts';
import { LATEST } from '../../src/lib/server/database/migrate.ts';
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

  it('adds a clerk, whose PIN is printed once and opens the till', async () => {
    const till = await server.till('west');
    const { code, out } = await command('shop', 'clerk', 'add', 'west', '小王');
    expect(code).toBe(0);
    const [pin = ''] = /\b\d{6}\b/.exec(out) ?? [];
    const view = (await till.client.get('/api/shop/today')).json as TodayAnswer;
    const [clerk] = view.terminal.clerks;
    expect(clerk).toMatchObject({ name: '小王' });
    const signIn = (asked: string) =>
      till.client.post('/api/shop/clerk', { clerkId: clerk?.id, pin: asked });
    expect(await signIn(pin)).toMatchObject({ status: 200, json: { clerk } });
    expect(await command('shop', 'clerk', 'add', 'west', '小王')).toMatchObject({ code: 1 });
    expect(await command('shop', 'clerk', 'end', 'west', '小王')).toMatchObject({ code: 0 });
    expect(await signIn(pin)).toMatchObject({ status: 404, json: { code: 'clerk-unknown' } });
    const trail = (await command('shop', 'trail', 'west')).out;
    expect(trail).toMatch(/enrolled[^]*clerk-added[^]*sign-in[^]*clerk-ended/);
    expect(trail).not.toContain(pin);
  });

  it('ends a till, and lists what each may do', async () => {
    const till = await server.till('east');
    const listed = (await command('shop', 'terminals', 'east')).out;
    const [id = ''] = /^[0-9a-f-]{36}/m.exec(listed.split('\n').at(-2) ?? '') ?? [];
    expect(await command('shop', 'offline', 'east', id, 'on')).toMatchObject({ code: 1 });
    expect(await command('shop', 'revoke', 'east', id)).toMatchObject({ code: 0 });
    expect((await till.client.get('/api/shop/today')).status).toBe(401);
    expect((await command('shop', 'terminals', 'east')).out).toContain('revoked');
    expect(await command('shop', 'losses', 'east')).toMatchObject({ out: 'Nothing waits.\n' });
  });

  it.each([
    [1, 'There is no shop north. There are: east', ['close', 'north']],
    [1, 'There is no goods gold', ['stock', 'east', 'gold', '1']],
    [2, 'usage:', ['stock', 'east', 'tissues', '-1']],
    [2, 'usage:', ['clerk', 'add', 'east']],
    [2, 'usage:', ['correct', 'east', '1.5', 'why']],
    [1, 'There is no till T', ['revoke', 'east', 'T']],
    [1, 'No loss of 湖东店 waits under N', ['approve-loss', 'east', 'N']],
  ])('ends with %i and says: %s', async (code, said, args) => {
    const ran = await command('shop', ...args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(said);
  });
});

it('npm run settle writes a month that is over, twice the same, and not one that is not', async () => {
  const now = new Date();
  const month = (back: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 15))
      .toISOString()
      .slice(0, 7);
  const file = join(server.process.dataDir, 'east.csv');
  const first = await command('settle', '湖东店', month(1), file);
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(/0 pieces, 0 points, ¥0\.00 owed\.\nSettled\./);
  const csv = readFileSync(file, 'utf8');
  expect(csv).toMatch(/^\uFEFF便利店,湖东店\r\n月份,\d{4}-\d{2}\r\n/);
  expect((await command('settle', 'east', month(1), file)).out).toContain('nothing was changed');
  expect(readFileSync(file, 'utf8')).toBe(csv);
  const refused = await command('settle', 'east', month(0), file);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('is not over');
  expect(await command('settle', 'east', month(2), file)).toMatchObject({ code: 1 });
  expect(await command('settle', 'east', '2026-13')).toMatchObject({ code: 2 });
  expect(await command('settle', 'east', month(1), `${file}.pdf`)).toMatchObject({ code: 2 });
  const excel = join(server.process.dataDir, 'east.xlsx');
  expect(await command('settle', 'east', month(1), excel)).toMatchObject({ code: 0 });
  expect(await readSheet(excel)).toEqual(
    expect.arrayContaining([
      ['便利店', '湖东店'],
      ['应结（元）', 0],
    ]),
  );
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
  expect(made.out).toMatch(/evening\.backup: \d+ rows of \d+ tables, \d+ wallets, version \d+\./);
  expect(made.out).toContain(`version ${LATEST}.`);
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

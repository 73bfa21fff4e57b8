import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monthAt } from '../../src/lib/domain/shop/statement.ts';
import type { ContactAnswer } from '../../src/lib/domain/terminal/messages.ts';
import { newId, type Reply } from '../support/api-client.ts';
import { ApiServer } from '../support/api-server.ts';
import { ApiTerminal } from '../support/api-terminal.ts';
import { startPostgres, type Postgres } from '../support/engines.ts';

// A terminal with a key of its own, over HTTP: its proofs, its queue, and the death of the server in between.

const KILLS = process.env.LONG ? 40 : 3;
const EMPTY = { rows: [], left: 0 };

const codeOf = ({ json }: Reply) => (json as { code?: string } | undefined)?.code;

describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  let postgres: Postgres | undefined;
  let server: ApiServer;
  let terminal: ApiTerminal;
  beforeAll(async () => {
    if (engine === 'postgres') postgres = await startPostgres();
    const databaseUrl = await postgres?.database();
    server = await ApiServer.start({ ...(databaseUrl && { databaseUrl }) });
    terminal = new ApiTerminal(server.port);
    await terminal.enrol(await server.enrolmentCode());
  });
  afterAll(async () => {
    terminal.client.close();
    expect(await server.audit()).toEqual([]);
    await server.remove();
    await postgres?.stop();
  });

  async function tokens(count: number): Promise<string[]> {
    const phone = server.phone();
    await phone.sync(phone.attempts(10 * count));
    const vouchers = [];
    for (let n = 0; n < count; n++) vouchers.push(await phone.hold());
    return vouchers.map(({ token }) => token);
  }

  it('a signed request is taken; the cookie alone, or another request’s proof, is not', async () => {
    expect(await terminal.get('/api/shop/today')).toMatchObject({ status: 200 });
    expect(await terminal.post('/api/shop/contact', EMPTY)).toMatchObject({ status: 200 });
    const copied = [
      terminal.client.get('/api/shop/today'),
      terminal.get('/api/shop/today', { header: 'nonsense' }),
      terminal.get('/api/shop/today', { path: '/api/shop/today?x=1' }),
      terminal.post('/api/shop/contact', EMPTY, { path: '/api/shop/leave', body: { queued: 0 } }),
      terminal.post('/api/shop/contact', EMPTY, { body: { ...EMPTY, gaveUp: true } }),
    ];
    for (const reply of await Promise.all(copied))
      expect([reply.status, codeOf(reply)]).toEqual([401, 'proof-missing']);
    // The cookie is not taken back: the terminal itself goes on.
    expect(await terminal.get('/api/shop/today')).toMatchObject({ status: 200 });
  });

  it('without its cookie its key gets it a new one; nothing else does', async () => {
    const { terminalId } = terminal;
    const who = { shopId: 'east', terminalId };
    const another = new ApiTerminal(server.port);
    another.terminalId = terminalId;
    terminal.client.cookies.clear();
    const ask = (body: object) => terminal.post('/api/shop/session', body);
    const refused = [
      terminal.get('/api/shop/today'),
      another.post('/api/shop/session', who),
      another.post('/api/shop/session', who, { header: undefined }),
      ask({ ...who, shopId: 'west' }),
      ask({ ...who, terminalId: newId() }),
    ];
    const codes = (await Promise.all(refused)).map(codeOf);
    const unknown = 'terminal-unknown';
    expect(codes).toEqual([unknown, 'proof-missing', 'proof-missing', unknown, unknown]);
    expect(await ask(who)).toMatchObject({ status: 204 });
    expect(await terminal.get('/api/shop/today')).toMatchObject({ status: 200 });
    another.client.close();
  });

  it('a proof of another time is refused with the server’s time', async () => {
    const old = await terminal.post('/api/shop/contact', EMPTY, { offMs: -3_600_000 });
    expect([old.status, codeOf(old)]).toEqual([409, 'proof-stale']);
    const { nowMs } = old.json as { nowMs: number };
    expect(Math.abs(nowMs - Date.now())).toBeLessThan(60_000);
    expect(await terminal.post('/api/shop/contact', EMPTY, { offMs: 60_000 })).toMatchObject({
      status: 200,
    });
  });

  it('a key that is no point of the curve is refused, and the code stays good', async () => {
    const code = await server.enrolmentCode('west');
    const key = `B${'A'.repeat(86)}`;
    const client = server.client();
    const ask = (body: object) =>
      client.post('/api/shop/enrol', { code, name: '柜台手机', ...body });
    expect(codeOf(await ask({ key, offline: true }))).toBe('terminal-key-bad');
    expect(codeOf(await ask({ offline: true }))).toBe('not-understood');
    expect((await ask({})).status).toBe(200);
  });

  it('a queue goes up, the takings follow, and Excel can open them', async () => {
    const [token = ''] = await tokens(1);
    const row = ApiTerminal.row(token);
    const first = await terminal.post('/api/shop/contact', { ...EMPTY, rows: [row] });
    const answer = first.json as ContactAnswer;
    expect(answer).toMatchObject({
      verdicts: [{ nonce: row.nonce, is: 'booked' }],
      terminal: { offline: { is: 'granted' } },
      keys: [{ id: 1 }],
      list: { whole: true },
    });
    const holds = { epoch: answer.epoch, number: answer.list?.number };
    const next = await terminal.post('/api/shop/contact', { ...EMPTY, holds });
    expect(next.json).toMatchObject({ list: { whole: false, entries: [] }, again: false });
    const month = monthAt(Date.now());
    const takings = await terminal.get(`/api/shop/takings?month=${month}`);
    expect(takings.json).toMatchObject({ statement: { month, lines: [{ nonce: row.nonce }] } });
    const csv = await terminal.get(`/api/shop/takings.csv?month=${month}`);
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="east-${month}.csv"`,
      'cache-control': 'no-store',
    });
    expect(csv.text).toContain('纸巾');
    const excel = await terminal.get(`/api/shop/takings.xlsx?month=${month}`);
    expect(excel.headers).toMatchObject({
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': `attachment; filename="east-${month}.xlsx"`,
    });
    expect(excel.text.slice(0, 2), 'a zip archive').toBe('PK');
    for (const query of ['', '?month=2026-13', '?month=2026-11&x=1', '?month=2099-01'])
      expect(codeOf(await terminal.get(`/api/shop/takings${query}`))).toBe('not-understood');
  });

  it(`the server dies ${KILLS} times while a queue goes up: every row is booked once`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const rows = (await tokens(4)).map((token) => ApiTerminal.row(token));
      const dying = terminal.post('/api/shop/contact', { ...EMPTY, rows }).catch(() => undefined);
      await wait(Math.random() * 25);
      await server.process.down('SIGKILL');
      await dying;
      await server.up();
      const { json } = await terminal.post('/api/shop/contact', { ...EMPTY, rows });
      const { verdicts } = json as ContactAnswer;
      expect(verdicts).toEqual(rows.map(({ nonce }) => ({ nonce, is: 'booked' })));
      expect(await server.audit()).toEqual([]);
    }
  });

  it('revoked, it is told so and keeps its cookie until its queue is up', async () => {
    const [token = ''] = await tokens(1);
    const { terminalId } = terminal;
    await server.onStore((store) =>
      store.write((tx) =>
        tx
          .updateTable('terminal')
          .set({ ended_at: Date.now(), ended_by: 'revoked' })
          .where('id', '=', terminalId)
          .execute(),
      ),
    );
    const refused = await terminal.get('/api/shop/today');
    expect([refused.status, codeOf(refused)]).toEqual([403, 'terminal-revoked']);
    const rows = [ApiTerminal.row(token)];
    const up = await terminal.post('/api/shop/contact', { ...EMPTY, rows });
    expect(up.json).toMatchObject({
      ...{ verdicts: [{ is: 'booked' }], terminal: { offline: { is: 'ended' } } },
    });
    const { epoch } = up.json as ContactAnswer;
    const given = { ...EMPTY, epoch, gaveUp: true };
    expect((await terminal.post('/api/shop/contact', given)).status).toBe(200);
    expect(codeOf(await terminal.post('/api/shop/contact', EMPTY))).toBe('terminal-unknown');
    expect(terminal.client.cookies.size).toBe(0);
  });
});

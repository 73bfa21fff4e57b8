import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusalCode, refusals } from '../../src/lib/domain/refusal.ts';
import { SentAttempt, SentReport } from '../../src/lib/domain/sync/messages.ts';
import { monthAt } from '../../src/lib/domain/shop/statement.ts';
import { QueuedRow, TerminalEvent } from '../../src/lib/domain/terminal/messages.ts';
import { endpoints, type Endpoint } from '../../src/lib/server/api/endpoints.ts';
import type { Store } from '../../src/lib/server/database/store.ts';
import { tally } from '../../src/lib/server/neighbours/tally.ts';
import { addClerk, clerksOf } from '../../src/lib/server/shop/clerks.ts';
import { openStore } from '../../src/lib/server/open-park.ts';
import {
  ADDRESS_HEADER,
  newId,
  newSecret,
  type ApiClient,
  type Reply,
} from '../support/api-client.ts';
import { PRICE, SHOPS } from '../support/api-build.ts';
import { ApiServer } from '../support/api-server.ts';
import { startPostgres, type Postgres } from '../support/engines.ts';
import { accepted, mutated, type Words } from '../support/from-schema.ts';

// Everything that the schemas accept and what is beside it, from everybody: never a 5xx, never a stack trace, nothing
// written where the answer refuses, and the ledger in order at the end.

const REQUESTS = process.env.LONG ? 20_000 : 400;
/** Requests until the wallets and tills are new ones: some requests close them. */
const ROUND = 100;
/** Rows of a batch are read one by one: the schema of the whole says only that there are some. */
const ROWS = { attempts: SentAttempt, reports: SentReport, rows: QueuedRow, events: TerminalEvent };

/** Asks for a signature, which no guess makes: terminal.spec.ts asks it. */
const SIGNED = '/api/shop/session';

/** Who can be asked for what, as far as guessing helps. */
interface World {
  /** Cookie headers. */
  sessions: string[];
  words: Words;
}

async function newWorld(server: ApiServer, store: Store): Promise<World> {
  // 缺货 takes all that a shop has.
  await store.write((tx) =>
    sql`update stock set free = 1000, put_in = 1000 + held + handed_over`.execute(tx),
  );
  const phones = Array.from({ length: 4 }, () => server.phone());
  const tills = await Promise.all([server.till('east'), server.till('west')]);
  const words = ['sample', server.build.packHash];
  for (const [i, phone] of phones.entries()) {
    const attempts = phone.attempts(20, i);
    await phone.sync(attempts);
    const [a, b] = [await phone.hold(), await phone.hold(newId(), i % 2 ? 'west' : 'east')];
    const { walletId = '', deviceId = '', secret = '' } = phone.claim ?? {};
    words.push(walletId, deviceId, secret, a.id, a.token, a.code, b.id, b.token, b.code);
    words.push(attempts[0]?.id ?? '', attempts[0]?.round.day ?? '', `q${i}`, `q${i + 40}`);
    if (i % 2) words.push(await phone.recoveryCode());
  }
  const [at] = tills;
  const undoable = newId();
  await at?.handOver({ token: (await phones[0]?.hold())?.token ?? '' }, undoable);
  words.push(undoable, await server.enrolmentCode(), newId(), newId(), newSecret());
  const clerk = await clerkOf(server);
  const cookies = [...phones, ...tills].map(({ client }) =>
    [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  );
  const [first = '', second = '', , , till = ''] = cookies;
  const [id] = first.split('.');
  const forged = `${id}.${second.split('.').slice(1).join('.')}`;
  const sessions = [...cookies, `${first}; ${till}`, forged, 'wallet=; terminal=..', ''];
  for (const { client } of [...phones, ...tills]) client.close();
  const of = {
    shopId: SHOPS,
    goodsId: ['tissues', 'umbrella'],
    points: [PRICE, 60],
    version: [1, 1, 1, 0],
    questionId: ['q0', 'q1', 'q50', 'q299'],
    clerkId: [clerk.clerkId],
    pin: [clerk.pin],
    month: [monthAt(Date.now())],
  };
  return { sessions, words: { any: words, of } };
}

/** Of the western shop, where every hand-over then needs one. */
function clerkOf(server: ApiServer): Promise<{ clerkId: string; pin: string }> {
  return server.onStore(async (store) => {
    const pin = await addClerk({ store, clock: Date.now, random: randomBytes }, 'west', '小王');
    const clerks = await clerksOf(store.read, 'west');
    return { pin, clerkId: clerks.at(-1)?.id ?? '' };
  });
}

/** Longer addresses do not get as far as the API. */
const LONGEST_QUERY = 4000;

/** A GET says in its address what others say in their body. */
function addressOf({ method, path, schema }: Endpoint, body: unknown): string {
  if (method !== 'GET' || !schema || typeof body !== 'object' || body === null) return path;
  const query = Object.entries(body).map(([name, value]) => [name, JSON.stringify(value) ?? '']);
  const bare = query.map(([name = '', value = '']) => [name, value.replace(/^"|"$/g, '')]);
  return `${path}?${new URLSearchParams(bare).toString().slice(0, LONGEST_QUERY)}`;
}

interface Asked {
  endpoint: Endpoint;
  session: string;
  body: unknown;
}

function anyRequest({ sessions, words }: World): fc.Arbitrary<Asked> {
  return fc.oneof(
    ...endpoints.map((endpoint) => {
      const good = endpoint.schema
        ? accepted(endpoint.schema, words, ROWS)
        : fc.constant(undefined);
      const body = endpoint.schema ? fc.oneof(good, mutated(good, words)) : good;
      const session = fc.constantFrom(...sessions);
      return fc.record({ endpoint: fc.constant(endpoint), session, body });
    }),
  );
}

/** What stands in the database, as far as a request may change it. */
async function writtenIn({ read }: Store): Promise<string> {
  const { rows } = await sql`select
    (select count(*) from wallet) as wallets, (select sum(seq) from wallet) as entries,
    (select count(*) from wallet where closed_at is not null) as closed,
    (select count(*) from device) as devices, (select count(signed_out_at) from device) as out,
    (select count(*) from attempt) as attempts, (select count(*) from report) as reports,
    (select count(*) from transfer) as transfers, (select count(*) from handover) as handovers,
    (select count(used_at) from enrolment) as enrolled, (select count(ended_at) from terminal) as ended,
    (select max(made_at) from recovery) as recovery, (select sum(free) from stock) as free
  `.execute(read);
  return JSON.stringify(rows);
}

function mustBeSound({ endpoint, body }: Asked, reply: Reply): void {
  const said = `${endpoint.path} ${JSON.stringify(body)?.slice(0, 2000)}\n${reply.status} ${reply.text.slice(0, 500)}`;
  const { status, text, headers } = reply;
  expect(status, said).toBeLessThan(500);
  expect(text, said).not.toMatch(/\n\s+at |node:internal|\/src\/|Error:/);
  expect(headers, said).toMatchObject({ 'cache-control': 'no-store' });
  if (status < 400) return;
  const { code } = reply.json as { code: unknown };
  if (!isRefusalCode(code)) throw new Error(`not in the catalogue: ${said}`);
  expect(refusals[code][0], said).toBe(status);
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  let postgres: Postgres | undefined;
  let server: ApiServer;
  let store: Store;
  let client: ApiClient;
  beforeAll(async () => {
    if (engine === 'postgres') postgres = await startPostgres();
    const databaseUrl = await postgres?.database();
    server = await ApiServer.start({ ...(databaseUrl && { databaseUrl }) });
    store = openStore({
      dataDirectory: server.process.dataDir,
      ...(databaseUrl && { databaseUrl }),
    });
    client = server.client();
  });
  afterAll(async () => {
    await store.close();
    await server.remove();
    await postgres?.stop();
  });

  it(`survives ${REQUESTS} requests of any form`, async () => {
    const began = performance.now();
    const statuses = new Map<string, number>();
    /** As of the last request that was refused. */
    let written: string | undefined;
    const ask = async (asked: Asked) => {
      const { endpoint, session, body } = asked;
      written ??= await writtenIn(store);
      const { method } = endpoint;
      const reply = await client.ask(addressOf(endpoint, body), {
        method,
        body: body === undefined || method === 'GET' ? undefined : JSON.stringify(body),
        headers: { cookie: session || undefined, [ADDRESS_HEADER]: newId() },
      });
      client.cookies.clear();
      mustBeSound(asked, reply);
      const refused = reply.status >= 400;
      if (refused) expect(await writtenIn(store), endpoint.path).toBe(written);
      else written = undefined;
      const key = `${endpoint.path} ${reply.status < 300 ? 'done' : 'refused'}`;
      statuses.set(key, (statuses.get(key) ?? 0) + 1);
    };
    for (let round = 0; round < REQUESTS / ROUND; round++) {
      const property = fc.asyncProperty(anyRequest(await newWorld(server, store)), ask);
      written = undefined;
      await fc.assert(property, { numRuns: ROUND, endOnFailure: true });
    }
    const seconds = Math.round((performance.now() - began) / 1000);
    const done = endpoints.filter(({ path }) => statuses.has(`${path} done`));
    const never = endpoints.filter(
      (endpoint) => !done.includes(endpoint) && endpoint.path !== SIGNED,
    );
    console.log(
      `${engine}: ${REQUESTS} requests in ${seconds} s; never done:`,
      never.map(({ path }) => path).join(' ') || 'none',
    );
    if (process.env.LONG) expect(never).toEqual([]);
    expect(done.length).toBeGreaterThan(endpoints.length / 2);
    // As the server does a minute later; the audit holds the counts against what was answered.
    const inAMinute = Date.now() + 2 * 60_000;
    expect(await tally({ store, clock: () => inAMinute })).toBeGreaterThan(0);
    expect(await server.audit()).toEqual([]);
    expect(server.process.said).not.toContain('server-failed');
  });
});

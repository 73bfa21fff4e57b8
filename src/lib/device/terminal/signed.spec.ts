import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { view } from '../../../../tests/support/sample-desk.ts';
import { PROOF_HEADER } from '../../domain/terminal/proof.ts';
import { makeKeyPair } from './crypto.ts';
import { openShopDatabase, SHOP_DATABASE, type ShopDatabase } from './database.ts';
import { ServerTime } from './server-time.ts';
import { changing, keep } from './settings.ts';
import { SignedApi } from './signed.ts';

/** A server that knows one session at a time, and a browser's one cookie. */
class Network {
  known = 1;
  cookie: number | undefined = 1;
  /** Whether the server still knows the terminal itself. */
  terminal = true;
  readonly asked: string[] = [];

  fetch = async (path: string, { headers }: RequestInit): Promise<Response> => {
    const cookie = this.cookie;
    this.asked.push(path);
    expect(new Headers(headers).has(PROOF_HEADER)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    const renews = path === '/api/shop/session' && this.terminal;
    if (renews) {
      const given = ++this.known;
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.cookie = given;
      return new Response(null, { status: 204 });
    }
    if (cookie === this.known && this.terminal) return Response.json({ path });
    if (cookie !== undefined) this.cookie = undefined;
    return Response.json({ code: 'terminal-unknown' }, { status: 401 });
  };
}

let db: ShopDatabase;
let network: Network;
let api: SignedApi;
beforeEach(async () => {
  db = await openShopDatabase({ blocked() {}, outdated() {}, deleted() {}, terminated() {} });
  const keyPair = await makeKeyPair();
  const tx = changing(db);
  await keep(tx, 'view', view);
  await keep(tx, 'keyPair', keyPair);
  await tx.done;
  network = new Network();
  vi.stubGlobal('fetch', network.fetch);
  api = new SignedApi(() => Promise.resolve(db), new ServerTime());
});
afterEach(async () => {
  vi.unstubAllGlobals();
  db.close();
  await deleteDB(SHOP_DATABASE);
});

const sessionsAsked = () => network.asked.filter((path) => path === '/api/shop/session').length;
const askAtOnce = () =>
  Promise.all(['a', 'b', 'c', 'd'].map((name) => api.get<{ path: string }>(`/api/shop/${name}`)));

it('a cookie that is gone is renewed once for all that is asked at once', async () => {
  network.cookie = undefined;
  expect((await askAtOnce()).map(({ path }) => path.at(-1))).toEqual(['a', 'b', 'c', 'd']);
  expect(sessionsAsked()).toBe(1);
  await askAtOnce();
  expect(sessionsAsked()).toBe(1);
});

it('so is one that another tab has made worthless', async () => {
  network.known = 7;
  await askAtOnce();
  expect(sessionsAsked()).toBeLessThanOrEqual(2);
});

it('a terminal that the server does not know any more is told so', async () => {
  network.terminal = false;
  await expect(api.get('/api/shop/today')).rejects.toMatchObject({ code: 'terminal-unknown' });
  expect(network.asked).toEqual(['/api/shop/today', '/api/shop/session']);
});

it('nothing is renewed without a key', async () => {
  const tx = changing(db);
  await keep(tx, 'keyPair', undefined);
  await tx.done;
  network.cookie = undefined;
  vi.stubGlobal('fetch', () =>
    Promise.resolve(Response.json({ code: 'terminal-unknown' }, { status: 401 })),
  );
  await expect(api.get('/api/shop/today')).rejects.toMatchObject({ code: 'terminal-unknown' });
});

import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusals } from '../../src/lib/domain/refusal.ts';
import { endpoints } from '../../src/lib/server/api/endpoints.ts';
import type { Ask, ApiClient, Reply } from '../support/api-client.ts';
import { ApiServer } from '../support/api-server.ts';

// What the API refuses before it does any work, on every one of its addresses.

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
};
const writes = endpoints.filter(({ method }) => method === 'POST');
const paths = [...new Set(endpoints.map(({ path }) => path))];

let server: ApiServer;
let client: ApiClient;
beforeAll(async () => {
  server = await ApiServer.start();
  client = server.client();
});
afterAll(() => server.remove());

const refusedWith = (code: keyof typeof refusals) => ({
  status: refusals[code][0],
  json: { code, says: refusals[code][1] },
});
const ask = async (path: string, request: Ask): Promise<Reply> => {
  const reply = await client.ask(path, request);
  expect(reply.headers, path).toMatchObject(HEADERS);
  return reply;
};

it('answers with every header, whether it gives or refuses', async () => {
  expect(await ask('/api/shops', {})).toMatchObject({ status: 200 });
  expect(await ask('/api/devices', {})).toMatchObject(refusedWith('wallet-unknown'));
  expect(await ask('/api/health', {})).toMatchObject({ status: 200 });
});

describe.each(writes)('a write to $path', ({ path, maxBytes }) => {
  const post = (request: Ask) => ask(path, { method: 'POST', body: '{}', ...request });

  it.each<[string, Record<string, string | undefined>]>([
    ['of another site', { origin: 'https://evil.example' }],
    ['of another port', { origin: 'http://localhost:1' }],
    ['of this host by another scheme', { origin: 'https://localhost' }],
    ['without an origin', { origin: undefined }],
    ['of a sandboxed frame', { origin: 'null' }],
    ['that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that a browser calls same-site', { 'sec-fetch-site': 'same-site' }],
    ['that was typed into the address bar', { 'sec-fetch-site': 'none' }],
  ])('is refused from a page %s', async (_, headers) => {
    expect(await post({ headers })).toMatchObject(refusedWith('foreign-origin'));
  });

  it('of an old browser without Sec-Fetch-Site is read', async () => {
    const reply = await post({ body: '0', headers: { 'sec-fetch-site': undefined } });
    expect(reply).toMatchObject(refusedWith('not-understood'));
  });

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'is refused as %s',
    async (type) => {
      const reply = await post({ headers: { 'content-type': type } });
      expect(reply).toMatchObject(refusedWith('not-json'));
    },
  );

  it('is refused compressed', async () => {
    const reply = await post({ headers: { 'content-encoding': 'gzip' } });
    expect(reply).toMatchObject(refusedWith('not-json'));
  });

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['half of it', '{"version":'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['a text', '"{}"'],
    ['what is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['deep nesting', '['.repeat(1500) + ']'.repeat(1500)],
    ['a NUL in a text', '{"name":"a\\u0000b"}'],
    ['deep nesting with a NUL', `${'['.repeat(1500)}"\\u0000"${']'.repeat(1500)}`],
  ])('does not understand %s', async (_, body) => {
    expect(await post({ body })).toMatchObject(refusedWith('not-understood'));
  });

  it('takes no more than its limit', async () => {
    const body = JSON.stringify({ note: 'x'.repeat(maxBytes) });
    expect(await post({ body })).toMatchObject(refusedWith('too-large'));
  });

  it('takes no more than its limit in chunks of unknown length', async () => {
    const said = await raw(
      `${head(path)}Transfer-Encoding: chunked\r\n\r\n`,
      ...Array.from(
        { length: Math.ceil(maxBytes / 1000) + 1 },
        () => `3e8\r\n${'x'.repeat(1000)}\r\n`,
      ),
    );
    expect(said).toMatch(/^HTTP\/1\.1 413 /);
    expect(said).toContain('"code":"too-large"');
  });
});

describe('a Content-Length that lies', () => {
  const body = '{"confirm":"x"}';
  const path = '/api/wallet/close';

  it('far too long is refused before anything is sent', async () => {
    expect(await raw(`${head(path)}Content-Length: 999999999\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('longer than what comes is no request', async () => {
    const said = await raw(`${head(path)}Content-Length: 4000\r\n\r\n${body}`, END);
    expect(said).not.toMatch(/ 2\d\d /);
  });

  it('shorter than what comes cuts it off; the rest is no request either', async () => {
    const said = await raw(`${head(path)}Content-Length: 3\r\n\r\n${body}`);
    expect(new Set(said.match(/HTTP\/1\.1 \d+/g))).toEqual(new Set(['HTTP/1.1 400']));
  });

  it.each(['-1', '1e3', '12, 13', '0x10'])('of %s is no request', async (length) => {
    expect(await raw(`${head(path)}Content-Length: ${length}\r\n\r\n${body}`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it('beside Transfer-Encoding is no request', async () => {
    const both = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await raw(`${head(path)}${both}`)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

it.each(paths)('%s knows its methods only', async (path) => {
  const known = endpoints.filter((e) => e.path === path).map(({ method }) => method as string);
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
    if (known.includes(method)) continue;
    expect(await ask(path, { method }), method).toMatchObject(refusedWith('wrong-method'));
  }
});

it.each(['/api', '/api/', '/api/none', '/api/sync/', '/api/SYNC', '/api/__proto__', '/api//sync'])(
  'knows no %s',
  async (path) => {
    for (const method of ['GET', 'POST'])
      expect(await ask(path, { method })).toMatchObject(refusedWith('unknown-address'));
  },
);

it('takes a page for its own when it comes from the host that it asks, where no ORIGIN is set', async () => {
  const at = { host: '192.168.1.5:3000', origin: 'http://192.168.1.5:3000' };
  const body = '[]';
  const own = await ask('/api/sync', { method: 'POST', body, headers: at });
  expect(own).toMatchObject(refusedWith('not-understood'));
  const other = { ...at, host: 'evil.example' };
  const foreign = await ask('/api/sync', { method: 'POST', body, headers: other });
  expect(foreign).toMatchObject(refusedWith('foreign-origin'));
});

const END = Symbol('end');

const head = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost:${server.port}\r\nOrigin: http://localhost:${server.port}\r\n` +
  'Content-Type: application/json\r\n';

/** Sends bytes as they are. @returns what came until the server closed the connection */
async function raw(...parts: (string | typeof END)[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
  let said = '';
  socket.on('data', (text: string) => (said += text)).on('error', () => undefined);
  const closed = once(socket, 'close');
  for (const part of parts) {
    if (part === END) socket.end();
    else socket.write(part);
  }
  await closed;
  return said;
}

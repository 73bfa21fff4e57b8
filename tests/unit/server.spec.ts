import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { sampleOffer } from '../../src/lib/domain/voucher/samples.ts';
import { policyFor } from '../../src/lib/server/http/csp.ts';

// src/server.ts as its own process, in front of a stub that does what adapter-node's handler does.

const STUB = `
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
export const origin = process.env.ORIGIN;
export const handler = (request, response, next) => {
  const { pathname, searchParams } = new URL('http://x' + request.url);
  const send = (file, type) => {
    if (request.headers['if-none-match'] === 'W/"1"') return response.writeHead(304).end();
    const [start, end] = (request.headers.range ?? 'bytes=0-').slice(6).split('-').map(Number);
    const stream = createReadStream(file, { start, end: end || Infinity });
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': statSync(file).size, ETag: 'W/"1"' });
    stream.pipe(response);
  };
  const file = join(import.meta.dirname, 'client', pathname);
  const page = join(import.meta.dirname, 'prerendered', (pathname === '/' ? 'index' : pathname) + '.html');
  if (pathname === '/origin') return response.end(process.env.ORIGIN);
  if (pathname === '/fails') return Promise.reject(new Error('secret'));
  if (pathname === '/lost') return createReadStream('/nowhere/at/all').pipe(response.writeHead(200));
  if (pathname === '/leaves-open') return response.end(String(new BroadcastChannel('left').name));
  if (pathname === '/slow') return setTimeout(() => response.end('done'), Number(searchParams.get('ms')));
  if (pathname === '/live') {
    response.setHeader('content-security-policy', 'from the app');
    response.setHeader('cache-control', 'from the app');
    return response.writeHead(200, { 'content-type': 'text/html' }).end('live');
  }
  if (existsSync(file) && statSync(file).isFile()) return send(file, 'text/javascript');
  if (existsSync(page)) return send(page, 'text/html;charset=utf-8');
  if (pathname === '/topics/') return response.writeHead(308, { location: '/topics' }).end();
  if (pathname === '/unknown') return next();
  response.writeHead(404, { 'content-type': 'text/plain' }).end('no');
};`;

const HTML = '<script>early()</script><style>.a{}</style><p>主题</p>';
const CHUNK = '_app/immutable/chunks/a.B1.js';
const root = mkdtempSync(join(tmpdir(), 'server-'));
const running = new Set<ChildProcess>();

function packOf(title: string): [name: string, body: string] {
  const text = JSON.stringify({
    format: 1,
    campaign: { ...sampleCampaign, title },
    topics: [],
    daily: {},
  });
  return [`packs/${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`, text];
}
const [oldPack, oldText] = packOf('old');
const [newPack, newText] = packOf('new');

function makeBuild(name: string, client: Record<string, string>): string {
  const build = join(root, name);
  const pack = Object.keys(client).find((file) => file.startsWith('packs/'));
  const packHash = pack?.slice('packs/'.length, -'.json'.length);
  const files: Record<string, string> = {
    'package.json': '{"type":"module"}',
    'handler.js': STUB,
    'csp.json': JSON.stringify({ '/': policyFor(''), '/topics': policyFor(HTML) }),
    'bank.json': JSON.stringify({ packHash, offer: sampleOffer, notices: [] }),
    'prerendered/index.html': '<p>民法典公园</p>',
    'prerendered/topics.html': HTML,
  };
  for (const [file, body] of Object.entries(client)) files[`client/${file}`] = body;
  for (const [file, body] of Object.entries(files)) {
    mkdirSync(dirname(join(build, file)), { recursive: true });
    writeFileSync(join(build, file), body);
  }
  return build;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

interface Running {
  process: ChildProcess;
  port: number;
  said: { out: string; err: string };
  /** The exit code. */
  ended: Promise<number | null>;
}

function launch(env: Record<string, string>, port: number): Running {
  const child = spawn(process.execPath, ['src/server.ts'], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(root, 'data'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  running.add(child);
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { process: child, port, said, ended };
}

async function open(env: Record<string, string>): Promise<Running> {
  const server = launch(env, await freePort());
  const opened = new Promise<void>((resolve) => {
    server.process.stdout?.on('data', () => server.said.out.includes('is open') && resolve());
  });
  const failed = server.ended.then(() => Promise.reject(new Error(server.said.err)));
  failed.catch(() => undefined);
  await Promise.race([opened, failed]);
  return server;
}

async function stop(server: Running): Promise<void> {
  server.process.kill('SIGTERM');
  await server.ended;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, agent: false, ...options },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          });
        });
      },
    );
    sent.on('error', reject).end();
  });
}

/** What is no request at all needs a bare connection. */
async function askRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (part: string) => (answer += part)).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

const SECURITY = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': expect.stringContaining('camera=()') as string,
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
};
const FOR_GOOD = 'public, max-age=31536000, immutable';

// Processes start here, on whatever machine; the server's own limit for stopping is 10 s.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
const WELL_BELOW_LIMIT_MS = 8_000;

beforeAll(() => {
  makeBuild('old', { [oldPack]: oldText, [CHUNK]: 'export {}', 'service-worker.js': '//' });
  makeBuild('new', { [newPack]: newText });
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

describe('a running server', () => {
  let server: Running;
  const get = (path: string, options?: Parameters<typeof ask>[2]) =>
    ask(server.port, path, options);
  beforeAll(async () => {
    server = await open({ BUILD_DIR: join(root, 'old'), DATA_DIR: join(root, 'data-running') });
    return () => stop(server);
  });

  it('says where it is and derives the origin from that', async () => {
    const origin = `http://localhost:${server.port}`;
    expect(server.said.out).toBe(`民法典公园 is open: ${origin}\n`);
    expect((await get('/origin')).body.toString()).toBe(origin);
  });

  it.each([
    ['a prerendered page', '/topics', 200, 'no-cache'],
    ['a chunk', `/${CHUNK}`, 200, FOR_GOOD],
    ['the pack', `/${oldPack}`, 200, FOR_GOOD],
    [
      'the pack, asked for in other letters',
      `/${oldPack.replace('packs', '%70acks')}`,
      404,
      'no-store',
    ],
    ['an unknown chunk', '/_app/immutable/chunks/none.js', 404, 'no-store'],
    ['an unknown pack', '/packs/0000000000000000.json', 404, 'no-store'],
    ['the service worker', '/service-worker.js', 200, 'no-cache'],
    ['a redirect', '/topics/', 308, 'no-cache'],
    ['the API', '/api/health', 200, 'no-store'],
    ['a 404 of the app', '/none', 404, 'no-cache'],
    ['a 404 of ours', '/unknown', 404, 'no-cache'],
    ['a failure', '/fails', 500, 'no-cache'],
    ['a malformed address', '/%E0%A4%A', 400, 'no-cache'],
    ['an address with a NUL', '/%00', 400, 'no-cache'],
  ])('puts every header on %s', async (_, path, status, caching) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ ...SECURITY, 'cache-control': caching });
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
    expect(answer.body.toString()).not.toContain('secret');
  });

  it.each([
    ['not HTTP', 'nonsense\r\n\r\n', 400],
    [
      'a head that is too large',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'another server’s address',
      'GET http://evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'an expectation',
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n',
      200,
    ],
  ])('puts every header on the answer to %s', async (_, text, status) => {
    const answer = (await askRaw(server.port, text)).toLowerCase();
    expect(answer).toMatch(new RegExp(`^http/1.1 ${status} `));
    expect(answer).toContain('x-content-type-options: nosniff');
    expect(answer).toContain("frame-ancestors 'none'");
  });

  it('gives a prerendered page its own policy, also without a body', async () => {
    for (const options of [{}, { method: 'HEAD' }, { headers: { 'if-none-match': 'W/"1"' } }]) {
      const answer = await get('/topics?from=board', options);
      expect(answer.headers['content-security-policy']).toBe(policyFor(HTML));
    }
    expect((await get('/')).headers['content-security-policy']).toBe(policyFor(''));
  });

  it('leaves the app its own policy and caching', async () => {
    const { headers } = await get('/live');
    expect(headers['content-security-policy']).toBe('from the app');
    expect(headers['cache-control']).toBe('from the app');
    expect(headers).toMatchObject(SECURITY);
  });

  it('answers HEAD as GET without the body', async () => {
    const head = await get(`/${CHUNK}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe('9');
    expect(head.headers['cache-control']).toBe(FOR_GOOD);
    expect(head.body).toHaveLength(0);
  });

  it.each(['bytes=5-2', 'bytes=0-3', 'nonsense'])(
    'answers a range %s with the whole',
    async (range) => {
      const answer = await get(`/${CHUNK}`, { headers: { range } });
      expect(answer.status).toBe(200);
      expect(answer.body.toString()).toBe('export {}');
    },
  );

  it('gives up one response, not itself, when a file is gone', async () => {
    await expect(get('/lost')).rejects.toThrow();
    expect((await get('/')).status).toBe(200);
  });
});

it('asks for https where it is reached by https', async () => {
  const server = await open({ BUILD_DIR: join(root, 'old'), ORIGIN: 'https://park.example/' });
  const { headers, body } = await ask(server.port, '/origin');
  expect(headers['strict-transport-security']).toBe('max-age=31536000');
  expect(body.toString()).toBe('https://park.example');
  await stop(server);
});

describe('after a new build', () => {
  let server: Running;
  beforeAll(async () => {
    const data = join(root, 'data-builds');
    // Deployed in place, as npm run build does it.
    const build = join(root, 'deployed');
    cpSync(join(root, 'old'), build, { recursive: true });
    await stop(await open({ BUILD_DIR: build, DATA_DIR: data }));
    rmSync(build, { recursive: true });
    cpSync(join(root, 'new'), build, { recursive: true });
    server = await open({ BUILD_DIR: build, DATA_DIR: data });
    return () => stop(server);
  });

  it.each([oldPack, newPack, CHUNK])('%s is there, for good', async (name) => {
    const answer = await ask(server.port, `/${name}`);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ ...SECURITY, 'cache-control': FOR_GOOD });
  });

  it('the pack of the build before comes as it was, compressed where accepted', async () => {
    const plain = await ask(server.port, `/${oldPack}`);
    expect(plain.body.toString()).toBe(oldText);
    expect(plain.headers['content-type']).toBe('application/json');
    const br = await ask(server.port, `/${oldPack}`, { headers: { 'accept-encoding': 'br' } });
    expect(br.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
    expect(brotliDecompressSync(br.body).toString()).toBe(oldText);
  });

  it('HEAD works for it, writing does not', async () => {
    const head = await ask(server.port, `/${oldPack}`, { method: 'HEAD' });
    expect(head.headers['content-length']).toBe(String(oldText.length));
    expect(head.body).toHaveLength(0);
    expect((await ask(server.port, `/${oldPack}`, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('a start that cannot be', () => {
  const refused = async (env: Record<string, string>, port?: number) => {
    const server = launch(env, port ?? (await freePort()));
    expect(await server.ended).toBe(1);
    expect(server.said.out).toBe('');
    return server.said.err;
  };

  it('says that the port is in use, in one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    expect(await refused({ BUILD_DIR: join(root, 'old') }, port)).toBe(
      `Port ${port} is in use. Set PORT to another one, e.g. PORT=${port + 1} npm start\n`,
    );
    taken.close();
  });

  it('says that DATA_DIR cannot be written to, in one line', async () => {
    writeFileSync(join(root, 'file'), '');
    const said = await refused({ BUILD_DIR: join(root, 'old'), DATA_DIR: join(root, 'file/data') });
    expect(said).toMatch(/^Cannot keep packs in .*file\/data \(ENOTDIR\)\. Set DATA_DIR .*\n$/);
  });

  it('says that there is no build, in one line', async () => {
    expect(await refused({ BUILD_DIR: join(root, 'none') })).toMatch(
      /^There is no finished build .*\n$/,
    );
  });

  it('says which setting makes no sense', async () => {
    expect(await refused({ BUILD_DIR: join(root, 'old'), ORIGIN: 'park' })).toMatch(
      /^ORIGIN must be .*\n$/,
    );
  });
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  let server: Running;
  beforeEach(async () => {
    server = await open({ BUILD_DIR: join(root, 'old') });
  });

  it('ends an idle server with code 0, also with connections kept open', async () => {
    const silent = connect(server.port, '127.0.0.1');
    const kept = connect(server.port, '127.0.0.1');
    kept.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await Promise.all([once(silent, 'connect'), once(kept, 'data')]);
    const before = Date.now();
    server.process.kill(signal);
    expect(await server.ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(WELL_BELOW_LIMIT_MS);
    expect(server.said.err).toBe('');
    silent.destroy();
    kept.destroy();
  });

  it('ends also when the app has left something open', async () => {
    await ask(server.port, '/leaves-open');
    const before = Date.now();
    server.process.kill(signal);
    expect(await server.ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(WELL_BELOW_LIMIT_MS);
  });

  it('lets a request in flight finish and takes no new one, even when sent twice', async () => {
    const slow = ask(server.port, '/slow?ms=800');
    await ask(server.port, '/');
    server.process.kill(signal);
    server.process.kill(signal);
    await expect
      .poll(() =>
        ask(server.port, '/').then(
          () => 'taken',
          () => 'refused',
        ),
      )
      .toBe('refused');
    const answer = await slow;
    expect(answer.body.toString()).toBe('done');
    expect(answer.headers).toMatchObject(SECURITY);
    expect(await server.ended).toBe(0);
  });
});

it('is a file that Node runs as it is, and a short one', () => {
  expect(readFileSync('src/server.ts', 'utf8').split('\n').length).toBeLessThan(120);
});

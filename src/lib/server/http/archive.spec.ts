import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openArchive } from './archive.ts';
import { StartRefused } from './start-refused.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);

let root: string;
let data: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'archive-'));
  data = join(root, 'data');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

function packOf(text: string): [name: string, body: string] {
  return [`packs/${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`, text];
}

/** A build's client directory with these files. */
function client(name: string, files: [name: string, body: string][]): string {
  for (const [file, body] of files) write(join(root, name, file), body);
  return join(root, name);
}

function write(path: string, body: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, body);
}

const [oldPack, oldText] = packOf('{"format":1,"topics":["旧"]}');
const [newPack, newText] = packOf('{"format":1,"topics":["新"]}');
const chunk = '_app/immutable/chunks/-Old_1.js';

async function afterNewBuild(passed = 0) {
  const first = client('old', [
    [oldPack, oldText],
    [chunk, 'export {}'],
  ]);
  await openArchive(first, data, () => NOW);
  return openArchive(client('new', [[newPack, newText]]), data, () => NOW + passed);
}

describe('the archive', () => {
  it('has the packs and chunks of the build before', async () => {
    const archive = await afterNewBuild();
    const pack = await archive.find(`/${oldPack}`, undefined);
    expect(pack?.body.toString()).toBe(oldText);
    expect(pack?.type).toBe('application/json');
    expect((await archive.find(`/${chunk}`, undefined))?.type).toBe('text/javascript');
  });

  it('sends them in an encoding that is accepted', async () => {
    const archive = await afterNewBuild();
    const br = await archive.find(`/${oldPack}`, 'gzip, br');
    expect(br?.encoding).toBe('br');
    expect(brotliDecompressSync(br!.body).toString()).toBe(oldText);
    const gzip = await archive.find(`/${oldPack}`, 'gzip');
    expect(gunzipSync(gzip!.body).toString()).toBe(oldText);
  });

  it('leaves what the present build has to the app', async () => {
    const archive = await afterNewBuild();
    expect(await archive.find(`/${newPack}`, 'br')).toBeUndefined();
  });

  it('keeps chunks for 30 days after they were last served, packs for good', async () => {
    const within = await afterNewBuild(30 * DAY_MS);
    expect(await within.find(`/${chunk}`, undefined)).toBeDefined();
    const after = await openArchive(join(root, 'new'), data, () => NOW + 31 * DAY_MS);
    expect(await after.find(`/${chunk}`, undefined)).toBeUndefined();
    expect(existsSync(join(data, `${chunk}.br`))).toBe(false);
    expect(await after.find(`/${oldPack}`, undefined)).toBeDefined();
  });

  it('counts a server that ran for months as serving until its last refresh', async () => {
    let now = NOW;
    const running = await openArchive(client('old', [[chunk, 'export {}']]), data, () => now);
    now += 90 * DAY_MS;
    await running.refresh();
    const next = await openArchive(client('new', []), data, () => now + DAY_MS);
    expect(await next.find(`/${chunk}`, undefined)).toBeDefined();
  });

  it('never lets go of what the present build has, whatever the clock says', async () => {
    const build = client('old', [[chunk, 'export {}']]);
    await openArchive(build, data, () => NOW);
    await openArchive(build, data, () => NOW + 3650 * DAY_MS);
    expect(existsSync(join(data, chunk))).toBe(true);
  });

  it('can be opened by two servers at once', async () => {
    const build = client('old', [
      [oldPack, oldText],
      [chunk, 'export {}'],
    ]);
    await Promise.all(Array.from({ length: 8 }, () => openArchive(build, data)));
    const left = readdirSync(data, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => name.includes('unfinished'))).toEqual([]);
    const archive = await openArchive(client('new', []), data);
    expect((await archive.find(`/${oldPack}`, 'br'))?.encoding).toBe('br');
  });
});

describe('a damaged pack', () => {
  it('is not served', async () => {
    const archive = await afterNewBuild();
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    writeFileSync(join(data, oldPack), oldText.replace('旧', '坏'));
    writeFileSync(join(data, `${oldPack}.br`), 'not brotli');
    expect(await archive.find(`/${oldPack}`, 'br')).toBeUndefined();
    expect(await archive.find(`/${oldPack}`, undefined)).toBeUndefined();
    expect(log).toHaveBeenCalledWith(expect.stringContaining('damaged'));
  });

  it('is made good by a build that has it', async () => {
    await afterNewBuild();
    writeFileSync(join(data, oldPack), '');
    writeFileSync(join(data, `${oldPack}.br`), '');
    await openArchive(join(root, 'old'), data);
    const archive = await openArchive(join(root, 'new'), data);
    expect((await archive.find(`/${oldPack}`, 'br'))?.encoding).toBe('br');
  });

  it('in a build stops the start', async () => {
    const build = client('bad', [[oldPack, newText]]);
    await expect(openArchive(build, data)).rejects.toThrow(/is damaged. Run npm run build again/);
    expect(existsSync(join(data, oldPack))).toBe(false);
  });
});

describe('a request for anything else', () => {
  it.each([
    '/packs/../secret.json',
    '/packs/..%2fsecret.json',
    '/packs/0123.json',
    '/packs/0123456789ABCDEF.json',
    `/${oldPack}.br`,
    '/_app/immutable/../../secret',
    '/_app/immutable/chunks/../../../secret',
    '/_app/immutable/..\\..\\secret',
    '/_app/immutable/chunks/.hidden.js',
    '/_app/immutable//etc/passwd',
    '/_app/immutable/chunks',
    '/_app/immutable/chunks/-Old_1.js/x',
    '/_app/version.json',
    '/secret',
    '/',
    '',
  ])('finds nothing: %s', async (path) => {
    write(join(data, 'secret'), 'x');
    write(join(data, 'secret.json'), 'x');
    write(join(data, '_app/immutable/chunks/.hidden.js'), 'x');
    const archive = await afterNewBuild();
    expect(await archive.find(path, undefined)).toBeUndefined();
  });
});

it('refuses to start where nothing can be written', async () => {
  write(join(root, 'file'), '');
  const opening = openArchive(client('new', []), join(root, 'file', 'data'));
  await expect(opening).rejects.toThrow(StartRefused);
  await expect(opening).rejects.toThrow(/Set DATA_DIR/);
});

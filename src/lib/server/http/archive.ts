import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress } from 'node:zlib';
import { compress, encodingFor, type Encoding } from './encoding.ts';
import { StartRefused } from './start-refused.ts';

const DAY_MS = 86_400_000;
const KEEP_CHUNKS_MS = 30 * DAY_MS;

// Nothing else is ever read from or written to: no segment begins with a dot, so no path leaves its folder.
const PACK = /^packs\/([0-9a-f]{16})\.json$/;
const CHUNK = /^_app\/immutable\/(?:[\w@+~-][\w@+~.-]*\/)*[\w@+~-][\w@+~.-]*$/;
const UNFINISHED = '.unfinished-';

const TYPES: Record<string, string> = {
  js: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
};
const COMPRESSIBLE = /\.(js|css|json|svg|wasm)$/;

/** A file of an earlier build, ready to be sent. */
export interface Kept {
  body: Buffer;
  type: string;
  encoding?: Encoding;
}

export interface Archive {
  /**
   * A pack or chunk that the present build has not, or undefined: also for a path that is no such thing, and for a
   * pack whose bytes do not match its name.
   * @param path decoded, without the query
   */
  find(path: string, acceptEncoding: string | undefined): Promise<Kept | undefined>;
  /** Marks what the present build holds as served today, and lets go of chunks not served for 30 days. */
  refresh(): Promise<void>;
}

/**
 * Keeps what phones may still ask for after the next build: every pack for good (answers are scored against the pack
 * they were given on), chunks for 30 days (a page stays open). Several servers may share one directory.
 * @param client the build's `client` directory
 * @throws StartRefused when `data` cannot be written to or a pack of the build is damaged
 */
export async function openArchive(client: string, data: string, now = Date.now): Promise<Archive> {
  let present = new Set<string>();
  const refresh = async () => {
    present = new Set(await keepPresent(client, data, now()));
    await forgetOld(data, present, now() - KEEP_CHUNKS_MS);
  };
  try {
    await writable(data);
    await refresh();
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new StartRefused(
      `Cannot keep packs in ${data} (${cause.code}). Set DATA_DIR to a directory that can be written to.`,
      { cause },
    );
  }
  return {
    refresh,
    find: async (path, acceptEncoding) => {
      const name = path.slice(1);
      if (!(PACK.test(name) || CHUNK.test(name)) || present.has(name)) return undefined;
      return read(data, name, encodingFor(acceptEncoding)).catch((cause: unknown) => {
        if (isSystemError(cause) && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(cause.code))
          return undefined;
        throw cause;
      });
    },
  };
}

/** Copies what is not there yet and touches the rest. Returns the names of what the build holds. */
async function keepPresent(client: string, data: string, now: number): Promise<string[]> {
  const files = [
    ...(await filesUnder(client, 'packs')),
    ...(await filesUnder(client, '_app/immutable')),
  ];
  const names = files.filter(
    (name) => !/\.(br|gz)$/.test(name) && (PACK.test(name) || CHUNK.test(name)),
  );
  for (const name of names) {
    const body = await readFile(join(client, name));
    if (!matchesName(name, body)) {
      throw new StartRefused(`${join(client, name)} is damaged. Run npm run build again.`);
    }
    await keep(data, name, body, now);
    if (COMPRESSIBLE.test(name)) await keepCompressed(client, data, name, body, now);
  }
  return names;
}

async function keepCompressed(
  client: string,
  data: string,
  name: string,
  body: Buffer,
  now: number,
) {
  const compressed = `${name}.br`;
  if (await touch(join(data, compressed), now)) return;
  const ready = await readFile(join(client, compressed)).catch(() => undefined);
  await keep(data, compressed, ready ?? (await promisify(brotliCompress)(body)), now);
}

/** Another server may do the same at the same time: a file is complete from the moment it has its name. */
async function keep(data: string, name: string, body: Buffer, now: number): Promise<void> {
  const path = join(data, name);
  const there = PACK.test(name)
    ? await readFile(path).then(
        (kept) => kept.equals(body),
        () => false,
      )
    : await stat(path).then(
        (kept) => kept.size === body.length,
        () => false,
      );
  if (there && (await touch(path, now))) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = join(dirname(path), UNFINISHED + randomUUID());
  try {
    await writeFile(unfinished, body, { flush: true });
    await utimes(unfinished, new Date(now), new Date(now));
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function touch(path: string, now: number): Promise<boolean> {
  return utimes(path, new Date(now), new Date(now)).then(
    () => true,
    () => false,
  );
}

/** Packs stay. So does all that the present build holds, whatever the clock says. */
async function forgetOld(data: string, present: Set<string>, before: number): Promise<void> {
  for (const folder of ['packs', '_app/immutable']) {
    for (const name of await filesUnder(data, folder)) {
      const unfinished = name.includes(UNFINISHED);
      if (!unfinished && (folder === 'packs' || present.has(name.replace(/\.br$/, '')))) continue;
      const path = join(data, name);
      const modified = await stat(path).then(
        (file) => file.mtimeMs,
        () => Infinity,
      );
      if (modified < before) await rm(path, { force: true });
    }
  }
}

async function read(
  data: string,
  name: string,
  encoding: Encoding | undefined,
): Promise<Kept | undefined> {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  if (encoding === 'br' && COMPRESSIBLE.test(name)) {
    const body = await readFile(join(data, `${name}.br`)).catch(() => undefined);
    if (body && (await expandsTo(name, body))) return { body, type, encoding };
  }
  const body = await readFile(join(data, name));
  if (!matchesName(name, body)) {
    console.error(`${join(data, name)} is damaged and is not served`);
    return undefined;
  }
  if (!encoding || !COMPRESSIBLE.test(name)) return { body, type };
  return { body: await compress(body, encoding), type, encoding };
}

/** A pack is named by the first 16 hex digits of its SHA-256; the names of chunks cannot be checked. */
function matchesName(name: string, body: Buffer): boolean {
  const hash = PACK.exec(name)?.[1];
  return hash === undefined || createHash('sha256').update(body).digest('hex').startsWith(hash);
}

async function expandsTo(name: string, compressed: Buffer): Promise<boolean> {
  if (!PACK.test(name)) return true;
  return promisify(brotliDecompress)(compressed, { maxOutputLength: 64 * 1024 * 1024 }).then(
    (body) => matchesName(name, body),
    () => false,
  );
}

/** Refuses at the start, not at the first pack that is new. */
async function writable(data: string): Promise<void> {
  const probe = join(data, 'packs', UNFINISHED + randomUUID());
  await mkdir(dirname(probe), { recursive: true });
  await writeFile(probe, '');
  await rm(probe);
}

async function filesUnder(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
    (cause: unknown) => {
      if (isSystemError(cause) && cause.code === 'ENOENT') return [];
      throw cause;
    },
  );
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(root.length + 1)
      .replaceAll('\\', '/'),
  );
}

function isSystemError(value: unknown): value is NodeJS.ErrnoException & { code: string } {
  return value instanceof Error && 'code' in value && 'syscall' in value;
}

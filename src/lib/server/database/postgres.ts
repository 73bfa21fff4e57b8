import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { StoreBusy, StoreUnsure, type Store, type Tx } from './store.ts';
import type { Tables } from './tables.ts';

const POOL_SIZE = 12;
const RETRIES = 5;

// Whole numbers of eight bytes come as text by default; ours are times and points, far below 2^53.
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): ((text: string) => unknown) =>
    Number(oid) === INT8
      ? Number
      : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
};

/** PostgreSQL through `pg`. @param url `postgres://user:password@host:port/database` */
export function openPostgres(url: string): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: 5000,
    types,
    options: '-c synchronous_commit=on -c statement_timeout=20000 -c lock_timeout=10000',
  });
  // A connection that breaks is replaced by the pool: while nobody uses it, and between two statements of a transaction,
  // whose next one then fails. An error that nobody listens to would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    engine: 'postgres',
    read: db,
    isTrouble: isEngineTrouble,
    async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      for (let tries = 1; ; tries++) {
        let worked = false;
        try {
          return await db.transaction().execute(async (tx) => {
            const value = await work(tx);
            worked = true;
            return value;
          });
        } catch (cause) {
          if (isConflict(cause) && tries < RETRIES) continue;
          if (!isEngineTrouble(cause)) throw cause;
          if (worked) throw new StoreUnsure('the commit was not confirmed', { cause });
          throw new StoreBusy('nothing was written', { cause });
        }
      }
    },
    close: () => db.destroy(),
  };
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/**
 * Serialization failure, deadlock, and a key that another unit of work took in the same moment: begun again, the work
 * sees what the other one wrote.
 */
function isConflict(error: unknown): boolean {
  return ['40001', '40P01', '23505'].includes(codeOf(error));
}

/** Connection, resources, operator intervention, lock not available: nothing to do with what was asked. */
function isEngineTrouble(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(08|40|53|57|58)/.test(code) || code === '55P03' || /^E[A-Z]+$/.test(code)) return true;
  return error instanceof Error && /timeout|terminated|connection/i.test(error.message);
}

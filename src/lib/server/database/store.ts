import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export type Engine = 'sqlite' | 'postgres';

/** Reads and writes inside one unit of work. */
export type Tx = Kysely<Tables>;

/** The database, as use cases see it: the same on both engines. */
export interface Store {
  readonly engine: Engine;
  /** For reading what is committed. */
  readonly read: Kysely<Tables>;
  /**
   * Runs a unit of work: all of it takes effect or nothing. When the promise resolves it is on the disk.
   * On PostgreSQL the work may run a second time after a conflict, so it must not keep state outside.
   * @throws whatever the work throws, after undoing it; StoreBusy when the database could not do it
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Whether an error, of a read too, says that the database is full, locked or away, and nothing of what was asked. */
  isTrouble(error: unknown): boolean;
  /** Finishes what was accepted, then closes. */
  close(): Promise<void>;
}

/** The database is full, locked or away: nothing of the work has taken effect, and it may be tried again. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

/** The connection broke while the work was being committed: whether it has taken effect shows only when it is asked again. */
export class StoreUnsure extends StoreBusy {}

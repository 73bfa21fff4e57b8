import {
  openDB,
  unwrap,
  wrap,
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  type StoreNames,
} from 'idb';
import type { Notice } from '../domain/bank/notice.ts';
import { Failure } from '../domain/failure.ts';
import type { Transfer } from '../domain/ledger/transfer.ts';
import type { Day } from '../domain/points/day.ts';
import type { KeptVerdict } from '../domain/points/difference.ts';
import type { EarnedAward } from '../domain/points/statement.ts';
import type { Attempt } from '../domain/quiz/attempt.ts';
import type { Round } from '../domain/quiz/round.ts';
import type { VoucherView } from '../domain/voucher/messages.ts';

/** A row waiting for the server; its id is that of the fact it carries, made before it is ever sent. */
export interface OutboxRow {
  id: string;
  kind: 'attempt' | 'report';
  queuedAtMs: number;
  /** When the server said that it cannot book this yet. */
  laterMs?: number;
  /** Left over from a wallet that this phone was signed out of: it goes into the next one, but opens none. */
  parked?: true;
  /** Points that were shown as 待同步 for it and whose key the server has booked for another attempt since. */
  estimated?: number;
}

/**
 * `elsewhere`: made on another device of the wallet. `past`: it went with a wallet that this phone has left. Neither is
 * ever sent.
 */
export type KeptAttempt = Attempt & { elsewhere?: true; past?: true };

/**
 * `unconfirmed`: kept from before the server was restored, or did not know this phone any more. It is sent there once;
 * a till may take it until it expires, so it is shown until then.
 */
export type KeptVoucher = VoucherView & { unconfirmed?: 'to-send' | 'sent' };

/** `read`: the resident has seen it. */
export type KeptNotice = Notice & { read?: true };

/** A resident says that a question is faulty. */
export interface Report {
  id: string;
  questionId: string;
  packHash: string;
  reason: ReportReason;
  note: string;
  reportedAtMs: number;
}
export type ReportReason = 'answer' | 'wording' | 'outdated' | 'display' | 'other';

export interface ParkSchema extends DBSchema {
  attempts: {
    key: string;
    value: KeptAttempt;
    indexes: { byQuestion: string; byDay: Day };
  };
  awards: { key: string; value: EarnedAward; indexes: { byDay: Day; byAttempt: string } };
  outbox: { key: string; value: OutboxRow };
  /** The current round of each slot, see `slotOf`. */
  rounds: { key: string; value: Round };
  packs: { key: string; value: { hash: string; json: string; savedAtMs: number } };
  settings: { key: string; value: unknown };
  reports: { key: string; value: Report };
  // What the server has of this phone's wallet, see mirror.ts.
  transfers: { key: string; value: Transfer };
  vouchers: { key: string; value: KeptVoucher };
  verdicts: { key: string; value: KeptVerdict };
  /** Of the bank, not of the wallet: they stay when it ends. */
  notices: { key: string; value: KeptNotice };
}
export type ParkDatabase = IDBPDatabase<ParkSchema>;

export type Migration<S extends DBSchema> = (
  db: IDBPDatabase<S>,
  tx: IDBPTransaction<S, ArrayLike<StoreNames<S>>, 'versionchange'>,
) => void;

/**
 * Forward only and never changed once released: number n leads from version n to n + 1.
 * A database of any earlier version walks through the rest.
 */
export const migrations: readonly Migration<ParkSchema>[] = [
  (db) => {
    const attempts = db.createObjectStore('attempts', { keyPath: 'id' });
    attempts.createIndex('byQuestion', 'questionId');
    db.createObjectStore('awards', { keyPath: 'key' }).createIndex('byDay', 'day');
    db.createObjectStore('outbox', { keyPath: 'id' });
    db.createObjectStore('rounds');
    db.createObjectStore('packs', { keyPath: 'hash' });
    db.createObjectStore('settings');
  },
  (db, tx) => {
    // The daily five and the week of practice are counted by the day of the round.
    tx.objectStore('attempts').createIndex('byDay', 'round.day');
    db.createObjectStore('reports', { keyPath: 'id' });
  },
  (db, tx) => {
    tx.objectStore('awards').createIndex('byAttempt', 'attemptId');
    for (const name of ['transfers', 'vouchers', 'verdicts'] as const)
      db.createObjectStore(name, { keyPath: 'id' });
  },
  (db) => {
    db.createObjectStore('notices', { keyPath: 'questionId' });
  },
];

export const DATABASE_NAME = 'civil-code-park';
const OPEN_TIMEOUT_MS = 6000;

export interface DatabaseEvents {
  /** Another tab holds an older version open, so this one cannot start. */
  blocked(): void;
  /** A newer version wants to start in another tab: this connection has been closed for it. */
  outdated(): void;
  /** 清除本机数据 was chosen in another tab: this connection has been closed for it. */
  deleted(): void;
  /** The browser closed the connection (storage cleared, or it ran into trouble). */
  terminated(): void;
}

/**
 * @param upTo the version to open, for testing migrations
 * @throws Failure as {@link openVersioned}
 */
export const openDatabase = (
  events: DatabaseEvents,
  upTo = migrations.length,
): Promise<ParkDatabase> => openVersioned(DATABASE_NAME, migrations, events, upTo);

/**
 * Opens a database and brings it to version `upTo`.
 * @throws Failure `storage-denied` where the browser refuses storage or does not answer,
 *   `storage-outdated` where a newer version of the app has already changed the database
 */
export async function openVersioned<S extends DBSchema>(
  name: string,
  steps: readonly Migration<S>[],
  events: DatabaseEvents,
  upTo = steps.length,
): Promise<IDBPDatabase<S>> {
  let blocked = false;
  const opening = openDB<S>(name, upTo, {
    upgrade(db, from, to, tx) {
      for (const migrate of steps.slice(from, to ?? upTo)) migrate(db, tx);
    },
    blocked() {
      blocked = true;
      events.blocked();
    },
    blocking(_current, wanted, event) {
      (event.target as IDBDatabase).close();
      if (wanted === null) events.deleted();
      else events.outdated();
    },
    terminated: () => events.terminated(),
  });
  try {
    return withoutStrayRejections(await withTimeout(opening, () => blocked));
  } catch (cause) {
    const outdated = cause instanceof DOMException && cause.name === 'VersionError';
    throw new Failure(outdated ? 'storage-outdated' : 'storage-denied', { cause });
  }
}

/**
 * A read whose connection is closed under it is told by its request; beside that, idb rejects the transaction's `done`,
 * which nobody awaits for a read.
 */
function withoutStrayRejections<S extends DBSchema>(db: IDBPDatabase<S>): IDBPDatabase<S> {
  const raw = unwrap(db);
  raw.transaction = function (...parts: Parameters<IDBDatabase['transaction']>) {
    const tx = IDBDatabase.prototype.transaction.apply(this, parts);
    wrap(tx).done.catch(() => undefined);
    return tx;
  };
  return db;
}

/** Some web views never answer an open request; one that waits for another tab may take its time. */
function withTimeout<T>(opening: Promise<T>, waiting: () => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      if (!waiting()) reject(new Error('the browser does not answer'));
    }, OPEN_TIMEOUT_MS);
    opening.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Turns what IndexedDB throws into what a person can be told. */
export function failureOf(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const name = cause instanceof DOMException ? cause.name : '';
  return new Failure(name === 'QuotaExceededError' ? 'storage-full' : 'storage-failed', { cause });
}

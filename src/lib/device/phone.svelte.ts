import { browser } from '$app/environment';
import type { FailureCode } from '../domain/failure.ts';
import { failureOf, openDatabase, type ParkDatabase } from './database.ts';
import { StoredJournal, type Journal } from './journal.ts';
import { onWord, tell } from './tabs.ts';

const REOPEN_WAITS_MS = [100, 500, 2000];

/** This phone's storage: one connection, opened when first needed and again after it was lost. */
class Phone {
  /** What a resident must know about storage at the moment. */
  #notice = $state<FailureCode>();
  /** Whether there was anything to lose. */
  #held = false;
  #connection: Promise<ParkDatabase> | undefined;
  #reopening: Promise<void> | undefined;
  #journal: Promise<Journal> | undefined;

  constructor() {
    if (browser) onWord('changed', () => (this.#held = true));
  }

  get notice(): FailureCode | undefined {
    return this.#notice;
  }

  /** The live connection. @throws Failure `storage-denied`, `storage-outdated` */
  open = (): Promise<ParkDatabase> => {
    if (!this.#connection) {
      this.#connection = openDatabase({
        blocked: () => (this.#notice = 'storage-blocked'),
        outdated: () => {
          this.#connection = undefined;
          this.#notice = 'storage-outdated';
        },
        deleted: () => {
          this.#connection = undefined;
          this.#notice = 'storage-removed';
          tell('changed');
        },
        terminated: () => {
          this.#connection = undefined;
          if (!this.#reopening)
            this.#reopening = this.#reopen().finally(() => (this.#reopening = undefined));
        },
      });
      this.#connection.then(
        (db) => {
          if (this.#notice === 'storage-blocked') this.#notice = undefined;
          void db
            .count('attempts')
            .then((n) => (this.#held ||= n > 0))
            .catch(() => undefined);
        },
        () => (this.#connection = undefined),
      );
    }
    return this.#connection;
  };

  /** Where storage is refused the journal of this page's lifetime, and a notice that says so. */
  journal(): Promise<Journal> {
    this.#journal ??= this.open().then(
      () => new StoredJournal(this.open),
      async (cause: unknown) => {
        this.#notice ??= failureOf(cause).code;
        const { MemoryJournal } = await import('./memory-journal.ts');
        return new MemoryJournal();
      },
    );
    return this.#journal;
  }

  /** The browser closed the connection: most often because the site's data were cleared. */
  async #reopen(): Promise<void> {
    for (const waitMs of REOPEN_WAITS_MS) {
      this.#connection = undefined;
      // While it is still clearing, the browser refuses.
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      try {
        const db = await this.open();
        const left = await db.count('attempts');
        if (this.#held && left === 0) this.#notice = 'storage-cleared';
        // What is there still may be on its way out.
        this.#held = left > 0;
        break;
      } catch {
        if (waitMs === REOPEN_WAITS_MS.at(-1)) this.#notice = 'storage-failed';
      }
    }
    tell('changed');
  }

  /** Lets go of the database, so that it can be deleted. The next use opens it again. */
  async close(): Promise<void> {
    const closing = this.#connection;
    this.#connection = undefined;
    this.#journal = undefined;
    await closing?.then((db) => db.close()).catch(() => undefined);
  }

  dismissNotice(): void {
    this.#notice = undefined;
  }

  /** Whether the browser has promised to keep the data. Asked for after a first round, never relied on. */
  async askToPersist(): Promise<boolean> {
    if (!browser || !navigator.storage?.persist) return false;
    return (await navigator.storage.persisted()) || navigator.storage.persist();
  }
}

export const phone = new Phone();

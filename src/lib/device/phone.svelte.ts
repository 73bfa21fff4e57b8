import { browser } from '$app/environment';
import type { FailureCode } from '../domain/failure.ts';
import { openDatabase, type ParkDatabase } from './database.ts';
import { StoredJournal, type Journal } from './journal.ts';
import { tell } from './tabs.ts';

/** This phone's storage: one connection, opened when first needed and again after it was lost. */
class Phone {
  /** What a resident must know about storage at the moment. */
  #notice = $state<FailureCode>();
  #connection: Promise<ParkDatabase> | undefined;
  #journal: Promise<Journal> | undefined;

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
        terminated: () => void this.#reopen(),
      });
      this.#connection.then(
        () => {
          if (this.#notice === 'storage-blocked') this.#notice = undefined;
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
      async () => {
        this.#notice ??= 'storage-denied';
        const { MemoryJournal } = await import('./memory-journal.ts');
        return new MemoryJournal();
      },
    );
    return this.#journal;
  }

  /** The browser closed the connection: most often because the site's data were cleared. */
  async #reopen(): Promise<void> {
    this.#connection = undefined;
    try {
      const db = await this.open();
      if ((await db.count('attempts')) === 0) this.#notice = 'storage-cleared';
    } catch {
      this.#notice = 'storage-failed';
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

import { openShopDatabase, type ShopDatabase } from './database.ts';

/** The shop's storage on this device: one connection, opened when first needed and again after it was lost. */
export class ShopStorage {
  #connection: Promise<ShopDatabase> | undefined;
  readonly #lost: () => void;

  /** @param lost the browser has taken the connection away: what is kept must be looked at again */
  constructor(lost: () => void) {
    this.#lost = lost;
  }

  /** The live connection. @throws Failure `storage-denied`, `storage-outdated` */
  open = (): Promise<ShopDatabase> => {
    if (!this.#connection) {
      const gone = () => {
        this.#connection = undefined;
        this.#lost();
      };
      const events = { blocked: () => undefined, outdated: gone, deleted: gone, terminated: gone };
      this.#connection = openShopDatabase(events);
      this.#connection.catch(() => (this.#connection = undefined));
    }
    return this.#connection;
  };
}

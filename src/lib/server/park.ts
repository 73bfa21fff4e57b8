import type { Offer } from '../domain/voucher/offer.ts';
import type { Store } from './database/store.ts';
import type { NoticesInForce } from './bank/notices.ts';
import type { Packs } from './bank/packs.ts';
import type { Budget } from './ledger/budget.ts';
import type { Neighbours } from './neighbours/answer.ts';
import type { SigningKeys } from './voucher/keys.ts';
import { uuidv7 } from '../domain/ids/uuidv7.ts';

/** What every use case works with. */
export interface Park {
  store: Store;
  packs: Packs;
  budget: Budget;
  keys: SigningKeys;
  neighbours: Neighbours;
  bank: { packHash: string; offer: Offer; notices: NoticesInForce };
  /** ms since 1970 UTC. */
  clock(): number;
  random(bytes: number): Uint8Array;
}

export const newId = ({ clock, random }: Pick<Park, 'clock' | 'random'>): string =>
  uuidv7(clock(), random(10));

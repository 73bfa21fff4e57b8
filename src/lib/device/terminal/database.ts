import type { DBSchema, IDBPDatabase } from 'idb';
import type { ClockAnchor } from '../../domain/terminal/clock.ts';
import type { DenyEntry } from '../../domain/terminal/deny-list.ts';
import type {
  ContactAnswer,
  PinVerifier,
  RowVerdict,
  TerminalEvent,
} from '../../domain/terminal/messages.ts';
import type { PinTries } from '../../domain/terminal/pin.ts';
import type { PublishedKey } from '../../domain/terminal/verify.ts';
import type {
  ClerkView,
  LookAnswer,
  Receipt,
  TerminalView,
  TodayAnswer,
  VoucherReading,
} from '../../domain/voucher/messages.ts';
import { openVersioned, type DatabaseEvents, type Migration } from '../database.ts';

/** A voucher's end at this till, asked and not answered yet. */
export interface BookQuestion {
  ask: 'hand-over' | 'sold-out';
  nonce: string;
  reading: VoucherReading;
  /** What the clerk was shown. */
  found: LookAnswer;
  clerk?: ClerkView;
}
/**
 * What a till has asked the server to book and has no answer to yet. Asked again with the same nonce; where it may, the
 * terminal hands over by itself with it.
 */
export type OpenQuestion = BookQuestion | { ask: 'undo'; nonce: string; receipt: Receipt };

/**
 * A hand-over that this terminal has made. One store is the used-set, the queue and the day's list at once, so that
 * none of them can know of a hand-over that the others do not.
 */
export interface KeptHandOver {
  nonce: string;
  voucherId: string;
  shopId: string;
  /** Absent where a code was typed: the voucher itself was never seen, so it cannot be uploaded. */
  token?: string;
  atMs: number;
  clerk?: ClerkView;
  undoneAtMs?: number;
  goods: LookAnswer['goods'];
  points: number;
  /** In the queue. Left out where it is not: only what is there is in the index. */
  waiting?: 1;
  /** What became of it when it was uploaded. */
  verdict?: RowVerdict;
  /** The clerk has seen that verdict, or there was nothing to see. */
  seen?: true;
}

/** What the clerk has typed to make this device a terminal, and the key that was made for it. */
export interface Enrolling {
  code: string;
  name: string;
  /** It is to hand over also when nobody answers. */
  offline: boolean;
  keyPair: CryptoKeyPair;
}

/** Single values; each is there or not. */
export interface Settings {
  /** Asked and not answered yet: asked again, it is the same enrolment. */
  enrolling: Enrolling;
  /** Who this terminal is; its absence means that this device is no terminal, or has forgotten that it is. */
  view: TerminalView;
  /** The private key cannot be taken out of the browser. Absent on plain http, which has no WebCrypto. */
  keyPair: CryptoKeyPair;
  list: { number: number; epoch: string; asOfMs: number };
  /** Of the server that answered last. */
  epoch: string;
  keys: PublishedKey[];
  goods: ContactAnswer['goods'];
  pins: PinVerifier[];
  /** By clerk. */
  tries: Record<string, PinTries>;
  clock: ClockAnchor;
  clerk: ClerkView;
  question: OpenQuestion;
  /** What the server said of today when it was last asked. */
  today: TodayAnswer;
  quiet: boolean;
}

export interface ShopSchema extends DBSchema {
  settings: { key: keyof Settings; value: Settings[keyof Settings] };
  handovers: {
    key: string;
    value: KeptHandOver;
    indexes: { byVoucher: string; byTime: number; waiting: number };
  };
  denied: { key: string; value: DenyEntry };
  events: { key: string; value: TerminalEvent };
}
export type ShopDatabase = IDBPDatabase<ShopSchema>;

/** Beside the residents' database: clearing the one does not touch the other. */
export const SHOP_DATABASE = 'civil-code-park-shop';

/** Forward only and never changed once released, as in `device/database.ts`. */
export const shopMigrations: readonly Migration<ShopSchema>[] = [
  (db) => {
    db.createObjectStore('settings');
    const handovers = db.createObjectStore('handovers', { keyPath: 'nonce' });
    handovers.createIndex('byVoucher', 'voucherId');
    handovers.createIndex('byTime', 'atMs');
    handovers.createIndex('waiting', 'waiting');
    db.createObjectStore('denied', { keyPath: 'voucherId' });
    db.createObjectStore('events', { keyPath: 'id' });
  },
];

/** @throws Failure `storage-denied`, `storage-outdated` */
export const openShopDatabase = (
  events: DatabaseEvents,
  upTo = shopMigrations.length,
): Promise<ShopDatabase> => openVersioned(SHOP_DATABASE, shopMigrations, events, upTo);

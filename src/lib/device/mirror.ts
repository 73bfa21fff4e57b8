import type { IDBPTransaction, StoreNames } from 'idb';
import type { Transfer } from '../domain/ledger/transfer.ts';
import type { KeptVerdict } from '../domain/points/difference.ts';
import type { EarnedAward } from '../domain/points/statement.ts';
import type { KeptAttempt, KeptVoucher, OutboxRow, ParkDatabase, ParkSchema } from './database.ts';

// What this phone knows of its wallet on the server. The server is right; all of this can be had again from it.

/** The wallet as the last answer had it. */
export interface KeptWallet {
  walletId: string;
  deviceId: string;
  epoch: string;
  /** Up to where the stores hold the wallet's history. */
  cursor: number;
  available: number;
  held: number;
  openedAtMs: number;
  /** By this phone's clock. */
  lastSyncAtMs: number;
  /** By the server's clock: of two answers with the same cursor the later one has the numbers. */
  heardAtMs: number;
}

/** Made and kept before the wallet is first asked for; `answered` once a request with it has succeeded. */
export interface Claim {
  walletId: string;
  deviceId: string;
  secret: string;
  answered?: true;
  /**
   * The drain that has sent it and has no answer yet: each claim is given a new cookie, so only one may be on its way.
   * `locked`: it had the sync lock.
   */
  underWay?: { by: string; sinceMs: number; locked?: true };
}

export interface SyncState {
  /** Counts how often the mirror was begun anew. An answer to a request from before is not taken in. */
  generation: number;
  /** A join has succeeded: the cookie is there, its wallet not yet known. */
  joined?: true;
  /** How the last wallet ended, until the resident has taken note. */
  ended?: WalletEnd;
  /** The server asked for quiet until then, by this phone's clock. */
  quietUntilMs?: number;
}
export type WalletEnd = 'signed-out' | 'wallet-closed';

const STORES = [
  'attempts',
  'awards',
  'notices',
  'outbox',
  'reports',
  'settings',
  'transfers',
  'vouchers',
  'verdicts',
] as const satisfies StoreNames<ParkSchema>[];
type Mode = 'readonly' | 'readwrite';
type MirrorTx<M extends Mode> = IDBPTransaction<ParkSchema, (typeof STORES)[number][], M>;
export type MirrorChange = MirrorTx<'readwrite'>;

/** One strict transaction over all that belongs together: it is kept as a whole or not at all. */
export function change(db: ParkDatabase): MirrorChange {
  return db.transaction([...STORES], 'readwrite', { durability: 'strict' });
}

/** Rows of `settings` that belong to the mirror. */
interface Rows {
  /** Of the list that the store `notices` holds. */
  noticesHash: string;
  wallet: KeptWallet;
  claim: Claim;
  sync: SyncState;
}

export async function kept<K extends keyof Rows>(
  tx: MirrorTx<Mode>,
  key: K,
): Promise<Rows[K] | undefined> {
  return (await tx.objectStore('settings').get(key)) as Rows[K] | undefined;
}

export async function keep<K extends keyof Rows>(
  tx: MirrorChange,
  key: K,
  row: Rows[K] | undefined,
): Promise<void> {
  if (row) await tx.objectStore('settings').put(row, key);
  else await tx.objectStore('settings').delete(key);
}

export async function stateIn(tx: MirrorTx<Mode>): Promise<SyncState> {
  return (await kept(tx, 'sync')) ?? { generation: 0 };
}

export interface Mirror {
  wallet: KeptWallet | undefined;
  claim: Claim | undefined;
  state: SyncState;
  awards: EarnedAward[];
  outbox: OutboxRow[];
  transfers: Transfer[];
  vouchers: KeptVoucher[];
  verdicts: Map<string, KeptVerdict>;
}

/** Everything at one moment, but for the attempts, which are many. */
export async function readMirror(db: ParkDatabase): Promise<Mirror> {
  const tx: MirrorTx<'readonly'> = db.transaction([...STORES]);
  const [wallet, claim, state, awards, outbox, transfers, vouchers, verdicts] = await Promise.all([
    kept(tx, 'wallet'),
    kept(tx, 'claim'),
    stateIn(tx),
    tx.objectStore('awards').getAll(),
    tx.objectStore('outbox').getAll(),
    tx.objectStore('transfers').getAll(),
    tx.objectStore('vouchers').getAll(),
    tx.objectStore('verdicts').getAll(),
  ]);
  return {
    wallet,
    claim,
    state,
    awards,
    outbox,
    transfers,
    vouchers,
    verdicts: new Map(verdicts.map((verdict) => [verdict.id, verdict])),
  };
}

/** 待同步: what the phone estimates for attempts that no server has booked. */
export function pendingOf(awards: readonly EarnedAward[]): number {
  return awards.filter((a) => !a.booked).reduce((sum, a) => sum + a.points, 0);
}

/**
 * Begins the mirror anew, as if this phone had never heard of its wallet. Attempts and reports stay.
 * @param again whether everything this phone ever did is sent again; its booked awards are estimates until then
 * @param keepHeld whether vouchers that a till may still take are kept, and told to the server
 */
export async function beginAnew(
  tx: MirrorChange,
  { again, keepHeld }: { again: boolean; keepHeld: boolean },
): Promise<void> {
  const attempts = tx.objectStore('attempts');
  const awards = tx.objectStore('awards');
  const vouchers = tx.objectStore('vouchers');
  const [all, earned, held, state] = await Promise.all([
    attempts.getAll(),
    awards.getAll(),
    vouchers.getAll(),
    stateIn(tx),
    tx.objectStore('transfers').clear(),
    tx.objectStore('verdicts').clear(),
  ]);
  const own = new Set(all.filter(isOwn).map((a) => a.id));
  const next = { ...state, generation: state.generation + 1 };
  delete next.joined;
  await Promise.all([
    keep(tx, 'sync', next),
    vouchers.clear(),
    ...all.filter((a) => a.elsewhere).map((a) => attempts.delete(a.id)),
  ]);
  for (const award of earned.filter((a) => a.booked)) {
    delete award.booked;
    if (again && own.has(award.attemptId)) await awards.put(award);
    else await awards.delete(award.key);
  }
  for (const voucher of held) {
    if (keepHeld && voucher.state.is === 'held')
      await vouchers.put({ ...voucher, unconfirmed: 'to-send' });
  }
  if (again) await queueAll(tx, all.filter(isOwn));
}

const isOwn = (attempt: KeptAttempt) => !attempt.elsewhere && !attempt.past;

async function queueAll(tx: MirrorChange, attempts: readonly KeptAttempt[]): Promise<void> {
  const outbox = tx.objectStore('outbox');
  const reports = await tx.objectStore('reports').getAll();
  const waiting = new Map((await outbox.getAll()).map((row) => [row.id, row]));
  const put = (row: OutboxRow) => {
    const estimated = waiting.get(row.id)?.estimated;
    return outbox.put({ ...row, ...(estimated && { estimated }) });
  };
  await Promise.all([
    ...attempts.map(({ id, practisedAtMs }) =>
      put({ id, kind: 'attempt', queuedAtMs: practisedAtMs }),
    ),
    ...reports.map(({ id, reportedAtMs }) => put({ id, kind: 'report', queuedAtMs: reportedAtMs })),
  ]);
}

/** The wallet's rows go, the next sync opens or finds another one. */
export async function dropWallet(tx: MirrorChange): Promise<void> {
  await keep(tx, 'wallet', undefined);
  await keep(tx, 'claim', undefined);
}

/**
 * The wallet is over for this phone. What was booked stays with it; practice stays on the phone.
 *
 * Signed out: this phone no longer belongs to the wallet, by its owner's word. What it had not sent was shown as
 * 待同步 and never paid anywhere, so it is neither lost nor sent behind the owner's back: it waits (`parked`) for the
 * next wallet. That is joined by a recovery code, or opened by the next attempt made here, because who goes on
 * answering wants the points. Nothing opens a wallet by itself.
 *
 * Closed (注销), here or on another device: the person asked to be forgotten. What was not sent before will not be sent
 * to any wallet; attempts made afterwards begin a new one.
 */
export async function endWallet(tx: MirrorChange, how: WalletEnd): Promise<void> {
  await beginAnew(tx, { again: false, keepHeld: false });
  await dropWallet(tx);
  const attempts = tx.objectStore('attempts');
  const outbox = tx.objectStore('outbox');
  const unsent = new Set<string>();
  for (const row of await outbox.getAll()) {
    if (row.kind !== 'attempt') continue;
    if (how === 'signed-out') {
      unsent.add(row.id);
      await outbox.put({ ...row, parked: true });
    } else await outbox.delete(row.id);
  }
  if (how === 'wallet-closed') await tx.objectStore('awards').clear();
  for (const attempt of await attempts.getAll())
    if (!unsent.has(attempt.id)) await attempts.put({ ...attempt, past: true });
}

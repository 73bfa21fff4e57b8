import * as v from 'valibot';
import { Refused } from '../../domain/refusal.ts';
import { SentReport, type SyncAnswer, type SyncRequest } from '../../domain/sync/messages.ts';
import { MAX_ATTEMPTS, PROTOCOL } from '../../domain/sync/protocol.ts';
import { bankFor } from '../bank/notices.ts';
import type { Tx } from '../database/store.ts';
import type { DeviceRow, WalletRow } from '../database/tables.ts';
import { epochOf } from '../epoch.ts';
import { Book } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { releaseDue } from '../voucher/release.ts';
import { remakeVouchers } from '../voucher/remake.ts';
import { bookAttempts, mostPoints, readRows } from './attempts.ts';
import { changesAfter, justBooked } from './changes.ts';
import { rulesInForce } from './rules.ts';
import { hashOf, identify, newSecret, sameHash, type Session } from './session.ts';

const DAY_MS = 86_400_000;

export interface Synced {
  answer: SyncAnswer;
  /** Set where the phone needs another cookie than the one it sent. */
  session?: Session;
}

/**
 * Books what a phone did and tells it what it does not know. All of it or nothing; the same request again gives the
 * same verdicts and changes nothing. A phone that knows another epoch is told the new one, and nothing is booked.
 * @param session what the cookie says; without one the request's claim opens a wallet
 * @throws Refused `client-too-old`, `wallet-unknown`, `signed-out`, `wallet-closed`
 */
export async function sync(
  park: Park,
  session: Session | undefined,
  request: SyncRequest,
): Promise<Synced> {
  if (request.version < PROTOCOL) throw new Refused('client-too-old');
  const rules = await rulesInForce(park);
  const rows = await readRows(park, request.attempts);
  const reservation = await park.budget.reserve(mostPoints(rows, rules));
  let used = 0;
  try {
    const synced = await park.store.write(async (tx): Promise<Synced> => {
      const nowMs = park.clock();
      const { wallet, device, next } = await who(tx, park, session, request, nowMs);
      const epoch = await epochOf(tx);
      if (request.epoch !== undefined && request.epoch !== epoch)
        return {
          ...(next && { session: next }),
          answer: beginAgain(park, { wallet, device }, epoch, request.noticesHash),
        };
      const book = new Book(park, wallet);
      const window = {
        aheadMs: request.sentAtMs - nowMs,
        fromMs: device.last_sync_at || nowMs - rules.firstSyncDays * DAY_MS,
        nowMs,
      };
      const booked = await bookAttempts(tx, park, rows, {
        book,
        deviceId: device.id,
        window,
        rules,
        budgetLeft: reservation.points,
      });
      const reports = await bookReports(tx, wallet.id, request.reports, nowMs);
      if (request.vouchers?.length) await remakeVouchers(tx, park, book, request.vouchers);
      if (book.wallet.held > 0) await releaseDue(tx, park, book);
      await book.write(tx);
      // A full batch says that more may follow, made before this moment.
      const lastSyncMs = request.attempts.length < MAX_ATTEMPTS ? nowMs : device.last_sync_at;
      await touch(tx, device, lastSyncMs, session !== undefined);
      // Most phones know all but what they have just sent: nothing need be read again for them.
      const knewAll =
        request.cursor === wallet.seq && wallet.held === 0 && !request.vouchers?.length;
      const changes = knewAll
        ? justBooked(book)
        : await changesAfter(
            tx,
            book.wallet,
            request.cursor,
            new Set(booked.verdicts.map(({ id }) => id)),
          );
      used = booked.used;
      const { id, available, held, opened_at: openedAtMs } = book.wallet;
      return {
        ...(next && { session: next }),
        answer: {
          version: PROTOCOL,
          epoch,
          wallet: { id, deviceId: device.id, available, held, openedAtMs },
          verdicts: booked.verdicts,
          reports,
          ...changes,
          bank: bankFor(park.bank, request.noticesHash),
          nowMs,
        },
      };
    });
    reservation.settle(used);
    return synced;
  } catch (error) {
    reservation.fail(error);
    throw error;
  }
}

/**
 * For a phone that does not know yet that the database was restored. Booked now, what it sends would come before what
 * it sends again after this, and what it sends again would be too late for its window.
 */
function beginAgain(
  park: Park,
  { wallet, device }: { wallet: WalletRow; device: DeviceRow },
  epoch: string,
  known: string | undefined,
): SyncAnswer {
  const { id, available, held, opened_at: openedAtMs } = wallet;
  return {
    version: PROTOCOL,
    epoch,
    wallet: { id, deviceId: device.id, available, held, openedAtMs },
    verdicts: [],
    reports: [],
    changes: { transfers: [], vouchers: [], attempts: [] },
    cursor: 0,
    more: true,
    bank: bankFor(park.bank, known),
    nowMs: park.clock(),
  };
}

/** The wallet and device that ask, opened where the claim is new. `next` is the session for a new cookie. */
async function who(
  tx: Tx,
  park: Park,
  session: Session | undefined,
  { claim, deviceName }: SyncRequest,
  nowMs: number,
): Promise<{ wallet: WalletRow; device: DeviceRow; next?: Session }> {
  if (session || !claim) {
    const { moved, ...found } = await identify(tx, park.store, session);
    // Browsers forget a cookie after a year: whoever comes back after a day is given it for another one.
    const renewed = nowMs - found.device.last_sync_at > DAY_MS ? session : undefined;
    const next = moved ?? renewed;
    return { ...found, ...(next && { next }) };
  }
  const { walletId, deviceId } = claim;
  const next: Session = { walletId, deviceId, secret: newSecret(park) };
  const tokenHash = hashOf(next.secret);
  const opened: WalletRow = {
    id: walletId,
    opened_at: nowMs,
    available: 0,
    held: 0,
    seq: 0,
    closed_at: null,
    joined_into: null,
  };
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('wallet')
    .values(opened)
    .onConflict((c) => c.column('id').doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 1n) {
    const device: DeviceRow = {
      wallet_id: walletId,
      id: deviceId,
      name: deviceName,
      token_hash: tokenHash,
      claim_hash: hashOf(claim.secret),
      added_at: nowMs,
      last_sync_at: 0,
      signed_out_at: null,
    };
    await tx.insertInto('device').values(device).execute();
    return { wallet: opened, device, next };
  }
  // Its first answer was lost: the same phone asks again.
  const device = await tx
    .selectFrom('device')
    .selectAll()
    .where('wallet_id', '=', walletId)
    .where('id', '=', deviceId)
    .executeTakeFirst();
  if (!device || !sameHash(claim.secret, device.claim_hash)) throw new Refused('wallet-unknown');
  await tx
    .updateTable('device')
    .set({ token_hash: tokenHash })
    .where('wallet_id', '=', walletId)
    .where('id', '=', deviceId)
    .execute();
  return { ...(await identify(tx, park.store, next)), next };
}

/** The first request with the cookie ends the claim. */
async function touch(
  tx: Tx,
  device: DeviceRow,
  lastSyncMs: number,
  withCookie: boolean,
): Promise<void> {
  await tx
    .updateTable('device')
    .set({ last_sync_at: lastSyncMs, ...(withCookie && { claim_hash: null }) })
    .where('wallet_id', '=', device.wallet_id)
    .where('id', '=', device.id)
    .execute();
}

/** @returns the ids that need not be sent again */
async function bookReports(
  tx: Tx,
  walletId: string,
  rows: unknown[],
  nowMs: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (const row of rows) {
    const parsed = v.safeParse(SentReport, row);
    const id = (row as { id?: unknown } | null)?.id;
    if (typeof id === 'string') ids.push(id.slice(0, 64));
    if (!parsed.success) continue;
    const { questionId, packHash, reason, note } = parsed.output;
    await tx
      .insertInto('report')
      .values({
        wallet_id: walletId,
        id: parsed.output.id,
        question_id: questionId,
        pack_hash: packHash,
        reason,
        note,
        received_at: nowMs,
      })
      .onConflict((c) => c.columns(['wallet_id', 'id']).doNothing())
      .execute();
  }
  return ids;
}

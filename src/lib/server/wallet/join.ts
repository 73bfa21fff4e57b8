import { residentAccount } from '../../domain/ledger/transfer.ts';
import type { Campaign } from '../../domain/points/campaign.ts';
import { Refused } from '../../domain/refusal.ts';
import type { JoinRequest, SentAttempt } from '../../domain/sync/messages.ts';
import type { Tx } from '../database/store.ts';
import type { AttemptRow, DeviceRow, KeptVerdict, WalletRow } from '../database/tables.ts';
import { Book, lockWallet, transferOf } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { postAwards, verdictOf } from './attempts.ts';
import { awardableOf, type Awardable } from './awardable.ts';
import { AwardBook } from './awards.ts';
import { walletOfCode } from './recovery.ts';
import { rulesInForce } from './rules.ts';
import { hashOf, identify, newSecret, sameHash, type Session } from './session.ts';

/** Attempts of the joining wallet that are read and booked at a time. */
const CHUNK = 500;

/**
 * Makes a phone a device of the wallet whose recovery code it has. A wallet that it had is joined to that one: its
 * attempts are applied there under that one's keys and caps, its own awards are reversed, its devices go along.
 * @returns the phone's new session
 * @throws Refused `recovery-unknown`, `same-wallet`, `wallet-has-vouchers`, `wallet-closed`
 */
export async function join(
  park: Park,
  session: Session | undefined,
  request: JoinRequest,
): Promise<Session> {
  const rules = await rulesInForce(park);
  const setAside = await mostOf(park, session?.walletId);
  const reservation = await park.budget.reserve(setAside);
  let used = 0;
  let reversed = 0;
  try {
    const next = await park.store.write(async (tx): Promise<Session> => {
      used = reversed = 0;
      const targetId = await walletOfCode(tx, request.code);
      const [target, own] = await lockBoth(tx, park, targetId, session);
      if (target.closed_at !== null) throw new Refused('wallet-closed');
      const added = await addDevice(tx, park, target.id, request);
      if (!own || !session) return added.session;
      if (own.id === target.id) {
        if (added.again) return added.session;
        throw new Refused('same-wallet');
      }
      await mustHaveNoVouchers(tx, own.id);
      reversed = await reverseAwards(tx, park, own);
      // What is taken back pays first, so that a budget that has run out costs nobody a point.
      const budgetLeft = reservation.points + reversed;
      used = await moveAttempts(tx, park, own.id, target, rules, budgetLeft);
      await closeInto(tx, park, own.id, target.id, session.deviceId);
      return added.session;
    });
    reservation.settle(used - reversed);
    return next;
  } catch (error) {
    reservation.fail(error);
    throw error;
  }
}

/** The most that the joining wallet's attempts can be given in the other one. */
async function mostOf(park: Park, walletId: string | undefined): Promise<number> {
  if (walletId === undefined) return 0;
  const wallet = await park.store.read
    .selectFrom('wallet')
    .select('joined_into')
    .where('id', '=', walletId)
    .executeTakeFirst();
  if (wallet?.joined_into) return mostOf(park, wallet.joined_into);
  const { attempts } = await park.store.read
    .selectFrom('wallet_day')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('attempts'), e.lit(0)).as('attempts'))
    .where('wallet_id', '=', walletId)
    .executeTakeFirstOrThrow();
  const { awards } = await rulesInForce(park);
  const each = Math.max(awards.firstRight, awards.rightAfterWrong);
  return Number(attempts) * (each + awards.daily + awards.station + awards.week.points);
}

/** Locks in the order of ids, so that two phones that join each other's wallets do not wait for one another. */
async function lockBoth(
  tx: Tx,
  park: Park,
  targetId: string,
  session: Session | undefined,
): Promise<[target: WalletRow, own: WalletRow | undefined]> {
  const first = session && session.walletId < targetId;
  if (first) await lockWallet(tx, park.store, session.walletId);
  const target = await lockWallet(tx, park.store, targetId);
  if (!target) throw new Refused('recovery-unknown');
  if (!session) return [target, undefined];
  try {
    return [target, (await identify(tx, park.store, session)).wallet];
  } catch (error) {
    // A phone that was signed out, or whose wallet is closed, has nothing to bring and comes as a new one.
    if (error instanceof Refused) return [target, undefined];
    throw error;
  }
}

async function addDevice(
  tx: Tx,
  park: Park,
  walletId: string,
  { deviceId, secret, deviceName }: JoinRequest,
): Promise<{ session: Session; again: boolean }> {
  const next = { walletId, deviceId, secret: newSecret(park) };
  const there = await tx
    .selectFrom('device')
    .selectAll()
    .where('wallet_id', '=', walletId)
    .where('id', '=', deviceId)
    .executeTakeFirst();
  if (there) {
    // The answer was lost: the same phone asks again with what it kept.
    if (!sameHash(secret, there.claim_hash) || there.signed_out_at !== null)
      throw new Refused('recovery-unknown');
    await tx
      .updateTable('device')
      .set({ token_hash: hashOf(next.secret) })
      .where('wallet_id', '=', walletId)
      .where('id', '=', deviceId)
      .execute();
    return { session: next, again: true };
  }
  const row: DeviceRow = {
    wallet_id: walletId,
    id: deviceId,
    name: deviceName,
    token_hash: hashOf(next.secret),
    claim_hash: hashOf(secret),
    added_at: park.clock(),
    last_sync_at: 0,
    signed_out_at: null,
  };
  await tx.insertInto('device').values(row).execute();
  return { session: next, again: false };
}

async function mustHaveNoVouchers(tx: Tx, walletId: string): Promise<void> {
  const voucher = await tx
    .selectFrom('voucher')
    .select('id')
    .where('wallet_id', '=', walletId)
    .where('state', '!=', 'released')
    .limit(1)
    .executeTakeFirst();
  if (voucher) throw new Refused('wallet-has-vouchers');
}

/** @returns the points that went back */
async function reverseAwards(tx: Tx, park: Park, own: WalletRow): Promise<number> {
  const rows = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('owner', '=', own.id)
    .where('kind', '=', 'award')
    .orderBy('seq')
    .execute();
  const taken = await tx
    .selectFrom('transfer')
    .select('reverses')
    .where('owner', '=', own.id)
    .where('kind', '=', 'reverse-award')
    .execute();
  const done = new Set(taken.map(({ reverses }) => reverses));
  const standing = rows.filter(({ id }) => !done.has(id)).map(transferOf);
  for (let i = 0; i < standing.length; i += CHUNK) {
    const book = new Book(park, await locked(tx, park, own.id));
    for (const { id, points, award } of standing.slice(i, i + CHUNK)) {
      book.post({
        kind: 'reverse-award',
        from: residentAccount(own.id),
        to: 'issue',
        points,
        atMs: park.clock(),
        ...(award && { award }),
        reverses: id,
      });
    }
    await book.write(tx);
  }
  return standing.reduce((sum, { points }) => sum + points, 0);
}

async function locked(tx: Tx, park: Park, walletId: string): Promise<WalletRow> {
  const wallet = await lockWallet(tx, park.store, walletId);
  if (!wallet) throw new Error(`wallet ${walletId} is gone`);
  return wallet;
}

/** Books the attempts of one wallet in another, on the days they were believed. @returns the points given */
async function moveAttempts(
  tx: Tx,
  park: Park,
  fromId: string,
  target: WalletRow,
  rules: Campaign,
  budgetLeft: number,
): Promise<number> {
  let used = 0;
  for (let after = -1; ;) {
    const rows = await tx
      .selectFrom('attempt')
      .selectAll()
      .where('wallet_id', '=', fromId)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(CHUNK)
      .execute();
    const last = rows.at(-1);
    if (!last) return used;
    after = last.seq;
    const there = await tx
      .selectFrom('attempt')
      .select('id')
      .where('wallet_id', '=', target.id)
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute();
    const known = new Set(there.map(({ id }) => id));
    const fresh = rows.filter(({ id }) => !known.has(id));
    used += await applyRows(tx, park, fresh, await locked(tx, park, target.id), {
      rules,
      budgetLeft: budgetLeft - used,
    });
  }
}

async function applyRows(
  tx: Tx,
  park: Park,
  rows: readonly AttemptRow[],
  wallet: WalletRow,
  { rules, budgetLeft }: { rules: Campaign; budgetLeft: number },
): Promise<number> {
  const awardable = await Promise.all(rows.map((row) => bookedBefore(park, row)));
  const awards = await AwardBook.read(tx, wallet.id, awardable, rules, budgetLeft);
  const book = new Book(park, wallet);
  const copies = rows.map((row, i): AttemptRow => {
    const attempt = awardable[i] as Awardable;
    const given = awards.apply(attempt);
    const seq = book.next();
    postAwards(book, given, { day: row.day, attemptId: row.id, atMs: park.clock() });
    return {
      ...row,
      wallet_id: wallet.id,
      seq,
      verdict: JSON.stringify(verdictOf(attempt, given)),
    };
  });
  if (copies.length > 0) await tx.insertInto('attempt').values(copies).execute();
  await awards.write(tx, wallet.id);
  await book.write(tx);
  return awards.used;
}

/** As it was believed when it came; also what was found of its board's code. */
async function bookedBefore({ packs, bank }: Park, row: AttemptRow): Promise<Awardable> {
  const { of } = JSON.parse(row.round) as SentAttempt['round'];
  const verdict = JSON.parse(row.verdict) as KeptVerdict;
  const board = 'board' in verdict ? verdict.board : undefined;
  const scoring = await packs.find(row.pack_hash);
  return awardableOf(
    { questionId: row.question_id, right: row.right === 1, day: row.day, of, board },
    scoring,
    bank.notices,
  );
}

/** The joining phone comes as a new device; the other phones of its wallet keep their cookies: `identify` follows them to the new one. */
async function closeInto(
  tx: Tx,
  park: Park,
  ownId: string,
  targetId: string,
  joinedBy: string,
): Promise<void> {
  const devices = await tx
    .selectFrom('device')
    .selectAll()
    .where('wallet_id', '=', ownId)
    .where('id', '!=', joinedBy)
    .where('signed_out_at', 'is', null)
    .execute();
  const moved = devices.map((device) => ({ ...device, wallet_id: targetId }));
  if (moved.length > 0) {
    await tx
      .insertInto('device')
      .values(moved)
      .onConflict((c) => c.columns(['wallet_id', 'id']).doNothing())
      .execute();
  }
  await moveReports(tx, ownId, targetId);
  for (const table of ['device', 'attempt', 'wallet_day', 'recovery', 'report'] as const)
    await tx.deleteFrom(table).where('wallet_id', '=', ownId).execute();
  await tx
    .updateTable('wallet')
    .set({ closed_at: park.clock(), joined_into: targetId })
    .where('id', '=', ownId)
    .execute();
}

/** What the resident reported is theirs in the other wallet: in its export, and deleted when it is closed. */
async function moveReports(tx: Tx, fromId: string, toId: string): Promise<void> {
  const reports = await tx
    .selectFrom('report')
    .selectAll()
    .where('wallet_id', '=', fromId)
    .execute();
  for (const report of reports) {
    await tx
      .insertInto('report')
      .values({ ...report, wallet_id: toId })
      .onConflict((c) => c.columns(['wallet_id', 'id']).doNothing())
      .execute();
  }
}

import { bookedAward } from '../domain/points/statement.ts';
import type { AttemptVerdict, SyncAnswer } from '../domain/sync/messages.ts';
import type { Transfer } from '../domain/ledger/transfer.ts';
import type { ParkDatabase } from './database.ts';
import { settledBy } from './asks.ts';
import {
  beginAnew,
  change,
  keep,
  kept,
  stateIn,
  type Claim,
  type KeptWallet,
  type MirrorChange,
} from './mirror.ts';

/** What a request said, as far as its answer must be held against it. */
export interface Sent {
  /** The mirror's when it was sent. */
  generation: number;
  attempts: readonly string[];
  reports: readonly string[];
  vouchers: readonly string[];
  claim?: Claim;
}

/**
 * Takes in an answer, all of it in one transaction.
 * @param nowMs by this phone's clock
 * @returns `stale`: the mirror was begun anew since the request, nothing of the answer counts; `reset`: the answer is
 *   from another wallet or from a restored server, so the mirror begins anew. Both times: ask again.
 */
export async function takeIn(
  db: ParkDatabase,
  sent: Sent,
  answer: SyncAnswer,
  nowMs: number,
): Promise<'taken' | 'stale' | 'reset'> {
  const tx = change(db);
  // An abort is told by the request that met it.
  tx.done.catch(() => undefined);
  const outcome = await write(tx, sent, answer, nowMs);
  await tx.done;
  return outcome;
}

async function write(tx: MirrorChange, sent: Sent, answer: SyncAnswer, nowMs: number) {
  const [state, wallet] = await Promise.all([stateIn(tx), kept(tx, 'wallet')]);
  if (state.generation !== sent.generation) return 'stale';
  const restored = wallet !== undefined && wallet.epoch !== answer.epoch;
  if (restored || (wallet && wallet.walletId !== answer.wallet.id)) {
    // Sent again, attempts get the verdicts that count now.
    await beginAnew(tx, { again: true, keepHeld: restored });
    await keep(tx, 'wallet', walletOf(answer, 0, nowMs));
    return 'reset';
  }
  await keepClaim(tx, sent, answer);
  for (const key of ['joined', 'ended'] as const) delete state[key];
  await keep(tx, 'sync', state);
  await keepNotices(tx, answer.bank);

  await settleAttempts(tx, sent, answer.verdicts, nowMs);
  await settleReports(tx, sent, answer.reports, nowMs);
  const cursor = wallet?.cursor ?? 0;
  if (answer.cursor > cursor) await takeChanges(tx, answer.changes);
  await settleVouchers(tx, sent, answer.nowMs);
  const newer = !wallet || answer.cursor > cursor || answer.nowMs >= wallet.heardAtMs;
  if (newer && answer.cursor >= cursor)
    await keep(tx, 'wallet', walletOf(answer, answer.cursor, nowMs));
  return 'taken';
}

function walletOf(answer: SyncAnswer, cursor: number, nowMs: number): KeptWallet {
  const { id, deviceId, available, held, openedAtMs } = answer.wallet;
  const { epoch, nowMs: heardAtMs } = answer;
  return {
    walletId: id,
    deviceId,
    epoch,
    cursor,
    available,
    held,
    openedAtMs,
    lastSyncAtMs: nowMs,
    heardAtMs,
  };
}

/** The claim has done its work when a request succeeded without it: the browser keeps the cookie. */
async function keepClaim(tx: MirrorChange, sent: Sent, answer: SyncAnswer): Promise<void> {
  const claim = await kept(tx, 'claim');
  if (!claim) return;
  // Another wallet than the claimed one: there was a session already.
  const answered = sent.claim && claim.walletId === answer.wallet.id;
  const { walletId, deviceId, secret } = claim;
  await keep(tx, 'claim', answered ? { walletId, deviceId, secret, answered: true } : undefined);
}

/** The whole list takes the place of the one that was here; what has been read stays read. */
async function keepNotices(
  tx: MirrorChange,
  { noticesHash, notices }: SyncAnswer['bank'],
): Promise<void> {
  if (!notices) return;
  const store = tx.objectStore('notices');
  const before = new Map((await store.getAll()).map((notice) => [notice.questionId, notice]));
  await store.clear();
  for (const notice of notices) {
    const known = before.get(notice.questionId);
    const same = known?.kind === notice.kind && known.on === notice.on;
    await store.put({ ...notice, ...(same && known.read && { read: true }) });
  }
  await keep(tx, 'noticesHash', noticesHash);
}

async function settleAttempts(
  tx: MirrorChange,
  sent: Sent,
  verdicts: readonly AttemptVerdict[],
  nowMs: number,
): Promise<void> {
  const byId = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  await Promise.all(
    // An attempt that the server is silent on is kept, and not sent again at once.
    sent.attempts.map((id) => settleAttempt(tx, byId.get(id) ?? { id, is: 'later' }, nowMs)),
  );
}

/** Books one verdict: the row leaves the outbox, the estimate ends. The first final verdict stands. */
export async function settleAttempt(
  tx: MirrorChange,
  verdict: AttemptVerdict,
  nowMs: number,
): Promise<void> {
  const outbox = tx.objectStore('outbox');
  const row = await outbox.get(verdict.id);
  if (!row) return;
  if (verdict.is === 'later') {
    await outbox.put({ ...row, laterMs: nowMs });
    return;
  }
  const awards = tx.objectStore('awards');
  const estimates = (await awards.index('byAttempt').getAll(verdict.id)).filter((a) => !a.booked);
  const estimated = estimates.reduce((sum, a) => sum + a.points, row.estimated ?? 0);
  await Promise.all([
    outbox.delete(verdict.id),
    tx.objectStore('verdicts').put({ ...verdict, estimated }),
    ...estimates.map(({ key }) => awards.delete(key)),
  ]);
}

async function settleReports(
  tx: MirrorChange,
  sent: Sent,
  done: readonly string[],
  nowMs: number,
): Promise<void> {
  const outbox = tx.objectStore('outbox');
  await Promise.all(done.map((id) => outbox.delete(id)));
  for (const id of sent.reports) {
    const row = await outbox.get(id);
    if (row) await outbox.put({ ...row, laterMs: nowMs });
  }
}

async function takeChanges(
  tx: MirrorChange,
  { transfers, vouchers, attempts }: SyncAnswer['changes'],
): Promise<void> {
  await Promise.all([
    ...transfers.map((transfer) => tx.objectStore('transfers').put(transfer)),
    ...vouchers.map((voucher) => tx.objectStore('vouchers').put(voucher)),
    settledBy(tx, vouchers),
  ]);
  await bookAwards(tx, transfers);
  const store = tx.objectStore('attempts');
  await Promise.all(
    attempts.map(async (attempt) => {
      // This phone's own stay its own.
      if (!(await store.getKey(attempt.id))) await store.put({ ...attempt, elsewhere: true });
    }),
  );
}

/** What a key has paid according to the server takes the place of what this phone estimated for it. */
async function bookAwards(tx: MirrorChange, transfers: readonly Transfer[]): Promise<void> {
  const awards = tx.objectStore('awards');
  const outbox = tx.objectStore('outbox');
  const last = new Map<string, Transfer>();
  for (const transfer of transfers) {
    const { kind, award } = transfer;
    if (award && (kind === 'award' || kind === 'reverse-award')) last.set(award.key, transfer);
  }
  for (const [key, transfer] of last) {
    const before = await awards.get(key);
    if (transfer.kind === 'reverse-award') {
      if (before?.booked) await awards.delete(key);
      continue;
    }
    // The attempt that it was estimated for is told the difference when its verdict comes.
    const row = before && !before.booked && (await outbox.get(before.attemptId));
    if (row) await outbox.put({ ...row, estimated: (row.estimated ?? 0) + before.points });
    for (const award of bookedAward(transfer)) await awards.put(award);
  }
}

/** A voucher that the server does not confirm is shown until no till takes it any more. */
async function settleVouchers(tx: MirrorChange, sent: Sent, serverNowMs: number): Promise<void> {
  const store = tx.objectStore('vouchers');
  for (const voucher of await store.getAll()) {
    if (!voucher.unconfirmed) continue;
    if (voucher.expiresAtMs <= serverNowMs) await store.delete(voucher.id);
    else if (sent.vouchers.includes(voucher.id))
      await store.put({ ...voucher, unconfirmed: 'sent' });
  }
}

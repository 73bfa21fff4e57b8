import type { TokenContent } from '../../domain/voucher/token.ts';
import { UNDO_MS } from '../../domain/voucher/terms.ts';
import { openToken } from '../../domain/voucher/token.ts';
import type { Receipt } from '../../domain/voucher/messages.ts';
import { failureOf } from '../database.ts';
import type { BookQuestion, KeptHandOver, OpenQuestion, ShopDatabase } from './database.ts';
import { changing, keep, kept, type Changing, type Reading } from './settings.ts';

// What happens to vouchers at this terminal, each in one transaction: whatever becomes of the page, a hand-over is
// either not made or in the used-set, the queue and the list of the day.

/**
 * Keeps a question before it is asked, so that it outlives the page.
 * @returns the one that is to be asked first: another that is still open, or this one
 * @throws Failure where it cannot be kept; then it must not be asked
 */
export async function keepQuestion(
  db: ShopDatabase,
  question: OpenQuestion,
): Promise<OpenQuestion> {
  try {
    const tx = changing(db);
    const open = await kept(tx, 'question');
    if (!open) await keep(tx, 'question', question);
    await tx.done;
    return open ?? question;
  } catch (cause) {
    throw failureOf(cause);
  }
}

/**
 * It is let go of without an answer. What may have been booked for a typed code is in no used-set: until the next list
 * this terminal does not hand over by itself.
 */
export async function setQuestionAside(db: ShopDatabase, question: OpenQuestion): Promise<void> {
  const tx = changing(db);
  await dropQuestion(tx, question.nonce);
  if (question.ask !== 'undo') await doubtList(tx, question);
  await tx.done;
}

/** It was refused and had no effect. */
export async function forgetQuestion(db: ShopDatabase, { nonce }: OpenQuestion): Promise<void> {
  const tx = changing(db);
  await dropQuestion(tx, nonce);
  await tx.done;
}

/** The server has booked it. */
export async function keepReceipt(
  db: ShopDatabase,
  question: OpenQuestion,
  receipt: Receipt,
  shopId: string,
): Promise<void> {
  const tx = changing(db);
  await dropQuestion(tx, question.nonce);
  if (question.ask === 'undo') await undone(tx, question.nonce, receipt.atMs);
  else {
    await doubtList(tx, question);
    const token = tokenOf(question);
    const content = token && openToken(token)?.content;
    if (question.ask === 'hand-over' && token && content) {
      const { nonce, atMs, goods, points } = receipt;
      const { clerk } = question;
      const of = { nonce, voucherId: content.voucherId, shopId, token, atMs, goods, points };
      await tx.objectStore('handovers').put({ ...of, ...(clerk && { clerk }), seen: true });
    }
  }
  await tx.done;
}

export type HandedOver =
  | { is: 'done'; kept: KeptHandOver }
  /** Another tab of this device was first. */
  | { is: 'used'; by: KeptHandOver }
  /** What the verdict went by has changed since. */
  | { is: 'changed' };

/**
 * Goods are handed over without asking anybody: used-set, queue and the end of the question, all or nothing.
 * @param atMs when, by the server's clock
 * @throws Failure `storage-full`, `storage-failed`: then nothing is handed over
 */
export async function handOverHere(
  db: ShopDatabase,
  question: BookQuestion,
  content: TokenContent,
  atMs: number,
): Promise<HandedOver> {
  try {
    const tx = changing(db);
    const done = await handOver(tx, question, content, atMs);
    await tx.done;
    return done;
  } catch (cause) {
    throw failureOf(cause);
  }
}

async function handOver(
  tx: Changing,
  question: BookQuestion,
  { voucherId, shopId }: TokenContent,
  atMs: number,
): Promise<HandedOver> {
  const own = await usedFor(tx, voucherId);
  if (own?.nonce === question.nonce) return { is: 'done', kept: own };
  if (own) {
    await dropQuestion(tx, question.nonce);
    return { is: 'used', by: own };
  }
  const [view, denied, token] = [
    await kept(tx, 'view'),
    await tx.objectStore('denied').get(voucherId),
    tokenOf(question),
  ];
  if (view?.offline.is !== 'granted' || denied || token === undefined) return { is: 'changed' };
  const { nonce, found, clerk } = question;
  const done: KeptHandOver = {
    ...{ nonce, voucherId, shopId, token, atMs, goods: found.goods, points: found.points },
    ...(clerk && { clerk }),
    waiting: 1,
  };
  await tx.objectStore('handovers').add(done);
  await dropQuestion(tx, nonce);
  await worked(tx, atMs);
  return { is: 'done', kept: done };
}

/**
 * Takes a hand-over back without asking anybody; the server is told with the next contact.
 * @returns undefined where there is nothing to take back, or it is too late
 */
export async function undoHere(
  db: ShopDatabase,
  nonce: string,
  atMs: number,
): Promise<KeptHandOver | undefined> {
  try {
    const tx = changing(db);
    const found = await tx.objectStore('handovers').get(nonce);
    const may =
      found?.token !== undefined &&
      found.undoneAtMs === undefined &&
      atMs - found.atMs <= UNDO_MS &&
      atMs >= found.atMs;
    const after = may ? await undone(tx, nonce, atMs, true) : undefined;
    if (may) await worked(tx, atMs);
    if (may) await dropQuestion(tx, nonce);
    await tx.done;
    return after;
  } catch (cause) {
    throw failureOf(cause);
  }
}

async function undone(
  tx: Changing,
  nonce: string,
  atMs: number,
  tell = false,
): Promise<KeptHandOver | undefined> {
  const found = await tx.objectStore('handovers').get(nonce);
  if (!found) return undefined;
  const { waiting, verdict: _, seen: __, ...rest } = found;
  // Sent with its end also where it was booked before; one that has not gone up yet goes up undone.
  const after = { ...rest, undoneAtMs: atMs, ...((tell || waiting) && { waiting: 1 as const }) };
  await tx.objectStore('handovers').put(after);
  const denied = await tx.objectStore('denied').get(found.voucherId);
  if (denied?.is === 'handed-over') await tx.objectStore('denied').delete(found.voucherId);
  return after;
}

/** The hand-over for a voucher that stands at this terminal. */
export async function usedFor(tx: Reading, voucherId: string): Promise<KeptHandOver | undefined> {
  const all = await tx.objectStore('handovers').index('byVoucher').getAll(voucherId);
  return all.find(({ undoneAtMs }) => undoneAtMs === undefined);
}

async function dropQuestion(tx: Changing, nonce: string): Promise<void> {
  // Another tab's question stays.
  if ((await kept(tx, 'question'))?.nonce === nonce) await keep(tx, 'question', undefined);
}

/** A code says nothing of the voucher behind it: only the next list will. */
async function doubtList(tx: Changing, question: OpenQuestion): Promise<void> {
  const list = await kept(tx, 'list');
  if (list && tokenOf(question) === undefined) await keep(tx, 'list', { ...list, asOfMs: 0 });
}

/** The clock does not go back behind what this terminal has worked with. */
async function worked(tx: Changing, atMs: number): Promise<void> {
  const clock = await kept(tx, 'clock');
  if (clock && clock.latestMs < atMs) await keep(tx, 'clock', { ...clock, latestMs: atMs });
}

const tokenOf = (question: OpenQuestion): string | undefined =>
  question.ask !== 'undo' && 'token' in question.reading ? question.reading.token : undefined;

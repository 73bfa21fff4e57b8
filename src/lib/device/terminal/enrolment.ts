import type { TerminalView, TodayAnswer } from '../../domain/voucher/messages.ts';
import { failureOf } from '../database.ts';
import { newId } from '../ids.ts';
import { canSign, makeKeyPair, publicKeyOf } from './crypto.ts';
import type { Enrolling, ShopDatabase } from './database.ts';
import { queueOf } from './memory.ts';
import type { TerminalApi } from './signed.ts';
import { changing, keep, kept, reading } from './settings.ts';
import { isEnd, isNoAnswer, troubleOf, type Trouble } from './trouble.ts';

/** What only a terminal has; hand-overs that are not uploaded and the shop's settings are not among it. */
const OF_A_TERMINAL = [
  ...(['enrolling', 'view', 'keyPair', 'list', 'keys', 'pins', 'tries'] as const),
  ...(['clerk', 'question', 'today'] as const),
];

/** What the clerk asks for. */
export type Wish = Omit<Enrolling, 'keyPair'>;

/**
 * Makes this device a terminal. Its key is made here and stays here; what an earlier enrolment for the same shop has
 * left in the queue goes up with this one.
 * @param lostKey an enrolment that this device knew nothing of any more: the shop's trail has it
 * @throws what `post` throws; Failure where the key cannot be kept
 */
export async function enrolHere(
  db: ShopDatabase,
  api: TerminalApi,
  wish: Wish,
  atMs: number,
  lostKey: boolean,
): Promise<TerminalView> {
  const keyPair = canSign() ? await keyFor(db, wish) : undefined;
  const view = await ask(db, api, wish, keyPair);
  try {
    const tx = changing(db);
    for (const key of OF_A_TERMINAL) await keep(tx, key, undefined);
    await tx.objectStore('denied').clear();
    await keep(tx, 'view', view);
    await keep(tx, 'keyPair', keyPair);
    if (lostKey) await tx.objectStore('events').put({ id: newId(), atMs, kind: 'cleared' });
    await tx.done;
  } catch (cause) {
    throw failureOf(cause);
  }
  return view;
}

/** Kept first, then asked: whatever happens to the page or to the answer, the code is not used up for nothing. */
async function keyFor(db: ShopDatabase, wish: Wish): Promise<CryptoKeyPair> {
  try {
    const before = await kept(reading(db), 'enrolling');
    const keyPair = before?.code === wish.code ? before.keyPair : await makeKeyPair();
    const tx = changing(db);
    await keep(tx, 'enrolling', { ...wish, keyPair });
    await tx.done;
    return keyPair;
  } catch (cause) {
    throw failureOf(cause);
  }
}

async function ask(
  db: ShopDatabase,
  api: TerminalApi,
  { code, name, offline }: Wish,
  keyPair: CryptoKeyPair | undefined,
): Promise<TerminalView> {
  try {
    return await api.post<TerminalView>('/api/shop/enrol', {
      ...{ code, name },
      ...(keyPair && { key: await publicKeyOf(keyPair), offline }),
    });
  } catch (error) {
    if (!isNoAnswer(troubleOf(error))) {
      const tx = changing(db);
      await keep(tx, 'enrolling', undefined);
      await tx.done;
    }
    throw error;
  }
}

/**
 * Ends the enrolment of this device, after a contact.
 * @returns what stood in the way
 */
export async function leaveHere(db: ShopDatabase, api: TerminalApi): Promise<Trouble | undefined> {
  const queued = (await queueOf(db)).length;
  if (queued > 0) return 'queue-first';
  try {
    const epoch = await kept(reading(db), 'epoch');
    await api.post('/api/shop/leave', { queued, ...(epoch !== undefined && { epoch }) });
  } catch (error) {
    const trouble = troubleOf(error);
    if (!isEnd(trouble)) return trouble;
  }
  await endHere(db);
  return undefined;
}

/** The enrolment has ended. Hand-overs that have not gone up stay, for the next one at this shop. */
export async function endHere(db: ShopDatabase): Promise<void> {
  const tx = changing(db);
  for (const key of OF_A_TERMINAL) await keep(tx, key, undefined);
  await tx.objectStore('denied').clear();
  await tx.done;
}

/**
 * What the server says of this terminal. Whether it may hand over by itself is told by contacts alone, together with
 * the list that goes with it.
 * @param today what it says of the day, where it was asked for that too
 */
export async function keepView(
  db: ShopDatabase,
  said: TerminalView,
  today?: TodayAnswer,
): Promise<TerminalView> {
  const tx = changing(db);
  const before = await kept(tx, 'view');
  const view = before?.terminalId === said.terminalId ? { ...said, offline: before.offline } : said;
  await keep(tx, 'view', view);
  if (today) await keep(tx, 'today', today);
  await tx.done;
  return view;
}

import { Failure } from '../domain/failure.ts';
import { Refused } from '../domain/refusal.ts';
import type { HoldRequest, VoucherView } from '../domain/voucher/messages.ts';
import type { Post } from './api.ts';
import type { ParkDatabase } from './database.ts';
import { beginAnew, change, dropWallet, keep, kept, stateIn, type MirrorChange } from './mirror.ts';

// What must be asked until there is an answer. The ids are kept before the first request, so asking again is harmless:
// after a lost answer, in another tab, after the phone was off.

/** A voucher that was asked for; whether the server has made it is not known yet (正在确认). */
export interface HoldAsk extends HoldRequest {
  askedAtMs: number;
}

/** A wallet that this phone wants to join. */
export interface JoinAsk {
  code: string;
  deviceId: string;
  secret: string;
  askedAtMs: number;
  /** Sent at least once: the server may have joined this phone already. */
  sent?: true;
}

/** While it is this young its own request is still under way. */
const UNDER_WAY_MS = 20_000;
/** Nobody waits longer for a voucher. If it was made after all, the next sync brings it. */
const GIVEN_UP_MS = 24 * 3_600_000;

/** Refusals that leave open what becomes of it. All others are final: under this id nothing was made. */
const MAY_STILL_HAPPEN = new Set(['slow-down', 'server-busy', 'server-failed', 'client-too-old']);

export const isFinal = (error: unknown): error is Refused =>
  error instanceof Refused && !MAY_STILL_HAPPEN.has(error.code);

export async function openAsks(db: ParkDatabase): Promise<HoldAsk[]> {
  return ((await db.get('settings', 'asks')) as HoldAsk[] | undefined) ?? [];
}

async function asksIn(tx: MirrorChange): Promise<HoldAsk[]> {
  return ((await tx.objectStore('settings').get('asks')) as HoldAsk[] | undefined) ?? [];
}

/** The open ask for these goods at this shop, made and kept where there is none. */
export async function openAsk(
  db: ParkDatabase,
  wanted: Omit<HoldRequest, 'id'>,
  by: { id: string; nowMs: number },
): Promise<HoldAsk> {
  const tx = change(db);
  const asks = await asksIn(tx);
  const same = (ask: HoldAsk) => ask.shopId === wanted.shopId && ask.goodsId === wanted.goodsId;
  const ask = asks.find(same) ?? { ...wanted, id: by.id, askedAtMs: by.nowMs };
  await tx.objectStore('settings').put([...asks.filter((a) => !same(a)), ask], 'asks');
  await tx.done;
  return ask;
}

async function drop(tx: MirrorChange, ids: ReadonlySet<string>): Promise<void> {
  const asks = await asksIn(tx);
  const open = asks.filter((ask) => !ids.has(ask.id));
  if (open.length < asks.length) await tx.objectStore('settings').put(open, 'asks');
}

/** Vouchers that have come answer the asks with their ids. */
export function settledBy(tx: MirrorChange, vouchers: readonly VoucherView[]): Promise<void> {
  return drop(tx, new Set(vouchers.map((voucher) => voucher.id)));
}

/**
 * Asks for a voucher until it is known what became of it.
 * @throws Refused where it was not made: the ask has ended then, unless the refusal passes
 * @throws Failure `offline`: the ask stays open
 */
export async function askForVoucher(
  db: ParkDatabase,
  send: Post,
  { id, shopId, goodsId, points }: HoldAsk,
): Promise<VoucherView> {
  const request: HoldRequest = { id, shopId, goodsId, points };
  try {
    const voucher = await send<VoucherView>('/api/vouchers', request);
    const tx = change(db);
    await takeVoucher(tx, voucher);
    await tx.done;
    return voucher;
  } catch (error) {
    if (isFinal(error)) await endAsk(db, id);
    throw error;
  }
}

async function endAsk(db: ParkDatabase, id: string): Promise<void> {
  const tx = change(db);
  await drop(tx, new Set([id]));
  await tx.done;
}

/** A sync may have brought the voucher already, and further on than this answer; that one stands. */
async function takeVoucher(tx: MirrorChange, voucher: VoucherView): Promise<void> {
  await settledBy(tx, [voucher]);
  const store = tx.objectStore('vouchers');
  if (await store.getKey(voucher.id)) return;
  await store.put(voucher);
  const wallet = await kept(tx, 'wallet');
  if (!wallet || voucher.state.is !== 'held') return;
  const { points } = voucher;
  const [available, held] = [wallet.available - points, wallet.held + points];
  // The numbers of an answer that is still under way may be older; then the sync after this one tells.
  if (available >= 0) await keep(tx, 'wallet', { ...wallet, available, held });
}

/** A voucher that was cancelled stays so, whatever an older answer says. */
export async function takeCancelled(db: ParkDatabase, voucher: VoucherView): Promise<void> {
  const tx = change(db);
  await tx.objectStore('vouchers').put(voucher);
  await tx.done;
}

/**
 * Asks again for every voucher whose answer was lost.
 * @returns what the last of them was refused for
 * @throws Failure `offline`, Refused where the server asks for patience
 */
export async function askAgain(
  db: ParkDatabase,
  send: Post,
  nowMs: number,
): Promise<Refused | undefined> {
  let refused: Refused | undefined;
  for (const ask of await openAsks(db)) {
    const age = Math.abs(nowMs - ask.askedAtMs);
    if (age < UNDER_WAY_MS) continue;
    if (age > GIVEN_UP_MS) {
      await endAsk(db, ask.id);
      continue;
    }
    try {
      await askForVoucher(db, send, ask);
    } catch (error) {
      if (!isFinal(error)) throw error;
      refused = error;
    }
  }
  return refused;
}

/** A join that was asked for and not answered. */
export async function openJoin(db: ParkDatabase): Promise<JoinAsk | undefined> {
  return (await db.get('settings', 'join')) as JoinAsk | undefined;
}

/**
 * Joins the wallet whose recovery code this is. Who this phone will be there is kept before it asks.
 * @throws Refused where it did not join, Failure `offline` where that is not known
 */
export async function join(
  db: ParkDatabase,
  send: Post,
  wanted: JoinAsk,
  deviceName: string,
): Promise<void> {
  const open = await openJoin(db);
  const ask = open?.code === wanted.code ? open : wanted;
  await keepJoin(db, { ...ask, sent: true });
  const { code, deviceId, secret } = ask;
  try {
    await send('/api/join', { code, deviceId, secret, deviceName });
  } catch (error) {
    const joinedBefore = error instanceof Refused && error.code === 'same-wallet' && ask.sent;
    if (!joinedBefore) {
      if (isFinal(error)) await keepJoin(db, undefined);
      throw error;
    }
  }
  const tx = change(db);
  // Unsent attempts go into the wallet that was joined; sent ones are asked about again, for its verdicts.
  await beginAnew(tx, { again: true, keepHeld: false });
  await dropWallet(tx);
  const state = await stateIn(tx);
  delete state.ended;
  await keep(tx, 'sync', { ...state, joined: true });
  await tx.objectStore('settings').delete('join');
  await tx.done;
}

async function keepJoin(db: ParkDatabase, ask: JoinAsk | undefined): Promise<void> {
  const tx = change(db);
  if (ask) await tx.objectStore('settings').put(ask, 'join');
  else await tx.objectStore('settings').delete('join');
  await tx.done;
}

/** Asks again for a join whose answer was lost. A refusal ends it. */
export async function joinAgain(
  db: ParkDatabase,
  send: Post,
  { nowMs, deviceName }: { nowMs: number; deviceName: string },
): Promise<void> {
  const ask = await openJoin(db);
  if (!ask || Math.abs(nowMs - ask.askedAtMs) < UNDER_WAY_MS) return;
  await join(db, send, ask, deviceName).catch((error: unknown) => {
    if (error instanceof Failure || !isFinal(error)) throw error;
  });
}

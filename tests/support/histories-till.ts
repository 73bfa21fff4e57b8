import type { VoucherReading } from '../../src/lib/domain/voucher/messages.ts';
import { openToken, type TokenContent } from '../../src/lib/domain/voucher/token.ts';
import { UNDO_MS } from '../../src/lib/domain/voucher/terms.ts';
import type { TerminalSession } from '../../src/lib/server/voucher/terminal.ts';
import type { Ask } from './histories-asks.ts';
import { openWallet, refuse, releaseHeld, stockOf } from './histories-model.ts';
import type { Model, ModelHandover, ModelVoucher, ModelWallet } from './histories-model.ts';
import { goodsOf, remake } from './histories-vouchers.ts';

// What the model does at the till.

type Asked<D extends Ask['do']> = Extract<Ask, { do: D }>;
const WRONG_CODES = 5;
const LOCKED_MS = 5 * 60_000;

/** A try with a typed code counts until a code was right. */
function admit(model: Model, till: TerminalSession, reading: VoucherReading): void {
  if ('token' in reading) return;
  const tries = model.tills.get(till.terminalId) ?? { wrong: 0, lockedUntilMs: 0 };
  const retryAfterMs = tries.lockedUntilMs - model.nowMs;
  if (retryAfterMs > 0) refuse('code-locked', { retryAfterMs });
  const wrong = tries.wrong + 1;
  const locked = wrong >= WRONG_CODES;
  const lockedUntilMs = locked ? model.nowMs + LOCKED_MS : 0;
  model.tills.set(till.terminalId, { wrong: locked ? 0 : wrong, lockedUntilMs });
}

/** The voucher, or what a genuine token says of one that is not known. */
function find(
  model: Model,
  { shopId }: TerminalSession,
  reading: VoucherReading,
): ModelVoucher | TokenContent {
  if ('code' in reading) {
    const found = [...model.vouchers.values()].find(
      (v) => v.shopId === shopId && v.code === reading.code,
    );
    return found ?? refuse('voucher-unknown');
  }
  const content = openToken(reading.token)?.content;
  if (!content) refuse('voucher-forged');
  if (model.keys.get(content.keyId)?.retired) refuse('voucher-key-retired');
  if (content.shopId !== shopId) refuse('wrong-shop');
  return model.vouchers.get(`${content.walletId}/${content.voucherId}`) ?? content;
}

function forgetTries(model: Model, till: TerminalSession, reading: VoucherReading): void {
  if ('code' in reading) model.tills.set(till.terminalId, { wrong: 0, lockedUntilMs: 0 });
}

export function look(model: Model, { till, reading }: Asked<'look'>) {
  admit(model, till, reading);
  const found = find(model, till, reading);
  forgetTries(model, till, reading);
  if (!('state' in found) && !model.wallets.has(found.walletId)) openWallet(model, found.walletId);
  const { points } = goodsOf(found.goodsId);
  return { points, expiresAtMs: found.expiresAtMs, refusal: whyNot(model, found) };
}

function whyNot(model: Model, voucher: ModelVoucher | TokenContent) {
  if ('state' in voucher && voucher.state.is !== 'held') return whyEnded(voucher);
  return voucher.expiresAtMs <= model.nowMs ? 'voucher-expired' : undefined;
}

function whyEnded({ state }: ModelVoucher) {
  if (state.is === 'released')
    return state.why === 'expired' ? 'voucher-expired' : 'voucher-cancelled';
  return 'voucher-handed-over';
}

export function settle(model: Model, ask: Asked<'handOver' | 'soldOut'>) {
  const { till, reading, nonce } = ask;
  const did = ask.do === 'handOver' ? 'handed-over' : 'sold-out';
  const before = model.handovers.get(`${till.shopId}/${nonce}`);
  if (before) return receiptAgain(model, before, reading, did);
  admit(model, till, reading);
  const found = find(model, till, reading);
  const voucherId = 'state' in found ? found.id : found.voucherId;
  if ('state' in found && found.state.is !== 'held') refuse(whyEnded(found));
  if (did === 'handed-over' && found.expiresAtMs <= model.nowMs) refuse('voucher-expired');
  forgetTries(model, till, reading);
  const wallet = model.wallets.get(found.walletId) ?? openWallet(model, found.walletId);
  const voucher = 'state' in found ? found : remake(model, wallet, found);
  const atMs = model.nowMs;
  if (did === 'handed-over') {
    wallet.held -= voucher.charged;
    voucher.state = { is: did, atMs, terminalId: till.terminalId, nonce };
    model.shops.set(till.shopId, (model.shops.get(till.shopId) ?? 0) + voucher.points);
    if (voucher.stocked) move(model, voucher, 'held', 'handedOver');
  } else {
    releaseHeld(model, voucher, did);
    const stock = stockOf(model, voucher);
    const held = stock.held - (voucher.stocked ? 1 : 0);
    Object.assign(stock, { free: 0, held, putIn: held + stock.handedOver });
  }
  const done: ModelHandover = { walletId: wallet.id, voucherId, did, atMs };
  model.handovers.set(`${till.shopId}/${nonce}`, done);
  return receipt(model, done);
}

/** What was booked has its receipt, whatever else has happened to key, lock or voucher. */
function receiptAgain(
  model: Model,
  before: ModelHandover,
  reading: VoucherReading,
  did: ModelHandover['did'],
) {
  const { walletId, voucherId } = before;
  const same =
    'code' in reading
      ? model.vouchers.get(`${walletId}/${voucherId}`)?.code === reading.code
      : openToken(reading.token)?.content.voucherId === voucherId;
  if (before.did !== did || !same) refuse('nonce-used');
  return receipt(model, before);
}

function move(
  model: Model,
  voucher: ModelVoucher,
  from: 'held' | 'handedOver',
  to: 'held' | 'handedOver',
): void {
  const stock = stockOf(model, voucher);
  stock[from] -= 1;
  stock[to] += 1;
}

function receipt(model: Model, { walletId, voucherId, did, atMs, undoneAtMs }: ModelHandover) {
  const voucher = model.vouchers.get(`${walletId}/${voucherId}`) as ModelVoucher;
  const { points, settleFen, charged } = voucher;
  const undone = undoneAtMs !== undefined;
  const undoable = did === 'handed-over' && !undone && charged === points;
  return {
    ...{ did: undone ? 'undone' : did, points, settleFen, atMs: undoneAtMs ?? atMs },
    undoUntilMs: undoable ? atMs + UNDO_MS : undefined,
  };
}

export function undo(model: Model, { till, nonce }: Asked<'undo'>) {
  const done = model.handovers.get(`${till.shopId}/${nonce}`);
  if (done?.did !== 'handed-over') refuse('nothing-to-undo');
  if (done.undoneAtMs !== undefined) return receipt(model, done);
  const voucher = model.vouchers.get(`${done.walletId}/${done.voucherId}`) as ModelVoucher;
  const { state, charged, points } = voucher;
  if (state.is !== 'handed-over' || state.nonce !== nonce || charged < points)
    refuse('nothing-to-undo');
  if (state.terminalId !== till.terminalId) refuse('wrong-terminal');
  if (model.nowMs > state.atMs + UNDO_MS) refuse('too-late-to-undo');
  const wallet = model.wallets.get(voucher.walletId) as ModelWallet;
  wallet.held += charged;
  voucher.state = { is: 'held' };
  model.shops.set(till.shopId, (model.shops.get(till.shopId) ?? 0) - points);
  if (voucher.stocked) move(model, voucher, 'handedOver', 'held');
  done.undoneAtMs = model.nowMs;
  if (wallet.closed) {
    releaseHeld(model, voucher, 'closed');
    wallet.available = 0;
  }
  return receipt(model, done);
}

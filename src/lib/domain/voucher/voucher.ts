import type { ReleaseReason, Transfer } from '../ledger/transfer.ts';
import { residentAccount, shopAccount, voucherAccount } from '../ledger/transfer.ts';
import { Refused } from '../refusal.ts';
import { UNDO_MS } from './terms.ts';

export type VoucherState =
  | { is: 'held' }
  /** Cancelled or expired; its points still stand on it, until the shop's terminal has been heard (`terminal/return.ts`). */
  | { is: 'returning'; atMs: number; why: 'cancelled' | 'expired' }
  | { is: 'handed-over'; atMs: number; terminalId: string; nonce: string }
  | { is: 'released'; atMs: number; why: ReleaseReason };

/** A hold on points for one item at one shop; price and what the shop will be owed are frozen. */
export interface Voucher {
  id: string;
  walletId: string;
  shopId: string;
  goodsId: string;
  points: number;
  settleFen: number;
  issuedAtMs: number;
  expiresAtMs: number;
  state: VoucherState;
}

/** A step of a voucher: what it is afterwards and the movement of points that goes with it. */
export interface Step {
  voucher: Voucher;
  transfer: Omit<Transfer, 'id'>;
}

export function hold(voucher: Omit<Voucher, 'state'>): Step {
  return {
    voucher: { ...voucher, state: { is: 'held' } },
    transfer: {
      kind: 'hold',
      from: residentAccount(voucher.walletId),
      to: voucherAccount(voucher.id),
      points: voucher.points,
      atMs: voucher.issuedAtMs,
      voucherId: voucher.id,
    },
  };
}

/**
 * The goods are handed over.
 * @throws Refused `voucher-handed-over`, `voucher-cancelled`, `voucher-expired`
 */
export function handOver(
  voucher: Voucher,
  by: { terminalId: string; nonce: string; atMs: number },
): Step {
  mustBeHeld(voucher);
  if (by.atMs >= voucher.expiresAtMs) throw new Refused('voucher-expired');
  return consumed(voucher, by);
}

/**
 * The goods were handed over where nobody could be asked. Whatever was done to the voucher since, its points pay as
 * long as they stand on it.
 * @param by `atMs`: when the goods were handed over; `bookedAtMs`: now
 * @throws Refused `voucher-handed-over`, `voucher-cancelled`, `voucher-expired` where they do not
 */
export function recordHandOver(
  voucher: Voucher,
  { bookedAtMs, ...by }: { terminalId: string; nonce: string; atMs: number; bookedAtMs: number },
): Step {
  mustHavePoints(voucher);
  const step = consumed(voucher, by);
  return { ...step, transfer: { ...step.transfer, atMs: bookedAtMs } };
}

function consumed(voucher: Voucher, by: { terminalId: string; nonce: string; atMs: number }): Step {
  return {
    voucher: { ...voucher, state: { is: 'handed-over', ...by } },
    transfer: {
      kind: 'consume',
      from: voucherAccount(voucher.id),
      to: shopAccount(voucher.shopId),
      points: voucher.points,
      atMs: by.atMs,
      voucherId: voucher.id,
    },
  };
}

/**
 * The terminal that handed over takes it back, within ten minutes; the voucher is held again.
 * @throws Refused `nothing-to-undo`, `wrong-terminal`, `too-late-to-undo`
 */
export function undo(
  voucher: Voucher,
  by: { terminalId: string; atMs: number; reverses: string },
): Step {
  const { state } = voucher;
  if (state.is !== 'handed-over') throw new Refused('nothing-to-undo');
  if (state.terminalId !== by.terminalId) throw new Refused('wrong-terminal');
  if (by.atMs > state.atMs + UNDO_MS) throw new Refused('too-late-to-undo');
  return {
    voucher: { ...voucher, state: { is: 'held' } },
    transfer: {
      kind: 'undo',
      from: shopAccount(voucher.shopId),
      to: voucherAccount(voucher.id),
      points: voucher.points,
      atMs: by.atMs,
      voucherId: voucher.id,
      reverses: by.reverses,
    },
  };
}

/**
 * The points go back to the resident: cancelled, expired, sold out at the till, or the wallet closed.
 * @throws Refused `voucher-handed-over`, `voucher-cancelled`, `voucher-expired`
 */
export function release(voucher: Voucher, by: { why: ReleaseReason; atMs: number }): Step {
  // A till that has nothing to hand over is told what a till that has is told.
  if (by.why === 'sold-out') mustBeHeld(voucher);
  else mustHavePoints(voucher);
  return {
    voucher: { ...voucher, state: { is: 'released', ...by } },
    transfer: {
      kind: 'release',
      from: voucherAccount(voucher.id),
      to: residentAccount(voucher.walletId),
      points: voucher.points,
      atMs: by.atMs,
      voucherId: voucher.id,
      why: by.why,
    },
  };
}

function mustBeHeld(voucher: Voucher): void {
  mustHavePoints(voucher);
  if (voucher.state.is === 'returning') throw new Refused(endedBy(voucher.state.why));
}

function mustHavePoints({ state }: Voucher): void {
  if (state.is === 'handed-over') throw new Refused('voucher-handed-over');
  if (state.is === 'released') throw new Refused(endedBy(state.why));
}

const endedBy = (why: ReleaseReason) =>
  why === 'expired' ? 'voucher-expired' : 'voucher-cancelled';

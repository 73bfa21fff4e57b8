import type { AwardKey } from '../points/award.ts';
import type { Day } from '../points/day.ts';

/**
 * Where points stand. `issue` and `loss` are sources and may be negative; a resident's, a voucher's, a shop's balance
 * and `paid` never are (blueprint §6).
 */
export type AccountId =
  'issue' | 'loss' | 'paid' | `resident:${string}` | `voucher:${string}` | `shop:${string}`;

export const residentAccount = (walletId: string): AccountId => `resident:${walletId}`;
export const voucherAccount = (voucherId: string): AccountId => `voucher:${voucherId}`;
export const shopAccount = (shopId: string): AccountId => `shop:${shopId}`;

/** Why points moved. Each kind has one pair of accounts, see `accountsOf`. */
export type TransferKind =
  'award' | 'hold' | 'consume' | 'undo' | 'release' | 'loss' | 'settle' | 'close' | 'reverse-award';

/** One movement of a positive whole number of points; never changed, never deleted. */
export interface Transfer {
  id: string;
  kind: TransferKind;
  from: AccountId;
  to: AccountId;
  points: number;
  /** By the server's clock, ms since 1970 UTC. */
  atMs: number;
  /** award, reverse-award: what it was for; the day it counts on; the attempt that earned it. */
  award?: { key: AwardKey; day: Day; attemptId: string };
  voucherId?: string;
  /** release: why the points came back. */
  why?: ReleaseReason;
  /** A correction names the transfer that it takes back. */
  reverses?: string;
}

export type ReleaseReason = 'cancelled' | 'expired' | 'sold-out' | 'closed';

/** The accounts that a transfer of this kind must move between; the audit holds every transfer against it. */
export const accountsOf: Record<TransferKind, readonly [from: AccountType, to: AccountType]> = {
  award: ['issue', 'resident'],
  'reverse-award': ['resident', 'issue'],
  hold: ['resident', 'voucher'],
  consume: ['voucher', 'shop'],
  undo: ['shop', 'voucher'],
  release: ['voucher', 'resident'],
  loss: ['loss', 'shop'],
  settle: ['shop', 'paid'],
  close: ['resident', 'issue'],
};

export type AccountType = 'issue' | 'loss' | 'paid' | 'resident' | 'voucher' | 'shop';
export const accountType = (account: string): AccountType =>
  account.split(':', 1)[0] as AccountType;

/** Balances by account: the fold of transfers. */
export function balancesOf(
  transfers: Iterable<Pick<Transfer, 'from' | 'to' | 'points'>>,
): Map<string, number> {
  const balances = new Map<string, number>();
  const add = (account: string, points: number) =>
    balances.set(account, (balances.get(account) ?? 0) + points);
  for (const { from, to, points } of transfers) {
    add(from, -points);
    add(to, points);
  }
  return balances;
}

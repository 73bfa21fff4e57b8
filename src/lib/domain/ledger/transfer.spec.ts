import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountsOf,
  accountType,
  balancesOf,
  residentAccount,
  shopAccount,
  voucherAccount,
  type AccountId,
  type AccountType,
  type TransferKind,
} from './transfer.ts';

const account: Record<AccountType, AccountId> = {
  ...{ issue: 'issue', loss: 'loss', paid: 'paid' },
  ...{ resident: residentAccount('w'), voucher: voucherAccount('v'), shop: shopAccount('s') },
};
const move = (kind: TransferKind, points: number) => {
  const [from, to] = accountsOf[kind];
  return { from: account[from], to: account[to], points };
};

describe('accounts', () => {
  it('say what they are', () => {
    for (const [type, id] of Object.entries(account)) expect(accountType(id)).toBe(type);
  });

  it('each kind moves between two different accounts, and a reversal goes the other way', () => {
    for (const [from, to] of Object.values(accountsOf)) expect(from).not.toBe(to);
    expect(accountsOf.undo).toEqual([...accountsOf.consume].reverse());
    expect(accountsOf.release).toEqual([...accountsOf.hold].reverse());
    expect(accountsOf['reverse-award']).toEqual([...accountsOf.award].reverse());
  });
});

describe('balances', () => {
  it('follow a point from its award to the shop’s money', () => {
    const path = (['award', 'hold', 'consume', 'settle'] as const).map((kind) => move(kind, 20));
    const balances = balancesOf(path);
    expect(Object.fromEntries(balances)).toEqual({
      ...{ issue: -20, 'resident:w': 0, 'voucher:v': 0, 'shop:s': 0, paid: 20 },
    });
  });

  it('add up to zero, whatever was moved', () => {
    const kinds = Object.keys(accountsOf) as TransferKind[];
    const any = fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 1000 }));
    fc.assert(
      fc.property(fc.array(any), (moves) => {
        const balances = balancesOf(moves.map(([kind, points]) => move(kind, points)));
        expect([...balances.values()].reduce((sum, n) => sum + n, 0)).toBe(0);
        const sources = (balances.get('issue') ?? 0) + (balances.get('loss') ?? 0);
        const elsewhere = [...balances].filter(([id]) => id !== 'issue' && id !== 'loss');
        expect(-sources + 0).toBe(elsewhere.reduce((sum, [, n]) => sum + n, 0));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancesOf, type Transfer } from '../ledger/transfer.ts';
import { UNDO_MS } from './terms.ts';
import { handOver, hold, release, undo, type Step, type Voucher } from './voucher.ts';

const ISSUED = Date.parse('2026-11-24T19:00:00+08:00');
const EXPIRES = ISSUED + 7 * 86_400_000;

const held = hold({
  ...{ id: 'v', walletId: 'w', shopId: 's', goodsId: 'tissues' },
  ...{ points: 20, settleFen: 150, issuedAtMs: ISSUED, expiresAtMs: EXPIRES },
});
const by = (atMs = ISSUED + 1000, terminalId = 'till') => ({ terminalId, nonce: 'n', atMs });
const given = handOver(held.voucher, by());
const back = (why: 'cancelled' | 'expired' | 'sold-out' | 'closed') =>
  release(held.voucher, { why, atMs: ISSUED + 1000 });

describe('a voucher', () => {
  it('that is held can be handed over until it expires', () => {
    expect(handOver(held.voucher, by(EXPIRES - 1)).voucher.state).toMatchObject({
      is: 'handed-over',
    });
    expect(() => handOver(held.voucher, by(EXPIRES))).toThrow('voucher-expired');
  });

  it('that is handed over or released has ended', () => {
    expect(() => handOver(given.voucher, by())).toThrow('voucher-handed-over');
    expect(() => release(given.voucher, { why: 'cancelled', atMs: ISSUED })).toThrow(
      'voucher-handed-over',
    );
    for (const why of ['cancelled', 'sold-out', 'closed'] as const) {
      expect(() => handOver(back(why).voucher, by())).toThrow('voucher-cancelled');
      expect(() => release(back(why).voucher, { why, atMs: ISSUED })).toThrow('voucher-cancelled');
    }
    expect(() => handOver(back('expired').voucher, by())).toThrow('voucher-expired');
  });

  it('is taken back by its own terminal within ten minutes', () => {
    const take = (atMs: number, terminalId = 'till') =>
      undo(given.voucher, { terminalId, atMs, reverses: 't' });
    const last = ISSUED + 1000 + UNDO_MS;
    expect(take(last)).toMatchObject({
      ...{ voucher: held.voucher, transfer: { kind: 'undo', reverses: 't' } },
    });
    expect(() => take(last + 1)).toThrow('too-late-to-undo');
    expect(() => take(last, 'other')).toThrow('wrong-terminal');
    for (const { voucher } of [held, back('cancelled')])
      expect(() => undo(voucher, { terminalId: 'till', atMs: last, reverses: 't' })).toThrow(
        'nothing-to-undo',
      );
  });
});

describe('whatever is tried with a voucher', () => {
  const tries = fc.array(
    fc.record({
      what: fc.constantFrom('handOver', 'undo', 'release'),
      terminalId: fc.constantFrom('till', 'other'),
      afterMs: fc.integer({ min: 0, max: 8 * 86_400_000 }),
    }),
    { maxLength: 12 },
  );

  function attempt(voucher: Voucher, what: string, at: { terminalId: string; atMs: number }): Step {
    if (what === 'handOver') return handOver(voucher, { ...at, nonce: 'n' });
    if (what === 'undo') return undo(voucher, { ...at, reverses: 't' });
    return release(voucher, { why: 'cancelled', atMs: at.atMs });
  }

  it('its points stand in one place, and that is where its state says', () => {
    fc.assert(
      fc.property(tries, (list) => {
        const moves: Omit<Transfer, 'id'>[] = [held.transfer];
        let { voucher } = held;
        for (const { what, terminalId, afterMs } of list) {
          try {
            const step = attempt(voucher, what, { terminalId, atMs: ISSUED + afterMs });
            ({ voucher } = step);
            moves.push(step.transfer);
          } catch {
            // Refused: nothing has changed.
          }
        }
        const balances = balancesOf(moves);
        const at = (account: string) => balances.get(account) ?? 0;
        expect(at('voucher:v')).toBe(voucher.state.is === 'held' ? 20 : 0);
        expect(at('shop:s')).toBe(voucher.state.is === 'handed-over' ? 20 : 0);
        expect(at('resident:w')).toBe(voucher.state.is === 'released' ? 0 : -20);
      }),
    );
  });
});

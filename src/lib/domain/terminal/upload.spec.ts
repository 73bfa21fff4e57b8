import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoucherState } from '../voucher/voucher.ts';
import type { RowVerdict } from './messages.ts';
import { rowSays } from './says.ts';
import { believedAtMs, decideUpload, lossFits, type UploadFacts } from './upload.ts';

const facts: UploadFacts = {
  ...{ token: 'genuine', ofThisShop: true, goodsKnown: true, terminalId: 't' },
  ...{ revoked: false, lossUsed: false, lossFits: true, state: { is: 'held' } },
};
const decide = (change: Partial<UploadFacts>) => decideUpload({ ...facts, ...change });
const unknown = (change: Partial<UploadFacts> = {}) => {
  const { state: _, ...rest } = { ...facts, ...change };
  return decideUpload(rest);
};
const by = (terminalId: string): VoucherState => ({
  ...{ is: 'handed-over', atMs: 1, terminalId, nonce: 'n' },
});
const released: VoucherState = { is: 'released', atMs: 1, why: 'cancelled' };

describe('goods that were handed over without a signal', () => {
  it('are paid by the voucher while its points stand on it, also when they are on their way back', () => {
    expect(decide({})).toEqual({ do: 'consume' });
    for (const why of ['cancelled', 'expired'] as const)
      expect(decide({ state: { is: 'returning', atMs: 1, why } })).toEqual({ do: 'consume' });
  });

  it('of the same terminal and voucher are booked once', () => {
    expect(decide({ state: by('t') })).toEqual({ do: 'repeat' });
  });

  it.each([
    ['elsewhere', by('other')],
    ['released', released],
  ] as const)('%s: the campaign bears it, once for a voucher', (why, state) => {
    expect(decide({ state })).toEqual({ do: 'loss', why, waits: false });
    expect(decide({ state, lossFits: false })).toEqual({ do: 'loss', why, waits: true });
    expect(decide({ state, revoked: true })).toEqual({ do: 'loss', why, waits: true });
    expect(decide({ state, lossUsed: true })).toEqual({ do: 'refuse', why: 'paid-twice' });
  });

  it('for a voucher that a restored server does not know: it is made again', () => {
    expect(unknown()).toEqual({ do: 'remake' });
    expect(unknown({ goodsKnown: false })).toEqual({ do: 'refuse', why: 'goods-unknown' });
    expect(unknown({ lossUsed: true })).toEqual({ do: 'refuse', why: 'paid-twice' });
  });

  it('a retired key: what the server knows it has signed itself, the rest the operator looks at', () => {
    expect(decide({ token: 'key-retired' })).toEqual({ do: 'consume' });
    const waits = { do: 'loss', why: 'key-retired', waits: true };
    expect(unknown({ token: 'key-retired' })).toEqual(waits);
  });

  it('forged, or of another shop: nobody pays', () => {
    expect(decide({ token: 'forged' })).toEqual({ do: 'refuse', why: 'forged' });
    expect(decide({ ofThisShop: false })).toEqual({ do: 'refuse', why: 'wrong-shop' });
  });
});

it('uploads of any terminals in any order: a voucher pays at most once from itself, once from loss', () => {
  const upload = fc.record({
    terminalId: fc.constantFrom('a', 'b', 'c'),
    first: fc.constantFrom<'nothing' | 'release'>('nothing', 'release'),
    fits: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(upload, { maxLength: 12 }), (list) => {
      let state: VoucherState = { is: 'held' };
      let [fromVoucher, fromLoss, debited] = [0, 0, 0];
      for (const { terminalId, first, fits } of list) {
        if (first === 'release' && state.is === 'held') state = released;
        const asked = { ...facts, state, terminalId, lossUsed: fromLoss > 0, lossFits: fits };
        const decision = decideUpload(asked);
        if (decision.do === 'consume') {
          fromVoucher += 1;
          debited += 1;
          state = by(terminalId);
        }
        if (decision.do === 'loss') fromLoss += 1;
      }
      expect(Math.max(fromVoucher, fromLoss, debited)).toBeLessThanOrEqual(1);
    }),
  );
});

it('the month’s limit is not overstepped by a single point', () => {
  expect([lossFits(80, 20, 100), lossFits(81, 20, 100)]).toEqual([true, false]);
});

it('a terminal’s time is believed between the voucher’s issue and now', () => {
  expect([5, 15, 25].map((claimed) => believedAtMs(claimed, 10, 20))).toEqual([10, 15, 20]);
});

const verdicts: RowVerdict[] = [
  ...(['booked', 'repeat', 'undone'] as const).map((is) => ({ nonce: 'n', is })),
  ...(['released', 'elsewhere', 'lacking', 'key-retired'] as const).flatMap((why) =>
    (['loss', 'loss-waiting'] as const).map((is) => ({ nonce: 'n', is, why })),
  ),
  ...(['malformed', 'forged', 'wrong-shop', 'goods-unknown', 'nonce-used'] as const).map((why) => ({
    ...{ nonce: 'n', is: 'refused' as const, why },
  })),
];

it.each(verdicts.map((verdict) => [rowSays(verdict), verdict] as const))('%s', (says, verdict) => {
  expect(says).toMatch(/。$/);
  // Nobody at the counter could have known.
  expect(says).not.toMatch(/你|错误|责任|违规|故意/);
  expect(/照常结算/.test(says)).toBe(verdict.is === 'loss' && verdict.why !== 'key-retired');
});

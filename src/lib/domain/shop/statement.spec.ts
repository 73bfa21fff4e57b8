import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  belongs,
  monthAt,
  nextMonth,
  startOfMonth,
  statementOf,
  type Correction,
  type HandOverLine,
} from './statement.ts';

const NOV = Date.parse('2026-11-01T00:00:00+08:00');
const MONTH = 30 * 86_400_000;
const anyLine: fc.Arbitrary<HandOverLine> = fc.record({
  nonce: fc.uuid(),
  atMs: fc.integer({ min: NOV, max: NOV + MONTH - 1 }),
  bookedAtMs: fc.constant(NOV + MONTH),
  goodsId: fc.constantFrom('tissues', 'umbrella'),
  goods: fc.constantFrom('纸巾', '雨伞'),
  terminal: fc.constant('柜台手机'),
  points: fc.integer({ min: 1, max: 500 }),
  settleFen: fc.integer({ min: 0, max: 5000 }),
  paid: fc.constantFrom<HandOverLine['paid'][]>('voucher', 'voucher', 'loss', 'waiting'),
});
const anyCorrection: fc.Arbitrary<Correction> = fc.record({
  ...{ id: fc.uuid(), atMs: fc.constant(NOV), why: fc.constant('多结了一件') },
  fen: fc.integer({ min: -3000, max: 3000 }),
});
const sum = (list: readonly { settleFen: number }[]) => list.reduce((n, x) => n + x.settleFen, 0);

describe('a statement', () => {
  it('owes the sum of what was handed over, however it is grouped, and not what waits', () => {
    const any = fc.tuple(fc.array(anyLine), fc.array(anyCorrection, { maxLength: 3 }));
    fc.assert(
      fc.property(any, ([lines, corrections]) => {
        const made = statementOf('2026-11', { lines, corrections, differences: [] });
        const owed = lines.filter(({ paid }) => paid !== 'waiting');
        const corrected = corrections.reduce((n, { fen }) => n + fen, 0);
        expect(made.settleFen).toBe(sum(owed) + corrected);
        for (const groups of [made.perDay, made.perGoods, made.perClerk]) {
          expect(sum(groups)).toBe(sum(owed));
          expect(groups.reduce((n, { pieces }) => n + pieces, 0)).toBe(made.pieces);
        }
        expect(made.pieces + made.waiting.pieces).toBe(lines.length);
        expect(made.lines).toHaveLength(lines.length);
      }),
    );
  });

  it('does not depend on the order in which its lines are read', () => {
    fc.assert(
      fc.property(fc.array(anyLine), (lines) => {
        const none = { corrections: [], differences: [] };
        const made = statementOf('2026-11', { lines, ...none });
        expect(statementOf('2026-11', { lines: lines.toReversed(), ...none })).toEqual(made);
      }),
    );
  });

  it('every hand-over is in exactly one of a row of statements, whenever it arrives', () => {
    const arrival = fc.record({ line: anyLine, late: fc.nat(3), approvedLate: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 20 }), (arrivals) => {
        const rows = arrivals.map(({ line, late, approvedLate }) => ({
          ...{ line, from: line.paid === 'waiting' ? late + approvedLate : late },
          settledIn: null as string | null,
        }));
        let month = '2026-11';
        for (let round = 0; round < 8; round++, month = nextMonth(month)) {
          for (const row of rows) {
            if (row.from > round) continue;
            const { atMs } = row.line;
            if (belongs({ atMs, paid: 'voucher', settledIn: row.settledIn }, month)) {
              row.settledIn = month;
            }
          }
        }
        expect(rows.every(({ settledIn }) => settledIn !== null)).toBe(true);
        for (const { line, settledIn, from } of rows)
          if (from === 0) expect(settledIn).toBe(monthAt(line.atMs));
      }),
    );
  });
});

it('what waits, and what is settled, belongs into no statement', () => {
  const line = { atMs: NOV, settledIn: null };
  expect(belongs({ ...line, paid: 'waiting' }, '2026-11')).toBe(false);
  expect(belongs({ ...line, paid: 'loss', settledIn: '2026-11' }, '2026-12')).toBe(false);
  expect(belongs({ ...line, paid: 'loss', atMs: NOV + MONTH }, '2026-11')).toBe(false);
});

it('months are those of Shanghai', () => {
  expect(monthAt(Date.parse('2026-11-30T16:00:00Z'))).toBe('2026-12');
  expect(nextMonth('2026-12')).toBe('2027-01');
  expect(new Date(startOfMonth('2027-01')).toISOString()).toBe('2026-12-31T16:00:00.000Z');
});

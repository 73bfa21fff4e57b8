import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeOf, yuan } from './shop.ts';

it.each([
  [0, '¥0.00'],
  [5, '¥0.05'],
  [150, '¥1.50'],
  [1205, '¥12.05'],
  [-30, '-¥0.30'],
])('%i fen are %s', (fen, shown) => {
  expect(yuan(fen)).toBe(shown);
});

it('no fen is lost, however large the sum', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (fen) => {
      expect(Number(yuan(fen).replace(/[¥.]/g, ''))).toBe(fen);
    }),
  );
});

it('a time is Beijing time, whatever the till’s time zone', () => {
  expect(timeOf(Date.parse('2026-11-23T16:05:00Z'))).toBe('00:05');
});

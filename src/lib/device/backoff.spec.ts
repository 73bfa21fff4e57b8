import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST_MS, waitAfter } from './backoff.ts';

const random = fc.double({ min: 0, max: 1, noNaN: true });

it('waits longer after each failure, never longer than ten minutes by itself', () => {
  expect([1, 2, 3].map((n) => waitAfter(n, 1))).toEqual([2000, 4000, 8000]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), random, (failures, r) => {
      const wait = waitAfter(failures, r);
      expect(wait).toBeGreaterThanOrEqual(1000);
      expect(wait).toBeLessThanOrEqual(LONGEST_MS);
    }),
  );
});

it('never asks earlier than the server wants, and does not believe in more than an hour', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), random, fc.nat({ max: 3_600_000 }), (n, r, ms) => {
      expect(waitAfter(n, r, ms)).toBeGreaterThanOrEqual(ms);
    }),
  );
  expect(waitAfter(1, 0, 1e12)).toBe(3_600_000);
});

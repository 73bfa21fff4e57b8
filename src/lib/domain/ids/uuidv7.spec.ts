import { expect, it } from 'vitest';
import { uuidv7 } from './uuidv7.ts';

it('carries its time in front, the version and the variant', () => {
  // The example of RFC 9562, appendix A.6.
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

it('sorts by time', () => {
  const ids = [1, 2 ** 33, Date.UTC(2026, 10, 23), Date.UTC(2036, 10, 23)].map((t) =>
    uuidv7(t, new Uint8Array(10)),
  );
  expect([...ids].sort()).toEqual(ids);
});

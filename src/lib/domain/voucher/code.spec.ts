import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE_ALPHABET, codeFrom, grouped } from './code.ts';

describe('a code', () => {
  it('has 31 symbols to choose from, none of which is taken for another', () => {
    expect(new Set(CODE_ALPHABET).size).toBe(31);
    expect(CODE_ALPHABET).not.toMatch(/[01OIL]/);
  });

  it('gives every symbol the same chance', () => {
    const every = codeFrom(
      Uint8Array.from({ length: 256 }, (_, i) => i),
      248,
    );
    const times = Array.from(CODE_ALPHABET, (symbol) => every.split(symbol).length - 1);
    expect(new Set(times)).toEqual(new Set([8]));
  });

  it('has the length asked for, or there were not enough random bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.integer({ min: 0, max: 20 }),
        (random, n) => {
          const enough = random.filter((byte) => byte < 248).length >= n;
          if (enough) expect(codeFrom(random, n)).toMatch(new RegExp(`^[${CODE_ALPHABET}]{${n}}$`));
          else expect(() => codeFrom(random, n)).toThrow(RangeError);
        },
      ),
    );
  });

  it.each([
    ['ABCDEFGHJK', 5, 'ABCDE FGHJK'],
    ['ABCDEFGHJKMN', 4, 'ABCD EFGH JKMN'],
    ['ABCDE', 4, 'ABCD E'],
    ['', 4, ''],
  ])('%j is shown in groups of %i as %j', (code, size, shown) => {
    expect(grouped(code, size)).toBe(shown);
  });
});

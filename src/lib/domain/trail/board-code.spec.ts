import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boardCodeText, isRun, proofOf, readBoardCode } from './board-code.ts';

const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const run = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 2, maxLength: 4 });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('a board’s code', () => {
  it('is read as it was printed', () => {
    fc.assert(
      fc.property(run, hash, (of, bytes) => {
        const code = { run: of, proof: proofOf(bytes) };
        expect(readBoardCode(boardCodeText(code))).toEqual(code);
      }),
    );
  });

  it('is read in small letters, with spaces, other dashes or none', () => {
    const code = { run: 'A2', proof: 'K3MQ9TXW4PRD' };
    for (const typed of [
      'A2-K3MQ-9TXW-4PRD',
      'a2k3mq9txw4prd',
      ' A2 K3MQ 9TXW 4PRD\n',
      'a2–k3mq—9txw‑4prd',
    ])
      expect(readBoardCode(typed), typed).toEqual(code);
  });

  it.each([
    '',
    'main',
    'A2-K3MQ-9TXW-4PR',
    'A-K3MQ-9TXW-4PRD',
    'A2345-K3MQ-9TXW-4PRD',
    'A2-K3MQ-9TXW-4PR0',
    'A2-K3MQ-9TXW-4PRI',
    'A2-K3MQ_9TXW-4PRD',
    '中文-K3MQ-9TXW-4PRD',
  ])('“%s” is none', (text) => {
    expect(readBoardCode(text)).toBeUndefined();
  });

  it('has no symbol that is mistaken for another', () => {
    fc.assert(
      fc.property(run, hash, (of, bytes) => {
        expect(boardCodeText({ run: of, proof: proofOf(bytes) })).toMatch(
          /^[2-9A-HJKMNP-Z]{2,4}(-[2-9A-HJKMNP-Z]{4}){3}$/,
        );
      }),
    );
  });

  it('holds more than 50 bits of its hash: no byte of the first seven is without effect', () => {
    const zero = new Uint8Array(32);
    const proofs = Array.from({ length: 16 }, (_, i) => proofOf(zero.with(i, 1)));
    expect(new Set([proofOf(zero), ...proofs]).size).toBe(17);
    expect(12 * Math.log2(ALPHABET.length)).toBeGreaterThan(50);
  });
});

it.each([
  ['A2', true],
  ['27', true],
  ['LAKE', false],
  ['HANG', true],
  ['A', false],
  ['ABCDE', false],
  ['a2', false],
  ['A0', false],
])('a print run can be called %s: %s', (name, can) => {
  expect(isRun(name)).toBe(can);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marked } from './marks.ts';
import { wordsSought } from './words.ts';

describe('marks', () => {
  it('cover what was looked for from its first to its last character', () => {
    expect(marked('楼上高空抛物砸伤小王', wordsSought('高空抛物'))).toEqual([
      { text: '楼上', hit: false },
      { text: '高空抛物', hit: true },
      { text: '砸伤小王', hit: false },
    ]);
  });

  it('do not mind capitals', () => {
    expect(marked('AI换脸', wordsSought('ai'))).toEqual([
      { text: 'AI', hit: true },
      { text: '换脸', hit: false },
    ]);
  });

  it('change nothing of the text, and two pieces beside each other differ', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(text, fc.array(text), (whole, words) => {
        const pieces = marked(whole, words);
        expect(pieces.map((p) => p.text).join('')).toBe(whole);
        for (const [i, piece] of pieces.entries()) expect(pieces[i + 1]?.hit).not.toBe(piece.hit);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded, has, isTelling, phrasesOf, wordsSought } from './words.ts';

const HAN = Array.from({ length: 0x9fff - 0x3400 }, (_, i) => String.fromCharCode(0x3400 + i));
const han = (min: number, max: number) =>
  fc.array(fc.constantFrom(...HAN), { minLength: min, maxLength: max }).map((c) => c.join(''));

describe('a text', () => {
  it('has every word that is sought by a part of it', () => {
    fc.assert(
      fc.property(han(1, 20), fc.nat(), fc.nat(), (text, from, size) => {
        const start = from % text.length;
        const part = text.slice(start, start + 1 + (size % 6));
        for (const word of wordsSought(part)) expect(has(text, word)).toBe(true);
      }),
    );
  });

  it('has a number or a Latin word where one begins with it, and not in the middle of one', () => {
    const text = folded('2.3亿元，ＡＩ换脸，第１２５４条');
    for (const word of ['2.3', '2', 'ai', '125', '1254']) expect(has(text, word), word).toBe(true);
    for (const word of ['3', 'i', '254', '12543']) expect(has(text, word), word).toBe(false);
  });
});

describe('a query', () => {
  it('seeks what is asked for, not the asking', () => {
    expect(wordsSought('请问押金不退怎么办？')).toEqual(['押金', '金不', '不退']);
    expect(phrasesOf('离婚冷静期多少天')).toEqual(['离婚冷静期', '天']);
  });

  it('that is nothing but asking is taken at its word', () => {
    expect(wordsSought('怎么办')).toEqual(['怎么', '么办']);
  });

  it('seeks each word once, numbers and Latin words as a whole', () => {
    expect(wordsSought('租房 租房 狗')).toEqual(['租房', '狗']);
    expect(wordsSought('ＡＩ换脸2.3')).toEqual(['ai', '换脸', '2.3']);
    expect(['租房', '狗', 'ai', '12'].filter(isTelling)).toEqual(['租房']);
  });

  it('without a letter, a digit or a character seeks nothing', () => {
    expect(wordsSought(' 《》…… ')).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBeginning, keyOf, phrasesOf, wordsOf, wordsSought } from './words.ts';

const HAN = Array.from({ length: 0x9fff - 0x3400 }, (_, i) => String.fromCharCode(0x3400 + i));
const han = (min: number, max: number) =>
  fc.array(fc.constantFrom(...HAN), { minLength: min, maxLength: max }).map((c) => c.join(''));

describe('a text', () => {
  it('is found under every pair of its characters, its numbers and its Latin words', () => {
    expect(wordsOf('ＡＩ换脸，2.3亿元')).toEqual(['ai', '换脸', '脸', '2.3', '亿元', '元']);
  });

  it('has each of its characters as the beginning of a word', () => {
    fc.assert(
      fc.property(han(1, 20), (text) => {
        for (const character of text)
          expect(wordsOf(text).some((word) => word.startsWith(character))).toBe(true);
      }),
    );
  });

  it('has every word that is sought by a part of it', () => {
    fc.assert(
      fc.property(han(2, 20), fc.nat(), fc.nat(), (text, from, size) => {
        const start = from % (text.length - 1);
        const part = text.slice(start, start + 2 + (size % 5));
        const words = wordsOf(text);
        for (const word of wordsSought(part))
          expect(words.some((own) => own === word || (word.length === 1 && own.startsWith(word))));
      }),
    );
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

  it('seeks each word once, and a lonely character as the beginning of one', () => {
    expect(wordsSought('租房 租房 狗')).toEqual(['租房', '狗']);
    expect(isBeginning(keyOf('狗'))).toBe(true);
    expect(isBeginning(keyOf('租房'))).toBe(false);
    expect(isBeginning('125')).toBe(true);
  });

  it('without a letter, a digit or a character seeks nothing', () => {
    expect(wordsSought(' 《》…… ')).toEqual([]);
  });
});

describe('a key of the index', () => {
  it('is another for another word, and begins as the word begins', () => {
    fc.assert(
      fc.property(han(1, 2), han(1, 2), (a, b) => {
        expect(keyOf(a) === keyOf(b)).toBe(a === b);
        expect(keyOf(a + b).startsWith(keyOf(a))).toBe(true);
        expect(keyOf(a)).toMatch(/^[A-`]+$/);
      }),
    );
  });
});

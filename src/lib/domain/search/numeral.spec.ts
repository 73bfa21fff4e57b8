import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chineseNumeral } from '../../ui/text/quiz.ts';
import { numberOf } from './numeral.ts';

describe('the number of an article', () => {
  it('is read back from the numeral that the app itself writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), (n) => {
        expect(numberOf(chineseNumeral(n))).toBe(n);
        expect(numberOf(String(n))).toBe(n);
      }),
    );
  });

  it.each([
    ['十', 10],
    ['十二', 12],
    ['一十二', 12],
    ['二十', 20],
    ['两百零五', 205],
    ['一百一十', 110],
    ['一千零七十七', 1077],
    ['一千〇七十七', 1077],
    ['一千零六', 1006],
    ['一千二百五十四', 1254],
    ['一二五四', 1254],
    ['一〇七七', 1077],
  ])('%s is %i', (text, n) => {
    expect(numberOf(text)).toBe(n);
  });

  it.each([
    '',
    '零',
    '零五',
    '0',
    '012',
    '12545',
    '百',
    '一百二',
    '五千百',
    '十十',
    '二百千',
    '一条',
  ])('“%s” is none', (text) => {
    expect(numberOf(text)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { lawNamed, referenceIn } from './reference.ts';

const LAWS = [
  '民法典',
  '民法典婚姻家庭编解释（一）',
  '民法典婚姻家庭编解释（二）',
  '消费者权益保护法',
  '消费者权益保护法实施条例',
];

describe('an article', () => {
  it.each([
    '民法典1254',
    '民法典 1254',
    '民法典第1254条',
    '《民法典》第1254条',
    '中华人民共和国民法典第1254条',
    '民法典第１２５４条',
    '民法典第一千二百五十四条',
    '民法典一千二百五十四条',
    '民法典一千二百五十四',
    '民法典第1254条第二款',
  ])('is named by “%s”', (query) => {
    expect(referenceIn(query, LAWS)).toEqual({ laws: ['民法典'], article: 1254, bare: false });
  });

  it.each(['第1254条', '第一千二百五十四条', '1254条'])('of any law is named by “%s”', (query) => {
    expect(referenceIn(query, LAWS)).toEqual({ laws: LAWS, article: 1254, bare: false });
  });

  it('may be meant by a number, which may be meant as a number', () => {
    expect(referenceIn('1254', LAWS)).toEqual({ laws: LAWS, article: 1254, bare: true });
    expect(referenceIn('一千二百五十四', LAWS)).toMatchObject({ article: 1254, bare: true });
  });

  it('is named with a part of the law’s name; the numeral in it is not taken for the article', () => {
    expect(referenceIn('婚姻家庭编解释（一）第88条', LAWS)?.laws).toEqual([LAWS[1]]);
    expect(referenceIn('婚姻家庭编解释第7条', LAWS)?.laws).toEqual([LAWS[1], LAWS[2]]);
    expect(referenceIn('消费者权益保护法第二十五条', LAWS)?.laws).toEqual([LAWS[3]]);
  });

  it.each([
    '高空抛物',
    '三',
    '十五',
    '离婚三',
    '离婚冷静期30天',
    '',
    '民法典',
    '反洗钱法第3条',
    '99999',
  ])('is not named by “%s”', (query) => {
    expect(referenceIn(query, LAWS)).toBeUndefined();
  });

  it('is not named by the name of a law that ends in a numeral', () => {
    expect(referenceIn('民法典婚姻家庭编解释（一）', LAWS)).toBeUndefined();
    expect(lawNamed('民法典婚姻家庭编解释(一)', LAWS)).toBe(LAWS[1]);
    expect(lawNamed('《中华人民共和国民法典》', LAWS)).toBe('民法典');
    expect(lawNamed('民法', LAWS)).toBeUndefined();
  });
});

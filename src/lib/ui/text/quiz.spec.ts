import { expect, it } from 'vitest';
import { chineseNumeral, citationsText } from './quiz.ts';

it.each([
  [2, '二'],
  [10, '十'],
  [12, '十二'],
  [20, '二十'],
  [105, '一百零五'],
  [110, '一百一十'],
  [205, '二百零五'],
  [1000, '一千'],
  [1005, '一千零五'],
  [1032, '一千零三十二'],
  [1198, '一千一百九十八'],
  [1254, '一千二百五十四'],
  [1260, '一千二百六十'],
])('numbers article %d as statutes do: %s', (n, text) => {
  expect(chineseNumeral(n)).toBe(text);
});

it('names the article with the year of its figures, and a law once with all its articles', () => {
  const sources = [
    { report: 14 },
    { law: '著作权法', article: 2 },
    { law: '著作权法', article: 11 },
    { law: '民法典', article: 148 },
  ];
  expect(citationsText(sources, '2023')).toBe(
    '报道《擘画平安新图景 共享幸福新生活》（2023年的数据）；《著作权法》第二条、第十一条；《民法典》第一百四十八条',
  );
});

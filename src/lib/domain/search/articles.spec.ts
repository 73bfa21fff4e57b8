import { describe, expect, it } from 'vitest';
import { question } from '../bank/samples.ts';
import type { Citation, Pack } from '../bank/pack.ts';
import { articlesCalled, citedArticles } from './articles.ts';
import { entriesOf, searchedText, weightIn } from './texts.ts';

const asked = (id: string, ...sources: Citation[]) => ({
  ...question({ type: 'judge', answer: true }, id),
  sources,
});
const of = (article: number, law = '民法典') => ({ law, article });
const pack = {
  topics: [
    { id: 'a', title: '侵权', questions: [asked('q1', of(1254)), asked('q2', { report: 14 })] },
    {
      id: 'b',
      title: '婚姻',
      questions: [asked('q3', of(5, '彩礼纠纷规定')), asked('q4', of(1077), of(1254))],
    },
  ],
} as Partial<Pack> as Pack;
const names = {
  民法典: { 1254: ['高空抛物', '楼上扔东西'], 1077: ['离婚冷静期'], 9: ['绿色原则'] },
};
const cited = citedArticles(pack, names);

describe('the articles that questions cite', () => {
  it('stand by law, the one with the most first, each with its questions and its names', () => {
    expect(cited).toEqual([
      { law: '民法典', article: 1077, names: ['离婚冷静期'], questionIds: ['q4'] },
      {
        law: '民法典',
        article: 1254,
        names: ['高空抛物', '楼上扔东西'],
        questionIds: ['q1', 'q4'],
      },
      { law: '彩礼纠纷规定', article: 5, names: [], questionIds: ['q3'] },
    ]);
  });

  it.each([
    ['高空抛物', [1254]],
    ['抛物', [1254]],
    ['楼上扔东西砸到人怎么办', [1254]],
    ['离婚冷静期多少天', [1077]],
    ['离婚 冷静期', [1077]],
    ['抛', []],
    ['物', []],
    ['地震', []],
    ['怎么办', []],
  ])('are called by “%s”: %j', (query, articles) => {
    expect(articlesCalled(query, cited).map(({ article }) => article)).toEqual(articles);
  });
});

describe('what of a question is searched', () => {
  it('is also what its articles are called, its topic and its laws; the stem says most', () => {
    const last = entriesOf(pack).at(-1);
    if (!last) throw new Error('no question');
    const text = searchedText(last, (law, n) =>
      cited.find((c) => c.law === law && c.article === n),
    );
    const weights = ['样题', '抛物', '婚姻', '民法', '选错', '对', '地震'].map((w) =>
      weightIn(text, w),
    );
    expect(weights).toEqual([4, 3, 1, 1, 0.7, 0.7, 0]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionsOf } from '../../src/lib/domain/bank/pack.ts';
import { citedArticles } from '../../src/lib/domain/search/articles.ts';
import { Search } from '../../src/lib/domain/search/search.ts';
import { buildPack } from '../../src/lib/server/bank/read.ts';
import { chineseNumeral } from '../../src/lib/ui/text/quiz.ts';

// The search over the whole bank, as a phone has it.
const { pack, names } = buildPack('questions').bank;
const search = new Search(pack, names);
const questions = [...questionsOf(pack).values()];
const cited = citedArticles(pack, names);
const idsOf = (query: string) => search.find(query).questions.map(({ question }) => question.id);
const articlesOf = (query: string) =>
  search.find(query).articles.map(({ law, article }) => `${law}${article}`);

describe('the search finds', () => {
  it('every question by any four characters of its stem that stand together', () => {
    const holders = new Map<string, Set<string>>();
    for (const { id, stem } of questions)
      for (const [run] of stem.matchAll(/\p{Script=Han}{4,}/gu))
        for (let i = 0; i + 4 <= run.length; i++) {
          const part = run.slice(i, i + 4);
          holders.set(part, (holders.get(part) ?? new Set()).add(id));
        }
    const tried = new Set<string>();
    for (const [part, ids] of holders) {
      const found = new Set(idsOf(part));
      for (const id of ids) {
        if (!found.has(id)) expect.fail(`${id} is not found by ${part}`);
        tried.add(id);
      }
    }
    expect(tried.size).toBe(questions.length);
  }, 120_000);

  it('every question by its whole stem, first', () => {
    for (const { id, stem } of questions) expect(idsOf(stem)[0], stem).toBe(id);
  });

  it('every cited article with all its questions, however its number is written', () => {
    for (const { law, article, questionIds } of cited)
      for (const query of [
        `${law}${article}`,
        `《${law}》第${article}条`,
        `${law}第${chineseNumeral(article)}条`,
      ]) {
        expect(articlesOf(query), query).toEqual([`${law}${article}`]);
        expect(idsOf(query), query).toEqual([...new Set(questionIds)]);
      }
  });

  it('every cited article by its number alone', () => {
    for (const { law, article } of cited) {
      expect(articlesOf(String(article))).toContain(`${law}${article}`);
      expect(articlesOf(`第${chineseNumeral(article)}条`)).toContain(`${law}${article}`);
    }
  });

  it('every article by each of its names, and with it the questions that cite it', () => {
    for (const { law, article, names: own, questionIds } of cited)
      for (const name of own) {
        expect(articlesOf(name), name).toContain(`${law}${article}`);
        expect(idsOf(name), name).toEqual(expect.arrayContaining(questionIds));
      }
  });

  it.each([
    ['高空抛物', '民法典1254'],
    ['离婚冷静期', '民法典1077'],
    ['押金', '住房租赁条例10'],
    ['七天无理由退货', '消费者权益保护法25'],
    ['狗咬人怎么办', '民法典1245'],
  ])('%s: %s', (query, article) => {
    expect(articlesOf(query)).toContain(article);
    expect(idsOf(query).length).toBeGreaterThan(0);
    expect(search.find(query).near).toBe(false);
  });

  it('what comes near, where a character is wrong, and says so', () => {
    const { questions: near, near: isNear } = search.find('离昏冷静期');
    expect(isNear).toBe(true);
    expect(near[0]?.question.sources).toContainEqual({ law: '民法典', article: 1077 });
    expect(search.find('高空泡物').near).toBe(true);
  });

  it.each(['区块链挖矿', 'qwerty', '民法典9999', '反洗钱法第3条', '', '   ', '？！', '《》'])(
    'nothing for “%s”',
    (query) => {
      expect(search.find(query)).toMatchObject({ articles: [], questions: [] });
    },
  );

  it('nothing twice and nothing unknown, whatever is typed', () => {
    const known = new Set(questions.map(({ id }) => id));
    const piece = fc.constantFrom(
      ...questions.map(({ stem }) => stem.slice(0, 6)),
      '第',
      '条',
      '12',
    );
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(piece).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(typed, (query) => {
        const ids = idsOf(query);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => !known.has(id))).toEqual([]);
      }),
    );
  });
});

describe('names.json', () => {
  it('names only articles that are cited', () => {
    const all = new Set(cited.map(({ law, article }) => `${law}${article}`));
    const written = Object.entries(names).flatMap(([law, own]) =>
      Object.keys(own).map((article) => `${law}${article}`),
    );
    expect(written.filter((name) => !all.has(name))).toEqual([]);
    expect(written.length).toBeGreaterThan(150);
  });
});

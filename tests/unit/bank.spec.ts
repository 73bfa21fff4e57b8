import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { BOOKS, chapters } from '../../src/lib/domain/bank/civil-code.ts';
import { flawsOf, nearDuplicates } from '../../src/lib/domain/bank/flaws.ts';
import { questionsOf, readPack } from '../../src/lib/domain/bank/pack.ts';
import { keyOf } from '../../src/lib/domain/bank/review.ts';
import { buildPack, packHash } from '../../src/lib/server/bank/read.ts';
import { contentHash, readReviews } from '../../src/lib/server/bank/review.ts';
import { sceneOf } from '../../src/lib/ui/art/stations/stations.ts';

const { bank, json, hash } = buildPack('questions');
const written = (collection: string) =>
  bank.questions
    .filter(({ file }) => file.startsWith(`${collection}/`))
    .map(({ question }) => question);
const own = written('keqiao');
const code = written('civil-code');
const neighbourhood = written('neighbourhood');
const all = bank.questions.map(({ question }) => question);
const TYPES = ['single', 'multiple', 'judge', 'number', 'order', 'match'];
/** Articles of the 民法典 that questions cite. */
const cited = (questions: typeof all) =>
  new Set(
    questions.flatMap((q) =>
      q.sources.flatMap((s) => ('law' in s && s.law === '民法典' ? [s.article] : [])),
    ),
  );

describe('the bank of the article', () => {
  it('has its eight topics in their order', () => {
    const topics = bank.pack.topics.filter(({ collection }) => collection === 'keqiao');
    expect(topics.map((topic) => topic.title)).toEqual([
      '民法典公园',
      '平安建设',
      '护航亚运',
      '反诈',
      '法治体检',
      '版权AI智审',
      '营商环境检察',
      '枫桥经验与基层治理',
    ]);
  });

  it('has at least 80 questions, each of the six types at least 4 times, and covers at least 105 facts', () => {
    expect(own.length).toBeGreaterThanOrEqual(80);
    for (const type of TYPES) {
      expect(own.filter((q) => q.type === type).length, type).toBeGreaterThanOrEqual(4);
    }
    expect(new Set(own.flatMap((q) => q.facts ?? [])).size).toBeGreaterThanOrEqual(105);
  });
});

describe('the bank of the Civil Code', () => {
  it('has at least 260 questions over all seven books, none under 25, of all types and difficulties', () => {
    expect(code.length).toBeGreaterThanOrEqual(260);
    const topics = bank.pack.topics.filter(({ collection }) => collection === 'civil-code');
    expect(topics.map(({ title }) => title)).toEqual(BOOKS.map(({ name }) => name));
    for (const { title, questions } of topics)
      expect(questions.length, title).toBeGreaterThanOrEqual(25);
    for (const type of TYPES)
      expect(code.filter((q) => q.type === type).length, type).toBeGreaterThanOrEqual(5);
    for (const difficulty of [1, 2, 3])
      expect(code.filter((q) => q.difficulty === difficulty).length).toBeGreaterThanOrEqual(40);
  });

  it('cites at least 170 articles, and each question one of its book or what decides it there', () => {
    expect(cited(code).size).toBeGreaterThanOrEqual(170);
    for (const { name } of BOOKS) {
      const within = chapters().filter(({ book }) => book === name);
      const [from, before] = [within[0]?.from ?? 0, within.at(-1)?.before ?? 0];
      const topic = bank.pack.topics.find(({ title }) => title === name);
      const ids = new Set(topic?.questions.map(({ id }) => id));
      const articles = [...cited(code.filter(({ id }) => ids.has(id)))];
      expect(articles.filter((n) => n >= from && n < before).length, name).toBeGreaterThan(22);
    }
  });
});

describe('the bank of the neighbourhood', () => {
  it('has at least 60 questions on the laws that the article touches', () => {
    expect(neighbourhood.length).toBeGreaterThanOrEqual(60);
    const laws = new Set(
      neighbourhood.flatMap((q) => q.sources.flatMap((s) => ('law' in s ? [s.law] : []))),
    );
    for (const law of [
      ...['反电信网络诈骗法', '治安管理处罚法', '人民调解法', '著作权法', '村民委员会组织法'],
      ...['城市居民委员会组织法', '消费者权益保护法', '消费者权益保护法实施条例'],
      ...['个人信息保护法', '老年人权益保障法', '未成年人保护法'],
    ])
      expect([...laws], law).toContain(law);
  });
});

describe.each([
  ['of the article', own, 0.35],
  ['as a whole', all, 0.3],
])('the bank %s', (_, questions, longestAtMost) => {
  it('does not give answers away by letter or length', () => {
    const singles = questions.filter((q) => q.type === 'single');
    for (const letter of 'ABCD') {
      const share = singles.filter((q) => q.answer === letter).length / singles.length;
      expect(share, letter).toBeGreaterThan(questions === all ? 0.2 : 0.15);
      expect(share, letter).toBeLessThan(questions === all ? 0.3 : 0.35);
    }
    const longest = singles.filter((q) => {
      const right = q.answer.charCodeAt(0) - 65;
      return q.options.every((o, i) => i === right || o.length < (q.options[right]?.length ?? 0));
    });
    expect(longest.length / singles.length).toBeLessThanOrEqual(longestAtMost);
    const judges = questions.filter((q) => q.type === 'judge');
    const share = judges.filter((q) => q.answer).length / judges.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.2);
  });

  it('never names an option by its letter, for letters differ on every screen', () => {
    for (const q of questions) {
      const texts = [q.stem, q.explanation, ...Object.values(q.why ?? {})].join(' ');
      expect(texts, q.id).not.toMatch(/(选项|答案|选)\s*[A-F](?![A-Za-z])/);
    }
  });
});

describe('every question on law', () => {
  const law = [...code, ...neighbourhood];

  it('has been answered, as it stands, by somebody who did not write it and did not see its key', () => {
    const read = new Map(readReviews('questions').map((r) => [`${r.id} ${r.hash}`, r]));
    const unread = law.filter((q) => !read.has(`${q.id} ${contentHash(q)}`)).map(({ id }) => id);
    expect(unread, 'without a second reading').toEqual([]);
    for (const q of law) {
      const review = read.get(`${q.id} ${contentHash(q)}`);
      if (review?.outcome !== 'settled') expect(review?.answer, q.id).toBe(keyOf(q));
    }
  });

  it('says of each wrong option why it is wrong', () => {
    for (const q of law) {
      if (q.type !== 'single' && q.type !== 'multiple') continue;
      const right = new Set([q.answer].flat());
      const wrong = q.options.flatMap((_, i) => {
        const letter = String.fromCharCode(65 + i);
        return right.has(letter) ? [] : [letter];
      });
      expect(Object.keys(q.why ?? {}).sort(), q.id).toEqual(wrong);
    }
  });

  it('has none of the flaws that can be counted, and none asks the same as another', () => {
    expect(law.flatMap((q) => flawsOf(q).map((flaw) => `${q.id}: ${flaw}`))).toEqual([]);
    expect(nearDuplicates(all).map(([a, b]) => `${a.id} ~ ${b.id}`)).toEqual([]);
  });
});

describe('the calendar', () => {
  const days = Object.entries(bank.pack.daily);
  const fileOf = new Map(bank.questions.map(({ file, question }) => [question.id, file]));
  const byId = new Map(all.map((q) => [q.id, q]));

  it('has at least 400 days, each with one question of the article and four of the law', () => {
    expect(days.length).toBeGreaterThanOrEqual(400);
    for (const [day, ids] of days) {
      const ofTheArticle = ids.filter((id) => fileOf.get(id)?.startsWith('keqiao/'));
      expect([day, ids.length, ofTheArticle.length]).toEqual([day, 5, 1]);
      expect(new Set(ids.map((id) => fileOf.get(id))).size, day).toBe(5);
    }
  });

  it('gives books and difficulties their turn by what the bank has of them', () => {
    const asked = days.flatMap(([, ids]) => ids).filter((id) => !own.some((q) => q.id === id));
    const law = [...code, ...neighbourhood];
    for (const difficulty of [1, 2, 3]) {
      const share = (of: string[]) =>
        of.filter((id) => byId.get(id)?.difficulty === difficulty).length / of.length;
      expect(share(asked) - share(law.map(({ id }) => id))).toBeCloseTo(0, 1);
    }
    for (const file of new Set(law.map(({ id }) => fileOf.get(id)))) {
      const share = (of: string[]) => of.filter((id) => fileOf.get(id) === file).length / of.length;
      expect(share(asked) / share(law.map(({ id }) => id)), file).toBeGreaterThan(0.8);
      expect(share(asked) / share(law.map(({ id }) => id)), file).toBeLessThan(1.2);
    }
  });
});

describe('the trail', () => {
  const stations = bank.pack.stations ?? [];
  const byId = questionsOf(bank.pack);

  it('has twelve stations on all seven books, and says that it is a sample', () => {
    expect(stations).toHaveLength(12);
    expect(new Set(stations.map(({ book }) => book))).toEqual(new Set(BOOKS.map((b) => b.name)));
    expect(Object.values(bank.pack.trail ?? {}).join(' ')).toContain('样例');
  });

  it.each(stations)('tells at $name a story of a board’s length, from its book', (station) => {
    expect([...station.story].length).toBeGreaterThanOrEqual(80);
    expect([...station.story].length).toBeLessThanOrEqual(160);
    const within = chapters().filter(({ book }) => book === station.book);
    const [from, before] = [within[0]?.from ?? 0, within.at(-1)?.before ?? 0];
    for (const source of station.sources) {
      const article = 'law' in source && source.law === '民法典' ? source.article : 0;
      expect(article >= from && article < before, JSON.stringify(source)).toBe(true);
    }
  });

  it.each(stations)('asks at $name five to seven questions of at least three types', (station) => {
    expect(station.questions.length).toBeGreaterThanOrEqual(5);
    expect(station.questions.length).toBeLessThanOrEqual(7);
    const types = station.questions.map((id) => byId.get(id)?.type);
    expect(types[0]).toBe('single');
    expect(new Set(types).size).toBeGreaterThanOrEqual(3);
  });

  it('asks no question at two stations, and all six types along the way', () => {
    const asked = stations.flatMap(({ questions }) => questions);
    expect(new Set(asked).size).toBe(asked.length);
    expect(new Set(asked.map((id) => byId.get(id)?.type))).toEqual(new Set(TYPES));
  });

  it('keeps its stations so far apart on the map that each can be touched on a small phone', () => {
    for (const [i, a] of stations.entries())
      for (const b of stations.slice(i + 1)) {
        const apart = Math.hypot(a.at[0] - b.at[0], a.at[1] - b.at[1]);
        expect(apart, `${a.name}–${b.name}`).toBeGreaterThan(220);
      }
  });

  it('has a drawn scene for every station and none without one', () => {
    expect(Object.keys(sceneOf).sort()).toEqual(stations.map(({ id }) => id).sort());
  });
});

describe('the pack', () => {
  it('is named by its bytes, and the same files give the same bytes', () => {
    expect(hash).toBe(packHash(json));
    expect(buildPack('questions').hash).toBe(hash);
    expect(readPack(json)).toEqual(bank.pack);
  });

  it('is small enough to arrive while the first question is read: at most 130 KB compressed', () => {
    expect(brotliCompressSync(json).byteLength).toBeLessThanOrEqual(130_000);
  });

  it('holds nothing a phone does not need', () => {
    expect(json).not.toMatch(/"(facts|key|scenario)":/);
  });
});

describe('a bad file', () => {
  let directory = '';
  const damage = (change: (text: string) => string) => {
    directory = mkdtempSync(join(tmpdir(), 'bank-'));
    cpSync('questions', directory, { recursive: true });
    const file = join(directory, 'keqiao/anti-fraud.yaml');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return () => buildPack(directory);
  };
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('stops the build with file, question and reason', () => {
    const build = damage((text) => text.replace(/answer: [A-D]\n/, 'answer: F\n'));
    expect(build).toThrow(
      /questions\/keqiao\/anti-fraud\.yaml #fraud-[a-z-]+: 答案指向不存在的选项/,
    );
  });

  it('is missed: a park has a trail', () => {
    const build = damage((text) => text);
    rmSync(join(directory, 'park.yaml'));
    expect(build).toThrow('questions/park.yaml: 缺少游线');
  });

  it('that is no YAML is named', () => {
    expect(damage((text) => `${text}\n  - {`)).toThrow(
      /questions\/keqiao\/anti-fraud\.yaml: 不是有效的 YAML/,
    );
  });
});

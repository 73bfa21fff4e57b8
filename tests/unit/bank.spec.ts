import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { readPack } from '../../src/lib/domain/bank/pack.ts';
import { buildPack, packHash } from '../../src/lib/server/bank/read.ts';

const { bank, json, hash } = buildPack('questions');
const own = bank.questions
  .filter(({ file }) => file.startsWith('keqiao/'))
  .map(({ question }) => question);

describe('the bank of the article', () => {
  it('has its eight topics in their order', () => {
    expect(bank.pack.topics.map((topic) => topic.title)).toEqual([
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
    for (const type of ['single', 'multiple', 'judge', 'number', 'order', 'match']) {
      expect(own.filter((q) => q.type === type).length, type).toBeGreaterThanOrEqual(4);
    }
    expect(new Set(own.flatMap((q) => q.facts ?? [])).size).toBeGreaterThanOrEqual(105);
  });

  it('does not give answers away by letter or length', () => {
    const singles = own.filter((q) => q.type === 'single');
    for (const letter of 'ABCD') {
      const share = singles.filter((q) => q.answer === letter).length / singles.length;
      expect(share, letter).toBeGreaterThan(0.15);
      expect(share, letter).toBeLessThan(0.35);
    }
    const longest = singles.filter((q) => {
      const right = q.answer.charCodeAt(0) - 65;
      return q.options.every((o, i) => i === right || o.length < (q.options[right]?.length ?? 0));
    });
    expect(longest.length / singles.length).toBeLessThanOrEqual(0.35);
    const judges = own.filter((q) => q.type === 'judge');
    expect(judges.filter((q) => q.answer).length / judges.length).toBeGreaterThan(0.3);
  });

  it('never names an option by its letter, for letters differ on every screen', () => {
    for (const q of own) {
      const texts = [q.stem, q.explanation, ...Object.values(q.why ?? {})].join(' ');
      expect(texts, q.id).not.toMatch(/(选项|答案|选)\s*[A-F](?![A-Za-z])/);
    }
  });

  it('has a calendar of at least 120 days', () => {
    expect(Object.keys(bank.pack.daily).length).toBeGreaterThanOrEqual(120);
  });
});

describe('the pack', () => {
  it('is named by its bytes, and the same files give the same bytes', () => {
    expect(hash).toBe(packHash(json));
    expect(buildPack('questions').hash).toBe(hash);
    expect(readPack(json)).toEqual(bank.pack);
  });

  it('is small enough to arrive while the first question is read: at most 32 KB compressed', () => {
    expect(brotliCompressSync(json).byteLength).toBeLessThanOrEqual(32_000);
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

  it('that is no YAML is named', () => {
    expect(damage((text) => `${text}\n  - {`)).toThrow(
      /questions\/keqiao\/anti-fraud\.yaml: 不是有效的 YAML/,
    );
  });
});

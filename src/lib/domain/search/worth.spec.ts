import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { worthShowing, type Hit } from './worth.ts';

const hit = (id: string, ...words: string[]): Hit => ({ id, words });

const worth = (hits: Hit[], ...sought: string[]) =>
  worthShowing(
    hits,
    sought,
    sought.filter((word) => word.length > 1),
  );

describe('what is worth showing', () => {
  it('is what has every word, in the order of the index, and nothing else', () => {
    const hits = [hit('b', '租房', '押金'), hit('c', '押金'), hit('a', '押金', '租房')];
    expect(worth(hits, '租房', '押金')).toEqual({ ids: ['b', 'a'], near: false });
  });

  it('is what comes near where nothing has every word: the rare word tells more', () => {
    const common = Array.from({ length: 30 }, (_, i) => hit(`c${i}`, '离婚'));
    const hits = [hit('rare', '冷静', '静期'), ...common];
    const found = worth(hits, '离婚', '婚冷', '冷静', '静期');
    expect(found).toEqual({ ids: ['rare'], near: true });
  });

  it('is nothing where the bank knows next to nothing of the words', () => {
    expect(worth([hit('a', '天气')], '明天', '天天', '天气', '气好')).toEqual({
      ids: [],
      near: false,
    });
    expect(worth([], '明天')).toEqual({ ids: [], near: false });
  });

  it('is not what has only a number or a single character of it', () => {
    const hits = [hit('a', '3', '条'), hit('b', '条')];
    expect(worth(hits, '洗钱', '3', '条')).toEqual({ ids: [], near: false });
    expect(worth(hits, '3', '条')).toEqual({ ids: ['a'], near: false });
  });

  it('is never something that was not hit, never twice, and full hits leave no near ones', () => {
    const all = ['租房', '押金', '退还', '3'];
    fc.assert(
      fc.property(fc.array(fc.subarray(all, { minLength: 1 })), (held) => {
        const hits = held.map((own, i) => hit(`q${i}`, ...own));
        const { ids, near } = worth(hits, ...all);
        const places = ids.map((id) => hits.findIndex((h) => h.id === id));
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect(places).not.toContain(-1);
        const full = hits.filter((h) => h.words.length === 4);
        if (full.length > 0) expect(ids).toEqual(full.map(({ id }) => id));
        expect(near).toBe(full.length === 0 && ids.length > 0);
      }),
    );
  });
});

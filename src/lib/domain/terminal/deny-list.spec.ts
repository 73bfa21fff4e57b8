import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withNews, type DenyEntry, type DenyList } from './deny-list.ts';

const entry = (
  voucherId: string,
  expiresAtMs: number,
  why: 'cancelled' | 'expired' = 'cancelled',
) => ({ voucherId, expiresAtMs, is: 'released', atMs: 0, why }) satisfies DenyEntry;

it('news is added, what is good again or has expired is dropped', () => {
  const held: DenyList = {
    ...{ number: 1, epoch: 'e', asOfMs: 0 },
    entries: new Map(['a', 'b', 'c'].map((id) => [id, entry(id, id === 'c' ? 50 : 500)])),
  };
  const news = { number: 2, epoch: 'e', asOfMs: 100, whole: false };
  const next = withNews(held, { ...news, entries: [entry('d', 500)], open: ['a'] });
  expect(next).toMatchObject({ number: 2, asOfMs: 100 });
  expect([...next.entries.keys()]).toEqual(['b', 'd']);
});

it('a whole list takes the place of what was held', () => {
  const held = { number: 9, epoch: 'old', asOfMs: 0, entries: new Map([['a', entry('a', 500)]]) };
  const whole = { number: 2, epoch: 'new', asOfMs: 100, whole: true, open: [] };
  const next = withNews(held, { ...whole, entries: [entry('b', 500)] });
  expect([...next.entries.keys()]).toEqual(['b']);
  expect(next.epoch).toBe('new');
});

it('news that was overtaken is passed over', () => {
  const news = { number: 5, epoch: 'e', asOfMs: 100, whole: false, entries: [], open: ['a'] };
  const held = { ...news, number: 6, entries: new Map([['a', entry('a', 500)]]) };
  expect(withNews(held, news)).toBe(held);
  expect(withNews({ ...held, epoch: 'old' }, { ...news, whole: true }).number).toBe(5);
});

it('news one after the other comes to the same as the whole list', () => {
  const change = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    denied: fc.boolean(),
    expiresAtMs: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 8 }), (rounds) => {
      const truth = new Map<string, DenyEntry>();
      let list: DenyList | undefined;
      for (const [i, changes] of rounds.entries()) {
        const [changed, open] = [new Map<string, DenyEntry>(), new Set<string>()];
        for (const { id, denied, expiresAtMs } of changes) {
          const next = entry(id, expiresAtMs + i);
          for (const map of [truth, changed]) map.delete(id);
          open.delete(id);
          if (denied) for (const map of [truth, changed]) map.set(id, next);
          else open.add(id);
        }
        const asOfMs = i * 5;
        list = withNews(list, {
          ...{ number: i + 1, epoch: 'e', asOfMs, whole: i === 0 },
          ...{ entries: [...changed.values()], open: [...open] },
        });
        const valid = [...truth].filter(([, { expiresAtMs }]) => expiresAtMs > asOfMs);
        expect(new Map([...list.entries].sort())).toEqual(new Map(valid.sort()));
      }
    }),
  );
});

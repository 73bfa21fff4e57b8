import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstBroken, linked, type LinkedEntry, type TrailKind } from './trail.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
const kinds: TrailKind[] = ['enrolled', 'handed-over', 'refused', 'settled'];
const entry = fc.record({
  atMs: fc.nat(),
  kind: fc.constantFrom(...kinds),
  what: fc.json({ maxDepth: 1 }),
});
const chainOf = (list: readonly { atMs: number; kind: TrailKind; what: string }[]) =>
  list.reduce<LinkedEntry[]>((chain, next) => [...chain, linked(chain.at(-1), next, hash)], []);

it('a whole trail is whole', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (list) => {
      expect(firstBroken(chainOf(list), hash)).toBeUndefined();
    }),
  );
});

it('an entry that is changed, left out, put in twice or moved breaks it there', () => {
  const how = fc.constantFrom('change', 'leave out', 'twice', 'move', 'time');
  fc.assert(
    fc.property(fc.array(entry, { minLength: 3, maxLength: 8 }), fc.nat(), how, (list, n, what) => {
      const chain = chainOf(list);
      const at = n % (chain.length - 1);
      const one = chain[at] as LinkedEntry;
      if (what === 'change') chain[at] = { ...one, what: `${one.what} ` };
      if (what === 'time') chain[at] = { ...one, atMs: one.atMs + 1 };
      if (what === 'leave out') chain.splice(at, 1);
      if (what === 'twice') chain.splice(at, 0, one);
      if (what === 'move') chain.splice(at, 2, chain[at + 1] as LinkedEntry, one);
      const broken = firstBroken(chain, hash);
      expect(broken).toBeDefined();
      expect(Math.abs((broken ?? 0) - one.number)).toBeLessThanOrEqual(1);
    }),
  );
});

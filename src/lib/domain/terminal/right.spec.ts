import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfRight, mayEnrol, offlineState, type OfflineRight } from './right.ts';
import { OFFLINE_MS } from './terms.ts';

const NOW = 1_000_000_000_000;
const asking = { terminalId: 'new', wanted: true, others: 0, rights: [], nowMs: NOW };
const old: OfflineRight = { terminalId: 'old', firstList: 1, lastContactMs: NOW - 1000 };

describe('the right to hand over without a signal', () => {
  it('is given to a shop’s only terminal, for 72 hours from each contact', () => {
    expect(offlineState(asking)).toEqual({ is: 'granted', untilMs: NOW + OFFLINE_MS });
    expect(offlineState({ ...asking, wanted: false })).toEqual({ is: 'no' });
  });

  it('waits while the shop has other terminals', () => {
    expect(offlineState({ ...asking, others: 2 })).toEqual({
      ...{ is: 'waiting', why: 'other-terminals', others: 2 },
    });
  });

  it('waits for the one before: its confirmed end, or 72 hours after its last contact', () => {
    expect(offlineState({ ...asking, rights: [old] })).toEqual({
      ...{ is: 'waiting', why: 'other-right', fromMs: NOW - 1000 + OFFLINE_MS },
    });
    const ended = { ...old, endedAtMs: NOW - 500 };
    expect(offlineState({ ...asking, rights: [ended] })).toMatchObject({ is: 'granted' });
    const silent = { ...old, lastContactMs: NOW - OFFLINE_MS };
    expect(offlineState({ ...asking, rights: [silent] })).toMatchObject({ is: 'granted' });
  });

  it('that the operator takes back is to be confirmed', () => {
    const own = { ...old, terminalId: 'new' };
    expect(offlineState({ ...asking, wanted: false, rights: [own] })).toEqual({ is: 'ended' });
  });

  it('is given 72 hours after a restore to who is not known to have had it', () => {
    const restored = { ...asking, restoredAtMs: NOW - 1000 };
    expect(offlineState(restored)).toMatchObject({
      ...{ is: 'waiting', fromMs: NOW - 1000 + OFFLINE_MS },
    });
    const own = { ...old, terminalId: 'new' };
    expect(offlineState({ ...restored, rights: [own] })).toMatchObject({ is: 'granted' });
  });
});

/** What may happen to a shop's terminals, after so many hours. */
const happening = fc.record({
  hours: fc.integer({ min: 0, max: 60 }),
  what: fc.constantFrom('enrol', 'contact', 'contact', 'contact', 'leave', 'revoke', 'restore'),
  terminal: fc.nat(4),
  wanted: fc.boolean(),
});

it('in no history two terminals may hand over at the same time', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (history) => {
      const terminals: { id: string; wanted: boolean; standing: boolean }[] = [];
      let rights: OfflineRight[] = [];
      const times: { id: string; fromMs: number; untilMs: number }[] = [];
      let nowMs = NOW;
      let restoredAtMs: number | undefined;
      let backup: OfflineRight[] = [];
      for (const { hours, what, terminal, wanted } of history) {
        nowMs += hours * 3_600_000;
        const standing = terminals.filter((t) => t.standing);
        const one = terminals[terminal];
        if (what === 'enrol' && mayEnrol(standing))
          terminals.push({ id: `t${terminals.length}`, wanted, standing: true });
        if (what === 'restore') {
          // The rights go back to what they were; what terminals were told stays with them.
          [rights, backup] = [backup.map((r) => ({ ...r })), rights.map((r) => ({ ...r }))];
          restoredAtMs = nowMs;
        }
        if (!one) continue;
        if (what === 'revoke') one.standing = false;
        const own = rights.find((r) => r.terminalId === one.id && !r.endedAtMs);
        if (what === 'leave' && one.standing) {
          one.standing = false;
          if (own) own.endedAtMs = nowMs;
          for (const time of times)
            if (time.id === one.id) time.untilMs = Math.min(time.untilMs, nowMs);
        }
        if (what !== 'contact' || !one.standing) continue;
        const others = standing.filter(({ id }) => id !== one.id).length;
        const state = offlineState({
          ...{ terminalId: one.id, wanted: one.wanted, others, rights, nowMs },
          ...(restoredAtMs !== undefined && { restoredAtMs }),
        });
        if (state.is !== 'granted') continue;
        times.push({ id: one.id, fromMs: nowMs, untilMs: state.untilMs });
        if (own) own.lastContactMs = nowMs;
        else rights.push({ terminalId: one.id, firstList: 1, lastContactMs: nowMs });
      }
      for (const a of times)
        for (const b of times)
          if (a.id !== b.id) expect(a.untilMs <= b.fromMs || b.untilMs <= a.fromMs).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('a right that was never confirmed to have ended ends 72 hours after the last contact', () => {
  expect(endOfRight(old)).toBe(NOW - 1000 + OFFLINE_MS);
  expect(endOfRight(old, NOW)).toBe(NOW + OFFLINE_MS);
  expect(endOfRight({ ...old, endedAtMs: NOW })).toBe(NOW);
  expect(endOfRight({ ...old, endedAtMs: NOW + 2 * OFFLINE_MS })).toBe(endOfRight(old));
});

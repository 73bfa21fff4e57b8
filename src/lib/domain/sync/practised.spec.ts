import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { addDays, dayAt } from '../points/day.ts';
import { SentAttempt } from './messages.ts';
import { believed } from './practised.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const now = Date.parse('2026-11-24T19:00:00+08:00');

/** An attempt by a phone whose clock is `aheadMs` ahead, made so long before it was sent. */
const made = (beforeMs: number, aheadMs = 0, day?: string) => {
  const practisedAtMs = now - beforeMs + aheadMs;
  return { practisedAtMs, round: { day: day ?? dayAt(practisedAtMs) } };
};
const window = (fromBeforeMs: number, aheadMs = 0) => ({
  ...{ aheadMs, fromMs: now - fromBeforeMs, nowMs: now },
});

describe('practised-at', () => {
  it('is what a right clock says, within the window', () => {
    expect(believed(made(3 * DAY_MS), window(7 * DAY_MS))).toEqual({
      ...{ practisedAtMs: now - 3 * DAY_MS, day: '2026-11-21' },
    });
  });

  it.each([-10 * 365 * DAY_MS, -13 * HOUR_MS, 11 * HOUR_MS, 10 * 365 * DAY_MS])(
    'is the same by a clock that is %i ms ahead',
    (aheadMs) => {
      const right = believed(made(2 * DAY_MS), window(7 * DAY_MS));
      expect(believed(made(2 * DAY_MS, aheadMs), window(7 * DAY_MS, aheadMs))).toEqual(right);
    },
  );

  it('is never before the window, but for two hours, nor after now', () => {
    expect(believed(made(9 * DAY_MS), window(DAY_MS))).toEqual({
      ...{ practisedAtMs: now - DAY_MS - 2 * HOUR_MS, day: '2026-11-23' },
    });
    expect(believed(made(-9 * DAY_MS), window(DAY_MS))).toEqual({
      ...{ practisedAtMs: now, day: '2026-11-24' },
    });
  });

  it('stays on the day its round began, when that lies in the window', () => {
    expect(believed(made(0, 0, '2026-11-23'), window(2 * DAY_MS)).day).toBe('2026-11-23');
    expect(believed(made(0, 0, '2026-11-01'), window(2 * DAY_MS)).day).toBe('2026-11-22');
    expect(believed(made(0, 0, '2026-12-24'), window(2 * DAY_MS)).day).toBe('2026-11-24');
  });
});

describe('whatever a phone says', () => {
  const day = fc
    .integer({ min: Date.parse('0001-01-01'), max: Date.parse('9999-12-30') })
    .map((ms) => dayAt(ms));
  const clock = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
  const said = fc.record({ practisedAtMs: clock, round: fc.record({ day }) });

  it('the day is a day of the window, and practised-at lies in it', () => {
    fc.assert(
      fc.property(said, clock, fc.nat(60 * DAY_MS), (attempt, sentAtMs, backMs) => {
        const fromMs = now - backMs;
        const { practisedAtMs, day } = believed(attempt, {
          ...{ aheadMs: sentAtMs - now, fromMs, nowMs: now },
        });
        expect(practisedAtMs).toBeGreaterThanOrEqual(fromMs - 2 * HOUR_MS);
        expect(practisedAtMs).toBeLessThanOrEqual(now);
        expect(day >= dayAt(fromMs - 2 * HOUR_MS) && day <= dayAt(now)).toBe(true);
        expect(addDays(day, 0)).toBe(day);
      }),
    );
  });

  it('two attempts by one clock keep their order', () => {
    fc.assert(
      fc.property(clock, fc.nat(DAY_MS), clock, (practisedAtMs, laterMs, sentAtMs) => {
        const window = { aheadMs: sentAtMs - now, fromMs: now - 7 * DAY_MS, nowMs: now };
        const at = (ms: number) =>
          believed({ practisedAtMs: ms, round: { day: dayAt(ms) } }, window);
        const [first, second] = [at(practisedAtMs), at(practisedAtMs + laterMs)];
        expect(first.practisedAtMs).toBeLessThanOrEqual(second.practisedAtMs);
        expect(first.day <= second.day).toBe(true);
      }),
    );
  });

  it('a time that has no day of four digits is not understood', () => {
    const id = '01980000-0000-7000-8000-0000000000aa';
    const attempt = {
      ...{ id, questionId: 'q1', packHash: '00000000000000aa' },
      response: { type: 'judge', value: true },
      round: { id, of: { kind: 'topic', topic: 'sample' }, day: '2026-11-24' },
    };
    const reads = (practisedAtMs: unknown) => v.is(SentAttempt, { ...attempt, practisedAtMs });
    expect([0, now, Date.UTC(9999, 11, 31)].map(reads)).toEqual([true, true, true]);
    expect([-1, 0.5, 4e15, Infinity, NaN, '0', null].filter(reads)).toEqual([]);
  });
});

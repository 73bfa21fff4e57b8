import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClock, type ClockAnchor } from './clock.ts';
import { CLOCK_TOLERANCE_MS } from './terms.ts';

const SERVER = Date.parse('2026-11-24T19:00:00+08:00');
const HOUR_MS = 3_600_000;
/** A phone whose clock is three years behind. */
const WALL = SERVER - 3 * 365 * 24 * HOUR_MS;
const anchor: ClockAnchor = { serverMs: SERVER, wallMs: WALL, monotonicMs: 5000, latestMs: SERVER };

describe('the server’s time by a terminal’s clocks', () => {
  it('does not depend on what the wall clock shows, only on how it goes', () => {
    expect(readClock(anchor, { wallMs: WALL + HOUR_MS, monotonicMs: 5000 + HOUR_MS })).toEqual({
      ...{ is: 'sane', nowMs: SERVER + HOUR_MS },
    });
  });

  it('a phone that slept is believed: the monotonic clock stood still', () => {
    expect(readClock(anchor, { wallMs: WALL + HOUR_MS, monotonicMs: 6000 })).toMatchObject({
      is: 'sane',
    });
  });

  it.each([
    ['nothing to go by', undefined, { wallMs: WALL }],
    ['set back', anchor, { wallMs: WALL - HOUR_MS }],
    ['set back while the page was open', anchor, { wallMs: WALL + 1000, monotonicMs: HOUR_MS }],
    ['behind what was worked with', { ...anchor, latestMs: SERVER + HOUR_MS }, { wallMs: WALL }],
    ['no time at all', anchor, { wallMs: NaN }],
  ])('%s: wrong', (_, from, now) => {
    expect(readClock(from, now)).toEqual({ is: 'wrong' });
  });

  it('never goes back behind what was worked with', () => {
    const times = fc.array(fc.integer({ min: -2 * CLOCK_TOLERANCE_MS, max: 5 * HOUR_MS }));
    fc.assert(
      fc.property(times, (steps) => {
        let { latestMs } = anchor;
        for (const step of steps) {
          const read = readClock({ ...anchor, latestMs }, { wallMs: WALL + step });
          if (read.is === 'wrong') continue;
          expect(read.nowMs).toBeGreaterThanOrEqual(latestMs);
          latestMs = read.nowMs;
        }
      }),
    );
  });
});

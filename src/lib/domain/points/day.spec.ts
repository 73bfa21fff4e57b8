import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayAt, daysOfWeek, weekOf, weekdayOf } from './day.ts';

describe('days in Asia/Shanghai', () => {
  it('begin at 16:00 UTC', () => {
    expect(dayAt(Date.parse('2026-11-23T15:59:59.999Z'))).toBe('2026-11-23');
    expect(dayAt(Date.parse('2026-11-23T16:00:00.000Z'))).toBe('2026-11-24');
  });

  it('agree with the time zone data of the platform', () => {
    const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' });
    // Since 1992 without summer time.
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1992, 0), max: Date.UTC(2099, 0) }), (at) => {
        expect(dayAt(at)).toBe(shanghai.format(at));
      }),
    );
  });

  it.each([
    ['2026-11-23', '2026-48'],
    ['2027-01-03', '2026-53'],
    ['2027-01-04', '2027-01'],
    ['2024-12-30', '2025-01'],
  ])('%s lies in the ISO week %s', (day, week) => {
    expect(weekOf(day)).toBe(week);
  });

  it('lie in a week of seven days from Monday on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (n) => {
        const day = addDays('1992-01-01', n);
        const week = daysOfWeek(day);
        expect(week).toContain(day);
        expect(week.map(weekdayOf)).toEqual([1, 2, 3, 4, 5, 6, 7]);
        expect(new Set(week.map(weekOf)).size).toBe(1);
        expect(weekOf(addDays(week[6] as string, 1))).not.toBe(weekOf(day));
      }),
    );
  });
});

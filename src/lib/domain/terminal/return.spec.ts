import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestReturnMs, stillToHear, type Ending } from './return.ts';
import type { OfflineRight } from './right.ts';
import { OFFLINE_MS } from './terms.ts';

const DAY_MS = 86_400_000;
const ISSUED = Date.parse('2026-11-24T19:00:00+08:00');
const ending: Ending = { issuedAtMs: ISSUED, expiresAtMs: ISSUED + 7 * DAY_MS, afterList: 10 };
const NOW = ISSUED + DAY_MS;
const right: OfflineRight = { terminalId: 't', firstList: 1, lastContactMs: NOW };
const waits = (change: Partial<OfflineRight> = {}, nowMs = NOW, end = ending) =>
  stillToHear(end, [{ ...right, ...change }], nowMs).length > 0;

describe('the points of an ended voucher', () => {
  it('go back at once where the shop has no terminal that hands over without a signal', () => {
    expect(stillToHear(ending, [], NOW)).toEqual([]);
  });

  it('wait until the terminal holds a list with the voucher in it and has nothing queued', () => {
    expect(waits()).toBe(true);
    expect(waits({ confirmed: { number: 10, asOfMs: NOW } })).toBe(true);
    expect(waits({ confirmed: { number: 11, asOfMs: NOW } })).toBe(false);
  });

  it('after the expiry a list from after it is enough: the terminal knows the time', () => {
    const { expiresAtMs } = ending;
    const confirmed = { number: 9, asOfMs: expiresAtMs };
    expect(waits({ confirmed }, expiresAtMs + 1)).toBe(false);
    expect(waits({ confirmed: { ...confirmed, asOfMs: expiresAtMs - 1 } }, expiresAtMs)).toBe(true);
  });

  it('do not wait longer than 14 days after the expiry', () => {
    const latest = latestReturnMs(ending);
    expect(latest).toBe(ending.expiresAtMs + 14 * DAY_MS);
    expect([waits({}, latest - 1), waits({}, latest)]).toEqual([true, false]);
  });

  it('wait for one that the operator has given up only while it could still hand over', () => {
    const lost = { lostAtMs: NOW };
    expect(waits(lost, NOW + OFFLINE_MS - 1)).toBe(true);
    expect(waits(lost, NOW + OFFLINE_MS)).toBe(false);
  });

  it('do not wait for a terminal that never could: it had ended, or its first list has the voucher', () => {
    expect(waits({ endedAtMs: NOW })).toBe(false);
    expect(waits({ lastContactMs: ISSUED - OFFLINE_MS })).toBe(false);
    expect(waits({ firstList: 11 })).toBe(false);
  });
});

/** One terminal and one voucher, step by step; the terminal obeys its list, its clock and its right. */
const steps = fc.array(
  fc.record({
    hours: fc.integer({ min: 0, max: 40 }),
    does: fc.constantFrom('contact', 'answer lost', 'confirm', 'hand over', 'cancel', 'look'),
  }),
  { maxLength: 30 },
);

it('what has gone back was not handed over and will not be, unless nobody came for 14 days', () => {
  fc.assert(
    fc.property(steps, (list) => {
      let nowMs = ISSUED;
      let number = 10;
      const one: OfflineRight = { terminalId: 't', firstList: 1, lastContactMs: ISSUED };
      /** On the terminal. */
      let held = { number: 10, asOfMs: ISSUED, untilMs: ISSUED + OFFLINE_MS, denied: false };
      let [handedOver, uploaded, endedAfter, back] = [false, false, Infinity, false];
      for (const { hours, does } of list) {
        nowMs += hours * 3_600_000;
        const tellsEnd = nowMs >= ending.expiresAtMs ? Math.min(endedAfter, number) : endedAfter;
        if (does === 'cancel' && endedAfter === Infinity && !uploaded) endedAfter = number;
        if (does === 'contact' || does === 'answer lost') {
          if (handedOver) uploaded = true;
          number += 1;
          one.lastContactMs = nowMs;
          if (does === 'contact')
            held = {
              number,
              asOfMs: nowMs,
              untilMs: nowMs + OFFLINE_MS,
              denied: endedAfter < number,
            };
        }
        if (does === 'confirm' && !(handedOver && !uploaded))
          one.confirmed = { number: held.number, asOfMs: held.asOfMs };
        const may = nowMs < Math.min(held.untilMs, ending.expiresAtMs) && !held.denied;
        if (does === 'hand over' && may && !handedOver) {
          expect(back).toBe(false);
          handedOver = true;
        }
        const over = tellsEnd < Infinity && !uploaded;
        if (over && stillToHear({ ...ending, afterList: tellsEnd }, [one], nowMs).length === 0) {
          if (nowMs < latestReturnMs(ending)) expect(handedOver).toBe(false);
          back = true;
        }
      }
    }),
    { numRuns: 1000 },
  );
});

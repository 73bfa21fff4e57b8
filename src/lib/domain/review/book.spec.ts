import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type Day } from '../points/day.ts';
import { bookOf, MASTERED_DAYS, type Answered, type Entry } from './book.ts';

const monday = '2026-11-23';
const day = (n: number): Day => addDays(monday, n);
const everything = { has: () => true };

let serial = 0;
const answered = (questionId: string, on: number, right: boolean): Answered => ({
  id: `a${serial++}`,
  questionId,
  right,
  day: day(on),
});
/** One question's answers: the day of each, and whether it was right. */
const history = (...answers: [on: number, right: boolean][]) =>
  answers.map(([on, right]) => answered('q', on, right));
const entryOn = (today: number, answers: readonly Answered[]): Entry | undefined => {
  const { entries, mastered } = bookOf(answers, everything, day(today));
  return [...entries, ...mastered].find(({ questionId }) => questionId === 'q');
};

describe('a question', () => {
  it('that was never wrong is not in the book', () => {
    expect(bookOf(history([0, true], [1, true]), everything, day(1)).entries).toEqual([]);
  });

  it('enters with its first wrong answer and is due the next day; what was right before does not count', () => {
    const entry = entryOn(5, history([0, true], [3, true], [5, false]));
    expect(entry).toMatchObject({ due: day(6), timesWrong: 1, lastOn: day(5), lastRight: false });
    expect(entry).toEqual(entryOn(5, history([5, false])));
  });

  it('answered right each time it is due comes after 2, 6 and 17 days, and with the fourth is mastered', () => {
    const answers = history([0, false]);
    const spans: number[] = [];
    for (let entry = entryOn(0, answers); entry && !entry.mastered;) {
      const on = Math.round((Date.parse(entry.due) - Date.parse(monday)) / 86_400_000);
      answers.push(...history([on, true]));
      entry = entryOn(on, answers);
      spans.push(entry?.spanDays ?? NaN);
    }
    expect(spans).toEqual([2, 6, 17, 44]);
    const { entries, mastered } = bookOf(answers, everything, day(26));
    expect(entries).toEqual([]);
    expect(mastered).toMatchObject([{ questionId: 'q', mastered: true, timesWrong: 1 }]);
  });

  it('answered wrong at a review comes back sooner, and takes longer to be mastered', () => {
    const right = entryOn(9, history([0, false], [1, true], [3, true], [9, true]));
    const wrong = entryOn(9, history([0, false], [1, true], [3, true], [9, false]));
    expect(right?.spanDays).toBe(17);
    expect(wrong).toMatchObject({ spanDays: 1, timesWrong: 2, mastered: false });
  });

  it('mastered stays away as long as it is right, and comes back with the next wrong answer', () => {
    const mastered = history([0, false], [1, true], [3, true], [9, true], [26, true]);
    expect(entryOn(300, mastered)?.mastered).toBe(true);
    const right = [...mastered, ...history([100, true])];
    expect(entryOn(300, right)?.mastered).toBe(true);
    const wrong = [...right, ...history([200, false])];
    expect(entryOn(300, wrong)).toMatchObject({ mastered: false, timesWrong: 2, lastOn: day(200) });
  });

  it('is a matter of days: the hour, and how often on a day, do not count, and one wrong answer makes the day wrong', () => {
    const once = entryOn(1, history([0, false], [1, true]));
    expect(entryOn(1, history([0, false], [1, true], [1, true]))).toEqual(once);
    // The explanation has just been read.
    expect(entryOn(0, history([0, false], [0, true]))).toMatchObject({ due: day(1) });
    expect(entryOn(0, history([0, true], [0, false]))).toMatchObject({ due: day(1) });
    expect(entryOn(1, history([0, false], [1, true], [1, false]))).toMatchObject({
      spanDays: 1,
      lastRight: false,
    });
  });

  it('reviewed early, in whatever round, gains less than when it is due', () => {
    const early = entryOn(4, history([0, false], [1, true], [3, true], [4, true]));
    const due = entryOn(9, history([0, false], [1, true], [3, true], [9, true]));
    expect(early?.spanDays).toBeLessThan(due?.spanDays ?? 0);
    expect(early?.spanDays).toBeGreaterThan(6);
  });

  it('that is withdrawn is left out, with all that was answered of it', () => {
    const answers = [...history([0, false]), answered('gone', 0, false)];
    const { entries } = bookOf(answers, new Set(['q']), day(1));
    expect(entries.map(({ questionId }) => questionId)).toEqual(['q']);
  });
});

describe('what was done today', () => {
  it('counts what was due and has been answered, in whatever round, right or wrong', () => {
    const answers = ['a', 'b', 'c'].map((id) => answered(id, 0, false));
    answers.push(answered('a', 1, true), answered('b', 1, false));
    const book = bookOf(answers, everything, day(1));
    expect(book.doneToday).toBe(2);
    expect(book.entries.filter(({ due }) => due <= day(1))).toMatchObject([{ questionId: 'c' }]);
  });

  it('does not count what was not due: a first wrong answer, an early one, one that is mastered', () => {
    const doneOn = (on: number, answers: Answered[]) =>
      bookOf(answers, everything, day(on)).doneToday;
    expect(doneOn(0, history([0, false]))).toBe(0);
    expect(doneOn(4, history([0, false], [1, true], [3, true], [4, true]))).toBe(0);
    const mastered = history([0, false], [1, true], [3, true], [9, true], [26, true]);
    expect(doneOn(26, mastered)).toBe(1);
    expect(doneOn(80, [...mastered, ...history([80, false])])).toBe(0);
  });

  it('is over tomorrow', () => {
    const answers = history([0, false], [1, true]);
    expect(bookOf(answers, everything, day(1)).doneToday).toBe(1);
    expect(bookOf(answers, everything, day(2)).doneToday).toBe(0);
  });
});

describe('a wrong clock', () => {
  const years = (n: number) => Math.round(n * 365.25);

  it('that was ahead: a wrong answer from then is due now, and can be reviewed as any other', () => {
    const ahead = history([years(10), false]);
    expect(entryOn(0, ahead)).toMatchObject({ due: day(0), lastRight: false });
    expect(entryOn(7, ahead)).toMatchObject({ due: day(7) });
    const reviewed = [...ahead, ...history([7, true])];
    expect(entryOn(7, reviewed)).toMatchObject({ due: day(9), lastRight: true });
    expect(entryOn(8, reviewed)).toMatchObject({ due: day(9) });
  });

  it('that was ahead: a right answer from then masters nothing', () => {
    const answers = history([0, false], [years(1), true], [years(2), true], [years(3), true]);
    expect(entryOn(0, answers)).toMatchObject({ due: day(1), mastered: false });
  });

  it('that was behind: an old wrong answer is due now, and one right one does not master it', () => {
    const behind = history([-years(10), false]);
    expect(entryOn(0, behind)?.due).toBe(day(1 - years(10)));
    const reviewed = [...behind, ...history([0, true])];
    expect(entryOn(0, reviewed)).toMatchObject({ mastered: false });
    expect(entryOn(0, reviewed)?.spanDays).toBeLessThan(MASTERED_DAYS);
  });

  it('that is behind now: all is still there, and as it was when the clock is right again', () => {
    const answers = history([0, false], [1, true]);
    expect(entryOn(-years(10), answers)).toMatchObject({ due: day(-years(10)) });
    expect(entryOn(1, answers)).toMatchObject({ due: day(3) });
  });
});

/** Any history over a few questions, from clocks that may be years off. */
const anyHistory = fc.array(
  fc
    .record({
      id: fc.uuid(),
      q: fc.nat({ max: 6 }),
      on: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 60 }) },
        { weight: 1, arbitrary: fc.integer({ min: -8000, max: 8000 }) },
      ),
      right: fc.boolean(),
    })
    .map(({ id, q, on, right }): Answered => ({ id, questionId: `q${q}`, right, day: day(on) })),
  { maxLength: 60 },
);

describe('whatever was answered', () => {
  it('the order of arrival does not matter', () => {
    fc.assert(
      fc.property(
        anyHistory.chain((h) =>
          fc.tuple(fc.constant(h), fc.shuffledSubarray(h, { minLength: h.length })),
        ),
        fc.integer({ min: 0, max: 70 }),
        ([sent, arrived], today) => {
          expect(bookOf(arrived, everything, day(today))).toEqual(
            bookOf(sent, everything, day(today)),
          );
        },
      ),
    );
  });

  it('heard of again it changes nothing', () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 0, max: 70 }), (answers, today) => {
        const again = [...answers, ...structuredClone(answers)];
        expect(bookOf(again, everything, day(today))).toEqual(
          bookOf(answers, everything, day(today)),
        );
      }),
    );
  });

  it('every question that was ever wrong is in the book or mastered, with a day after its last answer', () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: -8000, max: 8000 }), (answers, today) => {
        const { entries, mastered } = bookOf(answers, everything, day(today));
        const wrong = new Set(answers.filter((a) => !a.right).map((a) => a.questionId));
        const all = [...entries, ...mastered];
        expect(all.map((entry) => entry.questionId).sort()).toEqual([...wrong].sort());
        for (const entry of all) {
          expect(entry.due).toBe(addDays(entry.lastOn, entry.spanDays));
          expect(entry.due > entry.lastOn).toBe(true);
          expect(entry.lastOn <= day(today)).toBe(true);
          expect(entry.mastered).toBe(entry.lastRight && entry.spanDays >= MASTERED_DAYS);
        }
      }),
    );
  });

  it('a mastered question stays so through right answers, and comes back with a wrong one', () => {
    const spans = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean())),
        spans,
        (before, after) => {
          let on = 0;
          const answers = history([0, false]);
          for (const [gap, right] of before) answers.push(...history([(on += gap), right]));
          while (!entryOn(on, answers)?.mastered) answers.push(...history([(on += 30), true]));
          for (const gap of after) {
            answers.push(...history([(on += gap), true]));
            expect(entryOn(on, answers)?.mastered).toBe(true);
          }
          expect(entryOn(on + 1, [...answers, ...history([on + 1, false])])?.mastered).toBe(false);
        },
      ),
    );
  });
});

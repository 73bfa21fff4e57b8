import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type Day } from '../points/day.ts';
import { agendaOf, askedOn, REVIEWS_A_DAY } from './agenda.ts';
import { bookOf, type Answered, type Book } from './book.ts';

const monday = '2026-11-23';
const day = (n: number): Day => addDays(monday, n);
const everything = { has: () => true };

const name = (n: number) => `q${String(n).padStart(3, '0')}`;
const answered = (n: number, on: number, right: boolean): Answered => ({
  id: `${n} ${on} ${right}`,
  questionId: name(n),
  right,
  day: day(on),
});
const wrongOn = (on: number, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => answered(from + i, on, false));
const today = (book: Book, on: number) => askedOn(agendaOf(book, day(on)), day(on));
const sizes = (book: Book, on: number) =>
  agendaOf(book, day(on)).map((at) => [at.day, at.entries.length]);

describe('the days of the book', () => {
  it('a question is asked on the day it is due', () => {
    const book = bookOf([...wrongOn(0, 0, 3), ...wrongOn(1, 3, 2)], everything, day(1));
    expect(sizes(book, 1)).toEqual([
      [day(1), 3],
      [day(2), 2],
    ]);
  });

  it('more than twenty are spread over the next days', () => {
    const book = bookOf(wrongOn(2, 0, 45), everything, day(3));
    expect(sizes(book, 3)).toEqual([
      [day(3), 20],
      [day(4), 20],
      [day(5), 5],
    ]);
  });

  it('of more than twenty those come first that are most likely still known, and the longest waiting in front', () => {
    const fresh = wrongOn(9, 0, 12);
    const old = wrongOn(0, 20, 30);
    // Right twice: its next day was the ninth, so it has waited a day of six.
    const known = [0, 1, 3].map((on) => answered(50, on, on > 0));
    const book = bookOf([...fresh, ...old, ...known], everything, day(10));
    const ids = today(book, 10).map((entry) => entry.questionId);
    expect(ids).toHaveLength(20);
    expect(ids.slice(0, 7).every((id) => id >= name(20) && id < name(50))).toBe(true);
    expect(ids[7]).toBe(name(50));
    expect(ids.slice(8)).toEqual(fresh.map(({ questionId }) => questionId));
  });

  it('what was done today takes from today’s room, and from no other day’s', () => {
    const before = wrongOn(0, 0, 45);
    const done = Array.from({ length: 12 }, (_, i) => answered(i, 1, true));
    const book = bookOf([...before, ...done], everything, day(1));
    // The twelve that were right are due on day 3, and five found no room before.
    expect(sizes(book, 1)).toEqual([
      [day(1), 8],
      [day(2), 20],
      [day(3), 17],
    ]);
  });

  it('after twenty there is nothing more today', () => {
    const done = Array.from({ length: 20 }, (_, i) => answered(i, 1, i % 2 === 0));
    const book = bookOf([...wrongOn(0, 0, 25), ...done], everything, day(1));
    expect(today(book, 1)).toEqual([]);
    expect(sizes(book, 1)[0]).toEqual([day(2), 15]);
  });

  it('a book without questions has no days', () => {
    expect(agendaOf(bookOf([], everything, monday), monday)).toEqual([]);
  });
});

describe('whatever was answered', () => {
  const anyHistory = fc.array(
    fc
      .record({ n: fc.nat({ max: 99 }), on: fc.integer({ min: -5, max: 12 }), right: fc.boolean() })
      .map(({ n, on, right }) => answered(n, on, right)),
    { maxLength: 300 },
  );

  it('each question has one day, not before it is due, and no day more than twenty', () => {
    fc.assert(
      fc.property(anyHistory, (answers) => {
        const book = bookOf(answers, everything, day(10));
        const agenda = agendaOf(book, day(10));
        const asked = agenda.flatMap(({ entries }) => entries.map((e) => e.questionId));
        expect(asked.sort()).toEqual(book.entries.map((e) => e.questionId).sort());
        for (const { day: on, entries } of agenda) {
          const done = on === day(10) ? book.doneToday : 0;
          expect(entries.length + done).toBeLessThanOrEqual(Math.max(REVIEWS_A_DAY, done));
          for (const { due } of entries) expect(due <= on).toBe(true);
        }
      }),
    );
  });

  it('who does all that is asked, in as many rounds as they like, answers at most twenty a day', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.boolean()),
        (history, rounds, luck) => {
          const answers = history.filter((a) => a.day < day(10));
          let reviewed = 0;
          for (const size of rounds) {
            const due = today(bookOf(answers, everything, day(10)), 10).slice(0, size);
            reviewed += due.length;
            for (const { questionId } of due)
              answers.push(answered(Number(questionId.slice(1)), 10, luck.next().value as boolean));
          }
          expect(reviewed).toBeLessThanOrEqual(REVIEWS_A_DAY);
        },
      ),
    );
  });
});

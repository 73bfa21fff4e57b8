import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKUP_SIZE, type Answered } from './book.ts';
import { compared, reportOf, SCALE } from './report.ts';
import { checkupBy, sampleBooks } from './samples.ts';

const books = sampleBooks();
const RANK = { weak: 0, fair: 1, firm: 2 };
/** Any check-up: its answers in the order in which they were given. */
const anyCheckup = fc
  .tuple(fc.integer(), fc.array(fc.boolean(), { minLength: CHECKUP_SIZE, maxLength: CHECKUP_SIZE }))
  .map(
    ([seed, rights]) =>
      checkupBy(books, (_, n) => rights[n] as boolean, { seed, lastSeen: new Map() }).answers,
  );
const right = (questionId: string): Answered => ({ questionId, right: true });
const wrong = (questionId: string): Answered => ({ questionId, right: false });

describe('a report', () => {
  it('counts the difficulty of what was right, against three for every question', () => {
    const report = reportOf(books, [
      ...[right('b0-2-0'), right('b0-3-0'), wrong('b0-3-1')],
      ...[wrong('b1-2-0'), right('b1-1-0')],
      ...[right('b2-2-1'), wrong('b2-3-0'), right('b2-2-0')],
    ]);
    expect(report).toMatchObject({ asked: 8, right: 5, points: 10, most: 24, level: 'fair' });
    expect(report.books.slice(0, 4)).toMatchObject([
      { id: 'b0', asked: 3, right: 2, points: 5, most: 9, level: 'firm' },
      { id: 'b1', asked: 2, right: 1, points: 1, most: 6, level: 'weak' },
      { id: 'b2', asked: 3, right: 2, points: 4, most: 9, level: 'fair' },
      { id: 'b3', asked: 0, right: 0, points: 0, most: 0, level: undefined },
    ]);
    expect(report.firm.map(({ id }) => id)).toEqual(['b0']);
    expect(report.weak.map(({ id }) => id)).toEqual(['b1']);
    expect(report.books[0]?.wrong.map(({ id }) => id)).toEqual(['b0-3-1']);
  });

  it('advises the three books that need it most, the neediest first', () => {
    const report = reportOf(books, [
      ...[right('b0-3-0'), right('b0-3-1')],
      ...[right('b1-1-0'), wrong('b1-2-1')],
      ...[wrong('b4-1-0'), wrong('b4-2-0')],
      ...[right('b6-2-0'), wrong('b6-3-0')],
    ]);
    expect(report.reading.map(({ id }) => id)).toEqual(['b4', 'b1', 'b6']);
  });

  it('has the sums of its books, whatever was answered, and always three to read', () => {
    fc.assert(
      fc.property(anyCheckup, (answers) => {
        const report = reportOf(books, answers);
        for (const figure of ['asked', 'right', 'points', 'most'] as const)
          expect(report[figure]).toBe(report.books.reduce((n, book) => n + book[figure], 0));
        expect(report.asked).toBe(CHECKUP_SIZE);
        expect(report.right).toBe(answers.filter((a) => a.right).length);
        expect(report.points).toBeLessThanOrEqual(SCALE.best);
        expect(report.reading).toHaveLength(3);
        const wrongs = report.books.reduce((n, book) => n + book.wrong.length, 0);
        expect(report.right + wrongs).toBe(CHECKUP_SIZE);
      }),
    );
  });

  it('is never worse for one more right answer to the same questions', () => {
    fc.assert(
      fc.property(anyCheckup, fc.nat({ max: CHECKUP_SIZE - 1 }), (answers, n) => {
        const better = answers.map((a, i) => (i === n ? { ...a, right: true } : a));
        const [now, then] = [reportOf(books, better), reportOf(books, answers)];
        expect(now.points).toBeGreaterThanOrEqual(then.points);
        expect(rank(now.level)).toBeGreaterThanOrEqual(rank(then.level));
        now.books.forEach((book, i) => {
          const before = then.books[i];
          expect(book.points).toBeGreaterThanOrEqual(before?.points ?? 0);
          expect(rank(book.level)).toBeGreaterThanOrEqual(rank(before?.level));
        });
        const comparison = compared(now, then);
        expect(comparison?.points).toBe(now.points - then.points);
        expect(comparison?.fallen).toEqual([]);
      }),
    );
  });

  it('does not depend on the order of the answers', () => {
    const shuffledToo = anyCheckup.chain((answers) =>
      fc.tuple(
        fc.constant(answers),
        fc.shuffledSubarray(answers, { minLength: CHECKUP_SIZE, maxLength: CHECKUP_SIZE }),
      ),
    );
    fc.assert(
      fc.property(shuffledToo, ([answers, mixed]) => {
        expect(reportOf(books, mixed)).toEqual(reportOf(books, answers));
      }),
    );
  });

  it('reaches the best there is when all is right', () => {
    expect(reportOf(books, checkupBy(books, () => true).answers).points).toBe(SCALE.best);
  });

  it('counts a question once, and names how many answers it knows nothing of', () => {
    const report = reportOf(books, [wrong('b0-1-0'), right('b0-1-0'), right('gone')]);
    expect(report).toMatchObject({ asked: 1, right: 0, points: 0, unknown: 1 });
  });

  it('of nothing has no level', () => {
    expect(reportOf(books, [])).toMatchObject({ asked: 0, level: undefined, reading: [] });
    expect(reportOf([], [])).toMatchObject({ asked: 0, level: undefined, books: [] });
  });
});

describe('compared with an earlier one', () => {
  it('a report names what has risen and what has fallen', () => {
    const before = reportOf(books, [right('b0-1-0'), wrong('b0-2-0'), right('b1-3-0')]);
    const now = reportOf(books, [right('b0-2-1'), right('b0-3-0'), wrong('b1-3-0')]);
    const comparison = compared(now, before);
    expect(comparison?.points).toBe(1);
    expect(comparison?.risen.map(({ id }) => id)).toEqual(['b0']);
    expect(comparison?.fallen.map(({ id }) => id)).toEqual(['b1']);
  });

  it('it is the same the other way round', () => {
    fc.assert(
      fc.property(anyCheckup, anyCheckup, (a, b) => {
        const [one, other] = [reportOf(books, a), reportOf(books, b)];
        const ids = (reports: readonly { id: string }[] | undefined) => reports?.map((r) => r.id);
        expect(ids(compared(one, other)?.risen)).toEqual(ids(compared(other, one)?.fallen));
        expect(compared(one, one)).toEqual({ points: 0, risen: [], fallen: [] });
      }),
    );
  });

  it('there is nothing to say where another number of questions was asked', () => {
    expect(compared(reportOf(books, [right('b0-1-0')]), reportOf(books, []))).toBeUndefined();
  });
});

function rank(level: keyof typeof RANK | undefined): number {
  return level ? RANK[level] : -1;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../quiz/attempt.ts';
import { CHECKUP_SIZE } from './book.ts';
import { lastSeenOf, LEAST_PER_BOOK, MOST_PER_BOOK, nextQuestion, type Chance } from './choose.ts';
import { checkupBy, sampleBooks, type Asked } from './samples.ts';

const books = sampleBooks();
const NEVER: Chance['lastSeen'] = new Map();
const anyAnswers = fc.array(fc.boolean(), { minLength: CHECKUP_SIZE, maxLength: CHECKUP_SIZE });
const perBook = (asked: readonly Asked[]) =>
  books.map((book) => asked.filter((a) => a.book === book).length);

describe('whatever is answered', () => {
  it('twenty different questions are asked, two to four of each book', () => {
    fc.assert(
      fc.property(fc.integer(), anyAnswers, (seed, rights) => {
        const knows = (_: unknown, n: number) => rights[n] as boolean;
        const { asked, end } = checkupBy(books, knows, { seed, lastSeen: NEVER });
        expect(end).toBe('finished');
        expect(new Set(asked.map(({ question }) => question.id)).size).toBe(CHECKUP_SIZE);
        for (const n of perBook(asked)) {
          expect(n).toBeGreaterThanOrEqual(LEAST_PER_BOOK);
          expect(n).toBeLessThanOrEqual(MOST_PER_BOOK);
        }
      }),
    );
  });

  it('a right answer makes the next of the book harder, a wrong one easier, by one step', () => {
    fc.assert(
      fc.property(fc.integer(), anyAnswers, (seed, rights) => {
        const knows = (_: unknown, n: number) => rights[n] as boolean;
        const { asked } = checkupBy(books, knows, { seed, lastSeen: NEVER });
        for (const book of books) {
          const own = asked.filter((a) => a.book === book);
          own.slice(1).forEach(({ question }, i) => {
            const before = own[i] as Asked;
            const step = before.question.difficulty + (before.right ? 1 : -1);
            expect(question.difficulty).toBe(Math.min(3, Math.max(1, step)));
          });
        }
      }),
    );
  });

  it('no book is asked twice in a row before each has had its two', () => {
    fc.assert(
      fc.property(fc.integer(), anyAnswers, (seed, rights) => {
        const knows = (_: unknown, n: number) => rights[n] as boolean;
        const { asked } = checkupBy(books, knows, { seed, lastSeen: NEVER });
        const turns = asked.slice(0, LEAST_PER_BOOK * books.length).map(({ book }) => book);
        turns.slice(1).forEach((book, i) => expect(book).not.toBe(turns[i]));
      }),
    );
  });

  it('the same seed and answers give the same question', () => {
    fc.assert(
      fc.property(fc.integer(), anyAnswers, fc.nat({ max: CHECKUP_SIZE }), (seed, rights, n) => {
        const knows = (_: unknown, at: number) => rights[at] as boolean;
        const answers = checkupBy(books, knows).answers.slice(0, n);
        const ask = () => nextQuestion(sampleBooks(), answers, { seed, lastSeen: NEVER });
        expect(ask()).toEqual(ask());
      }),
    );
  });
});

it('begins in the middle, and a book not asked yet begins where the others stand', () => {
  const { asked: known } = checkupBy(books, () => true);
  expect(known.slice(0, 7).map(({ question }) => question.difficulty)).toEqual([
    2, 3, 3, 3, 3, 3, 3,
  ]);
  const { asked: unknown } = checkupBy(books, () => false);
  expect(unknown.slice(0, 7).map(({ question }) => question.difficulty)).toEqual([
    2, 1, 1, 1, 1, 1, 1,
  ]);
});

it('asks on where right and wrong are mixed', () => {
  const mixed = ['b1', 'b4', 'b5'];
  const { asked } = checkupBy(
    books,
    ({ difficulty }, _n, { id }) => !mixed.includes(id) || difficulty < 3,
  );
  expect(perBook(asked)).toEqual([2, 4, 2, 2, 4, 4, 2]);
});

it('mixes the order of the books', () => {
  const firsts = new Set(
    Array.from({ length: 60 }, (_, seed) => {
      const next = nextQuestion(books, [], { seed, lastSeen: NEVER });
      return next.is === 'question' ? next.question.id.slice(0, 2) : next.is;
    }),
  );
  expect([...firsts].sort()).toEqual(books.map(({ id }) => id));
});

describe('questions seen before', () => {
  it('come after those that were not, and the one seen longest ago first', () => {
    const one = sampleBooks(1, 3);
    const ask = (lastSeen: Chance['lastSeen']) => {
      const next = nextQuestion(one, [], { seed: 5, lastSeen });
      return next.is === 'question' ? next.question.id : next.is;
    };
    expect(
      ask(
        new Map([
          ['b0-2-0', 10],
          ['b0-2-2', 20],
        ]),
      ),
    ).toBe('b0-2-1');
    expect(
      ask(
        new Map([
          ['b0-2-0', 30],
          ['b0-2-1', 10],
          ['b0-2-2', 20],
        ]),
      ),
    ).toBe('b0-2-1');
  });

  it('are known by their latest attempt; one from a clock that was ahead was long ago', () => {
    const attempt = (questionId: string, practisedAtMs: number): Attempt => ({
      ...{ id: `${questionId}-${practisedAtMs}`, questionId, packHash: 'aaaa', right: true },
      ...{ response: { type: 'judge', value: true }, practisedAtMs },
      round: { id: 'r', of: { kind: 'topic', topic: 'general' }, day: '2026-11-24' },
    });
    const attempts = [attempt('a', 30), attempt('b', 20), attempt('a', 10), attempt('c', 900)];
    expect([...lastSeenOf(attempts, 100)]).toEqual([
      ['a', 30],
      ['b', 20],
      ['c', 0],
    ]);
  });

  it('are not in the next check-up where there are others as hard', () => {
    const first = checkupBy(books, (_, n) => n % 3 > 0).asked.map(({ question }) => question.id);
    const lastSeen = new Map(first.map((id, n) => [id, n]));
    const second = checkupBy(books, (_, n) => n % 2 > 0, { seed: 9, lastSeen }).asked;
    for (const { question, book } of second) {
      if (!first.includes(question.id)) continue;
      const asHard = book.questions.filter((q) => q.difficulty === question.difficulty);
      const before = second.findIndex((a) => a.question === question);
      const used = [...first, ...second.slice(0, before).map((a) => a.question.id)];
      expect(asHard.filter(({ id }) => !used.includes(id))).toEqual([]);
    }
  });
});

describe('a bank that is too small', () => {
  it('ends the check-up early and says so', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 7 }),
        fc.nat({ max: 2 }),
        anyAnswers,
        (count, perDifficulty, rights) => {
          const few = sampleBooks(count, perDifficulty);
          const { asked, end } = checkupBy(few, (_, n) => rights[n] as boolean);
          const most = few.reduce((n, b) => n + Math.min(MOST_PER_BOOK, b.questions.length), 0);
          expect(asked).toHaveLength(Math.min(CHECKUP_SIZE, most));
          expect(end).toBe(most < CHECKUP_SIZE ? 'short' : 'finished');
        },
      ),
    );
  });

  it('takes the nearest difficulty where the wanted one is used up, the easier first', () => {
    const [book] = sampleBooks(1, 4);
    const without2 = book?.questions.filter(({ difficulty }) => difficulty !== 2) ?? [];
    const next = nextQuestion([{ id: 'b0', title: '', questions: without2 }], [], {
      seed: 3,
      lastSeen: NEVER,
    });
    expect(next.is === 'question' && next.question.difficulty).toBe(1);
  });

  it('takes no notice of answers to questions that it does not have', () => {
    const next = nextQuestion(books, [{ questionId: 'gone', right: true }], {
      seed: 1,
      lastSeen: NEVER,
    });
    expect(next.is === 'question' && next.question.difficulty).toBe(2);
  });
});

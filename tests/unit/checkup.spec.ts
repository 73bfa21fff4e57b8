import { describe, expect, it } from 'vitest';
import { booksOf, CHECKUP_SIZE } from '../../src/lib/domain/checkup/book.ts';
import { reportOf, SCALE, type Report } from '../../src/lib/domain/checkup/report.ts';
import { checkupBy } from '../../src/lib/domain/checkup/samples.ts';
import { seeded } from '../../src/lib/domain/quiz/shuffle.ts';
import { buildPack } from '../../src/lib/server/bank/read.ts';

// 法治体检 on the bank as it is, taken by readers of whom it is known how much they know.

const books = booksOf(buildPack('questions').bank.pack);
const READERS = process.env.LONG ? 5000 : 500;

/** Ability at which half of those who do not guess know a question of each difficulty. */
const HALF_KNOW = { 1: -1.2, 2: 0.2, 3: 1.5 };
const GUESSED = 0.25;
const ABILITY = { weak: -1.5, middling: 0.2, strong: 2 };

/** Right by knowledge or by luck: the three-parameter logistic model. */
function chanceOf(ability: number, difficulty: 1 | 2 | 3): number {
  return GUESSED + (1 - GUESSED) / (1 + Math.exp(-1.5 * (ability - HALF_KNOW[difficulty])));
}

function reportFor(abilityIn: (bookId: string) => number, seed: number): Report {
  const luck = seeded(seed);
  const { answers } = checkupBy(
    books,
    ({ difficulty }, _n, { id }) => luck() < chanceOf(abilityIn(id), difficulty),
    { seed: seed * 100, lastSeen: new Map() },
  );
  return reportOf(books, answers);
}

const population = (ability: number) =>
  Array.from({ length: READERS }, (_, i) => reportFor(() => ability, i + 1));

/** How often one of `higher` has more points than one of `lower`; a tie counts half. */
function toldApart(higher: readonly Report[], lower: readonly Report[]): number {
  let won = 0;
  for (const a of higher)
    for (const b of lower) won += a.points > b.points ? 1 : a.points === b.points ? 0.5 : 0;
  return won / (higher.length * lower.length);
}

const percent = (share: number) => Math.round(share * 1000) / 10;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('the seven books of the bank', () => {
  it('are there in the order of the code', () => {
    expect(books.map(({ title }) => title)).toEqual([
      ...['总则', '物权', '合同', '人格权', '婚姻家庭', '继承', '侵权责任'],
    ]);
  });

  it('have enough hard questions: who knows everything has the best score, every time', () => {
    const lastSeen = new Map<string, number>();
    for (let time = 0; time < 10; time++) {
      const { asked, answers } = checkupBy(books, () => true, { seed: time * 100, lastSeen });
      expect(reportOf(books, answers).points).toBe(SCALE.best);
      asked.forEach(({ question }, n) => lastSeen.set(question.id, time * CHECKUP_SIZE + n));
    }
  });

  it('have enough questions for three check-ups of a middling reader without many repeats', () => {
    const lastSeen = new Map<string, number>();
    let repeats = 0;
    for (let time = 0; time < 3; time++) {
      const { asked } = checkupBy(books, (_, n) => n % 2 > 0, { seed: time * 100, lastSeen });
      repeats += asked.filter(({ question }) => lastSeen.has(question.id)).length;
      asked.forEach(({ question }, n) => lastSeen.set(question.id, time * CHECKUP_SIZE + n));
    }
    expect(repeats).toBeLessThanOrEqual(2);
  });
});

describe('a simulated population', () => {
  it('a strong, a middling and a weak reader are told apart', () => {
    const [weak, middling, strong] = [
      population(ABILITY.weak),
      population(ABILITY.middling),
      population(ABILITY.strong),
    ];
    const figures = {
      strongOverMiddling: percent(toldApart(strong, middling)),
      middlingOverWeak: percent(toldApart(middling, weak)),
      strongOverWeak: percent(toldApart(strong, weak)),
    };
    for (const [name, reports] of Object.entries({ weak, middling, strong })) {
      const shareOf = (level: Report['level']) =>
        percent(reports.filter((r) => r.level === level).length / reports.length);
      const points = mean(reports.map((r) => r.points)).toFixed(1);
      const right = mean(reports.map((r) => r.right)).toFixed(1);
      console.log(
        `${name}: ${points} points, ${right} right; 稳 ${shareOf('firm')} %, 还行 ${shareOf('fair')} %, 要补 ${shareOf('weak')} %`,
      );
    }
    console.log(
      `in how many pairs of a hundred the better one is ahead: ${JSON.stringify(figures)}`,
    );
    expect(figures.strongOverMiddling).toBeGreaterThan(97);
    expect(figures.middlingOverWeak).toBeGreaterThan(90);
    expect(figures.strongOverWeak).toBeGreaterThan(99);
    const levels = (reports: readonly Report[]) => reports.map((r) => r.level);
    expect(levels(strong).filter((level) => level === 'firm').length).toBeGreaterThan(
      READERS * 0.95,
    );
    expect(levels(weak).filter((level) => level === 'weak').length).toBeGreaterThan(READERS * 0.85);
  });

  it('the one book that a strong reader does not know is among those to read', () => {
    let found = 0;
    for (let i = 0; i < READERS; i++) {
      const gap = books[i % books.length]?.id;
      const report = reportFor((id) => (id === gap ? ABILITY.weak : ABILITY.strong), i + 1);
      if (report.reading.some(({ id }) => id === gap)) found++;
    }
    console.log(`the gap is found ${percent(found / READERS)} times in a hundred`);
    expect(found).toBeGreaterThan(READERS * 0.9);
  });
});

import { describe, expect, it } from 'vitest';
import { addDays, type Day } from '../points/day.ts';
import { seeded, shuffled } from '../quiz/shuffle.ts';
import { agendaOf, askedOn, REVIEWS_A_DAY } from './agenda.ts';
import { bookOf, type Answered, type Book, type Entry } from './book.ts';

// A year of a resident who practises most evenings, does the day's review, and forgets. How they forget is not FSRS's
// own formula: what was learnt is halved after a number of days that grows each time it is remembered.

const BANK = 487;
const DAYS = 365;
const everything = { has: () => true };

interface Habits {
  /** Of ten evenings, how many they come. */
  evenings: number;
  /** New questions of an evening. */
  newOnes: number;
  /** How likely a question that they never saw is right. */
  knows: number;
  /** Days after which half of what an explanation said is forgotten. */
  halfLife: number;
}

interface Evening {
  on: number;
  reviewed: number;
  right: number;
  /** Due and left for another day. */
  left: number;
}

type Choice = (book: Book, today: Day) => readonly Entry[];
const asProduct: Choice = (book, today) => askedOn(agendaOf(book, today), today);

function year(habits: Habits, seed: number, choose: Choice = asProduct) {
  const random = seeded(seed);
  const unseen = shuffled([...Array(BANK).keys()], random).map((n) => `q${n}`);
  const mind = new Map<string, { on: number; halfLife: number }>();
  const answers: Answered[] = [];
  const evenings: Evening[] = [];

  const answer = (questionId: string, on: number): boolean => {
    const known = mind.get(questionId);
    const guess = habits.knows / 2;
    const chance = known
      ? guess + (1 - guess) * 2 ** (-(on - known.on) / known.halfLife)
      : habits.knows;
    const right = random() < chance;
    const remembered = known && (right ? known.halfLife * 2.2 : known.halfLife / 3);
    mind.set(questionId, { on, halfLife: Math.max(habits.halfLife, remembered ?? 0) });
    answers.push({ id: `a${answers.length}`, questionId, right, day: dayOf(on) });
    return right;
  };

  for (let on = 0; on < DAYS; on++) {
    if (random() * 10 >= habits.evenings) continue;
    const book = bookOf(answers, everything, dayOf(on));
    const asked = choose(book, dayOf(on));
    const due = book.entries.filter((entry) => entry.due <= dayOf(on));
    const right = asked.filter(({ questionId }) => answer(questionId, on)).length;
    for (const questionId of unseen.splice(0, habits.newOnes)) answer(questionId, on);
    evenings.push({ on, reviewed: asked.length, right, left: due.length - asked.length });
  }
  return { evenings, answers, book: bookOf(answers, everything, dayOf(DAYS)) };
}

const dayOf = (on: number): Day => addDays('2026-11-23', on);

const residents: [string, Habits][] = [
  ['comes every evening', { evenings: 10, newOnes: 5, knows: 0.6, halfLife: 4 }],
  ['comes twice a week', { evenings: 3, newOnes: 10, knows: 0.6, halfLife: 4 }],
  ['forgets fast', { evenings: 8, newOnes: 5, knows: 0.4, halfLife: 1.5 }],
  ['answers the whole bank in a month', { evenings: 9, newOnes: 20, knows: 0.5, halfLife: 3 }],
];

describe('a year of a resident who', () => {
  it.each(residents)('%s', (name, habits) => {
    const { evenings, answers, book } = year(habits, 20_261_123);
    const sum = (some: Evening[], of: (evening: Evening) => number) =>
      some.reduce((total, evening) => total + of(evening), 0);
    const reviews = sum(evenings, ({ reviewed }) => reviewed);
    const shareIn = (third: number) => {
      let before = 0;
      const own = evenings.filter(({ reviewed }) => {
        const at = Math.min(2, Math.floor((3 * before) / reviews));
        before += reviewed;
        return at === third;
      });
      return sum(own, ({ right }) => right) / sum(own, ({ reviewed }) => reviewed);
    };
    const shares = [0, 1, 2].map(shareIn);
    const most = Math.max(...evenings.map(({ reviewed }) => reviewed));
    const backlog = Math.max(...evenings.map(({ left }) => left));
    const lastLeft = evenings.findLast(({ left }) => left > 0)?.on ?? 0;
    const wrong = book.entries.length + book.mastered.length;
    console.log(
      `${name}: ${evenings.length} evenings, ${answers.length} answers, ${reviews} of them reviews, at most ${most} ` +
        `an evening; left over at most ${backlog}, nothing any more after day ${lastLeft}; right at reviews ` +
        `${shares.map((share) => `${Math.round(share * 100)} %`).join(' → ')} (by thirds of them); of ${wrong} ` +
        `questions that were wrong ${book.mastered.length} mastered`,
    );
    expect(most).toBeLessThanOrEqual(REVIEWS_A_DAY);
    expect(backlog).toBeLessThanOrEqual(wrong - REVIEWS_A_DAY);
    expect(lastLeft).toBeLessThan(DAYS - 60);
    expect(shares[2]).toBeGreaterThan(shares[0] ?? NaN);
    expect(Math.min(...shares)).toBeGreaterThan(0.65);
    expect(book.mastered.length).toBeGreaterThan(0.95 * wrong);
  });
});

describe('who forgets fast and falls behind', () => {
  it('would never catch up if what has waited longest came first', () => {
    const [, forgetful] = residents[2] as (typeof residents)[number];
    const longestFirst: Choice = ({ entries }, today) =>
      entries.filter(({ due }) => due <= today).slice(0, REVIEWS_A_DAY);
    const { evenings, book } = year(forgetful, 20_261_123, longestFirst);
    const lastMonths = evenings.slice(-100);
    const share = (of: 'right' | 'reviewed') => lastMonths.reduce((sum, e) => sum + e[of], 0);
    console.log(
      `longest waiting first: right ${Math.round((100 * share('right')) / share('reviewed'))} % of the last hundred ` +
        `evenings, ${book.mastered.length} mastered, ${evenings.at(-1)?.left} left over`,
    );
    expect(evenings.at(-1)?.left).toBeGreaterThan(100);
    expect(share('right')).toBeLessThan(0.4 * share('reviewed'));
  });
});

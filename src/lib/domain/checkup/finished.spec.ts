import { expect, it } from 'vitest';
import type { Attempt } from '../quiz/attempt.ts';
import type { RoundKind } from '../quiz/round.ts';
import { CHECKUP_SIZE } from './book.ts';
import { finishedCheckups } from './finished.ts';

const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse('2026-11-24T04:00:00Z');

/** The attempts of one round, a minute apart; every third is wrong. */
function round(id: string, from: Partial<{ count: number; atMs: number; of: RoundKind }> = {}) {
  const { count = CHECKUP_SIZE, atMs = NOON_MS, of = { kind: 'checkup' } } = from;
  return Array.from({ length: count }, (_, n): Attempt => ({
    id: `${id}-${String(n).padStart(2, '0')}`,
    questionId: `q${n}`,
    packHash: 'aaaa',
    response: { type: 'judge', value: true },
    right: n % 3 > 0,
    practisedAtMs: atMs + n * 60_000,
    round: { id, of, day: '2026-11-24' },
  }));
}

it('a finished check-up is made of its attempts, in their order', () => {
  const [checkup, ...others] = finishedCheckups(round('a').reverse());
  expect(others).toEqual([]);
  expect(checkup).toMatchObject({
    id: 'a',
    day: '2026-11-24',
    packHash: 'aaaa',
    atMs: NOON_MS + 19 * 60_000,
  });
  expect(checkup?.answers.map(({ questionId }) => questionId)).toEqual(
    Array.from({ length: CHECKUP_SIZE }, (_, n) => `q${n}`),
  );
  expect(checkup?.answers.filter(({ right }) => right)).toHaveLength(13);
});

it('the latest comes first, those of other devices among them', () => {
  const attempts = [
    ...round('old', { atMs: NOON_MS - 48 * HOUR_MS }),
    ...round('new'),
    ...round('between', { atMs: NOON_MS - HOUR_MS }),
  ];
  expect(finishedCheckups(attempts).map(({ id }) => id)).toEqual(['new', 'between', 'old']);
});

it('one that was left, and rounds of other kinds, are none', () => {
  const attempts = [
    ...round('left', { count: CHECKUP_SIZE - 1 }),
    ...round('topic', { of: { kind: 'topic', topic: 'general' } }),
    ...round('review', { of: { kind: 'review' } }),
  ];
  expect(finishedCheckups(attempts)).toEqual([]);
  expect(finishedCheckups([])).toEqual([]);
});

it('a question answered twice counts once, with its first answer', () => {
  const [first, ...rest] = round('a') as [Attempt, ...Attempt[]];
  const again = { ...first, id: 'z', right: true, practisedAtMs: NOON_MS + HOUR_MS };
  const [checkup] = finishedCheckups([again, ...rest, first]);
  expect(checkup?.answers).toHaveLength(CHECKUP_SIZE);
  expect(checkup?.answers[0]).toEqual({ questionId: 'q0', right: false });
});

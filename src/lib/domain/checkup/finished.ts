import type { Day } from '../points/day.ts';
import type { Attempt } from '../quiz/attempt.ts';
import { CHECKUP_SIZE, type Answered } from './book.ts';

/** A finished check-up, as its attempts tell it. */
export interface Checkup {
  /** The round's id. */
  id: string;
  day: Day;
  /** When its last question was answered, ms, by the clock of the device that it was done on. */
  atMs: number;
  packHash: string;
  answers: readonly Answered[];
}

/**
 * The check-ups among a phone's attempts that have all their answers, the latest first. Nothing else is kept of a
 * check-up: its report is made of these each time.
 */
export function finishedCheckups(attempts: readonly Attempt[]): Checkup[] {
  const rounds = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    if (attempt.round.of.kind !== 'checkup') continue;
    const round = rounds.get(attempt.round.id);
    if (round) round.push(attempt);
    else rounds.set(attempt.round.id, [attempt]);
  }
  return [...rounds]
    .flatMap(([id, own]) => checkupOf(id, own) ?? [])
    .sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1));
}

function checkupOf(id: string, attempts: readonly Attempt[]): Checkup | undefined {
  const inOrder = [...attempts].sort(
    (a, b) => a.practisedAtMs - b.practisedAtMs || (a.id < b.id ? -1 : 1),
  );
  const answers = new Map<string, Answered>();
  for (const { questionId, right } of inOrder)
    if (!answers.has(questionId)) answers.set(questionId, { questionId, right });
  const last = inOrder.at(-1);
  if (!last || answers.size < CHECKUP_SIZE) return undefined;
  const { packHash, practisedAtMs: atMs, round } = last;
  return { id, day: round.day, atMs, packHash, answers: [...answers.values()] };
}

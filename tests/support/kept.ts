import type { Page } from '@playwright/test';
import type { OutboxRow } from '../../src/lib/device/database.ts';
import type { KeptVerdict } from '../../src/lib/domain/points/difference.ts';
import type { EarnedAward } from '../../src/lib/domain/points/statement.ts';
import type { Attempt } from '../../src/lib/domain/quiz/attempt.ts';
import type { Round } from '../../src/lib/domain/quiz/round.ts';
import { storedOn } from './stored.ts';

/** All that a phone keeps of its resident, as it stands in IndexedDB. */
export interface Kept {
  attempts: Attempt[];
  awards: EarnedAward[];
  outbox: OutboxRow[];
  rounds: Round[];
  /** What the server made of attempts. */
  verdicts: KeptVerdict[];
}

const NOTHING: Kept = { attempts: [], awards: [], outbox: [], rounds: [], verdicts: [] };

/** Reads the database behind the app's back, from any page of its origin. */
export const keptOn = async (page: Page): Promise<Kept> =>
  ((await storedOn(page, Object.keys(NOTHING))) as Kept | undefined) ?? NOTHING;

/** The points of a phone, all awards together. */
export const pointsOf = (kept: Kept): number =>
  kept.awards.reduce((sum, { points }) => sum + points, 0);

/** Where attempts, awards, outbox and rounds do not agree; empty when nothing is half-written. */
export function contradictionsIn(
  { attempts, awards, outbox, rounds, verdicts }: Kept,
  dailyCap = 30,
): string[] {
  const found: string[] = [];
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  const waiting = new Set(outbox.filter(({ kind }) => kind === 'attempt').map(({ id }) => id));
  const judged = new Set(verdicts.map(({ id }) => id));
  for (const { id } of attempts)
    if (!waiting.has(id) && !judged.has(id))
      found.push(`attempt ${id} neither waits for the server nor has its verdict`);
  for (const id of waiting) if (!byId.has(id)) found.push(`outbox row ${id} has no attempt`);

  const questionPoints = new Map<string, number>();
  for (const award of awards) {
    const attempt = byId.get(award.attemptId);
    if (!attempt) found.push(`award ${award.key} has no attempt`);
    if (award.points <= 0) found.push(`award ${award.key} is empty`);
    if (award.kind !== 'question') continue;
    if (!attempt?.right) found.push(`award ${award.key} stands on a wrong answer`);
    if (award.key !== `q:${attempt?.questionId}`)
      found.push(`award ${award.key} is for another question`);
    questionPoints.set(award.day, (questionPoints.get(award.day) ?? 0) + award.points);
  }
  for (const [day, points] of questionPoints)
    if (points > dailyCap) found.push(`${day}: ${points} points`);

  for (const round of rounds) {
    const answered = round.items.flatMap(({ answer }) => answer ?? []);
    const behind =
      round.phase === 'answering'
        ? round.at
        : round.phase === 'judged'
          ? round.at + 1
          : round.items.length;
    if (answered.length !== behind)
      found.push(`round ${round.id}: ${answered.length} answers at ${round.at} ${round.phase}`);
    const ids = new Set(answered.map(({ attemptId }) => attemptId));
    for (const { attemptId, points } of answered) {
      if (!byId.has(attemptId))
        found.push(`round ${round.id} names attempt ${attemptId}, which is not there`);
      const earned = awards
        .filter((award) => award.attemptId === attemptId)
        .reduce((sum, a) => sum + a.points, 0);
      // What the server booked stands, whatever the round had promised.
      if (earned !== points && !judged.has(attemptId))
        found.push(`round ${round.id} says ${points} points, the awards ${earned}`);
    }
    for (const attempt of attempts) {
      if (attempt.round.id === round.id && !ids.has(attempt.id))
        found.push(`attempt ${attempt.id} is not in its round`);
    }
  }
  return found;
}

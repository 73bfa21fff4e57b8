import type { Page } from '@playwright/test';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import type { Attempt } from '../../src/lib/domain/quiz/attempt.ts';
import { builtPack } from './play.ts';

const pack = builtPack();
/** Every question that is answered by tapping once, in the order of the bank. */
export const tapped = pack.topics
  .flatMap(({ questions }) => questions)
  .filter(({ type }) => type === 'single' || type === 'judge');

let serial = 0;
/** An attempt of so many days ago, as a phone keeps it. */
export function attemptOf(questionId: string, right: boolean, daysAgo: number): Attempt {
  const id = `01900000-0000-7000-8000-${String(serial++).padStart(12, '0')}`;
  const day = addDays(dayAt(Date.now()), -daysAgo);
  return {
    id,
    questionId,
    packHash: '0'.repeat(16),
    response: { type: 'judge', value: right },
    right,
    practisedAtMs: Date.now() - daysAgo * 86_400_000,
    round: { id, of: { kind: 'topic', topic: 'general' }, day },
  };
}

/** Right and wrong until the question wants but one more right answer, today, to be mastered. */
export const almostMastered = (questionId: string): Attempt[] =>
  [26, 25, 23, 17].map((daysAgo, n) => attemptOf(questionId, n > 0, daysAgo));

/** Puts them into the phone's database, which the app must have made. Nothing of them waits for the server. */
export async function keepAttempts(page: Page, attempts: readonly Attempt[]): Promise<void> {
  await page.evaluate(async (rows) => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('civil-code-park');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(new Error(String(opening.error)));
    });
    const tx = db.transaction('attempts', 'readwrite');
    for (const row of rows) tx.objectStore('attempts').put(row);
    await new Promise((resolve) => (tx.oncomplete = resolve));
    db.close();
  }, attempts);
}

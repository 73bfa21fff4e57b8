import { inForce, isOutdated, type Notice } from '../domain/bank/notice.ts';
import { openingOf, questionsOf, readPack, secondOf, type Pack } from '../domain/bank/pack.ts';
import type { Question } from '../domain/bank/pack.ts';
import { addDays, dayAt } from '../domain/points/day.ts';
import type { KeptAttempt, KeptNotice, ParkDatabase } from './database.ts';
import { markPast } from './hints.ts';

// What this phone makes of the notices that a sync has brought.

/** A notice about a question that was answered here, or on another device of the wallet, before it. */
export interface Correction {
  notice: KeptNotice;
  /** Packs that it was answered on, the latest first. */
  packHashes: string[];
}

/** The pack of a hash, where it can be had. */
export type PackOf = (hash: string) => Promise<Pack | undefined>;

/**
 * What has changed of what the resident has answered, the latest first. Who has answered only what the question is now
 * has nothing to be told; where that cannot be seen, the notice is shown.
 */
export async function correctionsIn(db: ParkDatabase, packOf: PackOf): Promise<Correction[]> {
  const tx = db.transaction(['notices', 'attempts']);
  const notices = await tx.objectStore('notices').getAll();
  const byQuestion = tx.objectStore('attempts').index('byQuestion');
  const answered = await Promise.all(
    notices.map(async (notice) => ({
      notice,
      attempts: await byQuestion.getAll(notice.questionId),
    })),
  );
  const found = await Promise.all(
    answered.map(async ({ notice, attempts }) => ({
      notice,
      packHashes: await outdatedPacks(notice, attempts, packOf),
    })),
  );
  return found
    .filter(({ packHashes }) => packHashes.length > 0)
    .sort(({ notice: a }, { notice: b }) => b.on.localeCompare(a.on));
}

async function outdatedPacks(
  notice: Notice,
  attempts: readonly KeptAttempt[],
  packOf: PackOf,
): Promise<string[]> {
  const latestFirst = [...attempts].sort((a, b) => b.practisedAtMs - a.practisedAtMs);
  const hashes = [...new Set(latestFirst.map(({ packHash }) => packHash))];
  if (notice.kind === 'withdrawn') return hashes;
  const outdated = await Promise.all(
    hashes.map(async (hash) => {
      const pack = await packOf(hash);
      const question = pack && questionsOf(pack).get(notice.questionId);
      return !question || isOutdated(question, notice);
    }),
  );
  return hashes.filter((_, i) => outdated[i]);
}

/** The resident has seen these. */
export async function markRead(db: ParkDatabase, seen: readonly KeptNotice[]): Promise<void> {
  const tx = db.transaction('notices', 'readwrite');
  for (const { questionId, kind, on } of seen) {
    const now = await tx.store.get(questionId);
    // Another one may have come meanwhile.
    if (now?.kind === kind && now.on === on) await tx.store.put({ ...now, read: true });
  }
  await tx.done;
}

/**
 * Sees to it that no page shows a question printed in it that is not asked any more: with the hint it waits, as it does
 * for a round to go on with, and begins with what is in play.
 */
export function hidePrinted(pack: Pack, notices: readonly Notice[], nowMs: number): void {
  if (notices.length === 0) return;
  const inPlay = questionsOf(inForce(pack, notices));
  const isPrintedWithout = (questions: readonly Question[]) =>
    [openingOf(questions), secondOf(questions)].every((q) => !q || inPlay.has(q.id));
  for (const { id, questions } of pack.topics)
    if (!isPrintedWithout(questions)) markPast(`topic:${id}`);
  const all = questionsOf(pack);
  const today = dayAt(nowMs);
  // The page of a day may be opened from what the phone kept of it.
  for (const day of [today, addDays(today, 1)]) {
    const five = (pack.daily[day] ?? []).flatMap((id) => all.get(id) ?? []);
    if (!isPrintedWithout(five)) markPast(`daily:${day}`);
  }
}

/** Packs that lie on this phone; no signal is needed, and none is used. */
export function packsKept(db: ParkDatabase): PackOf {
  const read = new Map<string, Promise<Pack | undefined>>();
  const find = async (hash: string) => {
    const row = await db.get('packs', hash);
    try {
      return row && readPack(row.json);
    } catch {
      return undefined;
    }
  };
  return (hash) => {
    const pack = read.get(hash) ?? find(hash);
    read.set(hash, pack);
    return pack;
  };
}

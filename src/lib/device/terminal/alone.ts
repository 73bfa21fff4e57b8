import type { TokenContent } from '../../domain/voucher/token.ts';
import type { BookQuestion, KeptHandOver, OpenQuestion } from './database.ts';
import { handOverHere, undoHere } from './hand-over.ts';
import type { LineMeans } from './line.svelte.ts';
import { noteEvent } from './memory.ts';
import { ownVerdict, type OwnVerdict } from './verdict.ts';

/** What this terminal does by itself when nobody answers. */
export type BookedAlone =
  | { is: 'done'; kept: KeptHandOver }
  /** Another tab of this device has handed over for the voucher. */
  | { is: 'used' };

/**
 * Does what was asked without the server, with the nonce that it was asked with.
 * @returns undefined where this terminal may not, or cannot keep it: then it is not done
 */
export async function bookAlone(
  means: LineMeans,
  question: OpenQuestion,
): Promise<BookedAlone | undefined> {
  if (question.ask === 'undo') return undoAlone(means, question.nonce);
  if (question.ask === 'hand-over') return handOverAlone(means, question);
  return undefined;
}

async function handOverAlone(
  means: LineMeans,
  question: BookQuestion,
): Promise<BookedAlone | undefined> {
  const db = await means.open();
  const verdict = (await ownVerdict(means, question.reading))?.verdict;
  // Handed over already: by another tab, or with this very nonce before the page was killed.
  const before = verdict?.is === 'cannot' && verdict.why === 'voucher-handed-over';
  if (verdict?.is !== 'can' && !before) return undefined;
  const { content, atMs }: { content: TokenContent; atMs: number } = verdict;
  const done = await handOverHere(db, question, content, atMs).catch(() => undefined);
  if (done?.is === 'done') return done;
  return done?.is === 'used' ? { is: 'used' } : undefined;
}

/** Takes a hand-over of this terminal back. */
async function undoAlone(
  { open, time }: LineMeans,
  nonce: string,
): Promise<BookedAlone | undefined> {
  const kept = await undoHere(await open(), nonce, time.estimateMs()).catch(() => undefined);
  return kept && { is: 'done', kept };
}

/**
 * Takes a hand-over back that the server does not know of yet, or where it cannot be told: it hears of both ends at once.
 * @param mayAlone whether it cannot be told and need not be
 * @returns undefined where the server is to be asked
 */
export async function undoBeforeUpload(
  means: LineMeans,
  nonce: string,
  mayAlone: () => Promise<boolean>,
): Promise<KeptHandOver | undefined> {
  const done = await (await means.open()).get('handovers', nonce);
  if (done?.waiting === undefined && !(await mayAlone())) return undefined;
  const undone = await undoAlone(means, nonce);
  return undone?.is === 'done' ? undone.kept : undefined;
}

/** A voucher was refused here: the shop's trail is to have it. Without room for it the refusal stands all the same. */
export async function noteRefusal(
  { open, time }: LineMeans,
  { verdict }: OwnVerdict,
  clerkId: string | undefined,
): Promise<void> {
  if (verdict.is === 'can') return;
  const voucherId = 'content' in verdict ? verdict.content?.voucherId : undefined;
  await noteEvent(await open(), {
    ...{ atMs: Math.round(time.estimateMs()), kind: 'refused', why: verdict.why },
    ...(clerkId !== undefined && { clerkId }),
    ...(voucherId !== undefined && { voucherId }),
  }).catch(() => undefined);
}

import { isOutdated } from '$lib/domain/bank/notice.ts';
import { questionsOf, type Pack, type Question } from '$lib/domain/bank/pack.ts';
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';
import {
  correctionsIn,
  hidePrinted,
  markRead,
  packsKept,
  type Correction,
  type PackOf,
} from '$lib/device/notices.ts';
import type { ParkDatabase } from '$lib/device/database.ts';
import { tell } from '$lib/device/tabs.ts';
import type { CorrectionShown } from '$lib/ui/shown-correction.ts';
import { packHash } from 'virtual:catalogue';

/** How many changes the resident has not seen yet; also hides what is printed and not asked any more. */
export async function unreadCorrections(): Promise<number> {
  const db = await phone.open();
  const notices = await db.getAll('notices');
  if (notices.length === 0) return 0;
  const pack = await current();
  if (pack) hidePrinted(pack, notices, Date.now());
  const corrections = await correctionsIn(db, fromHere(db));
  return corrections.filter(({ notice }) => !notice.read).length;
}

/** Everything that has changed of what the resident has answered. They have seen it now. */
export async function seeCorrections(): Promise<CorrectionShown[]> {
  const db = await phone.open();
  const corrections = await correctionsIn(db, fromHere(db));
  const shown = await Promise.all(corrections.map(asShown));
  await markRead(
    db,
    corrections.map(({ notice }) => notice),
  );
  tell('changed');
  return shown;
}

const current = () => loadPack(packHash, phone.open).catch(() => undefined);

/** The pack of this build, and those that lie on the phone. */
function fromHere(db: ParkDatabase): PackOf {
  const kept = packsKept(db);
  return (hash) => (hash === packHash ? current() : kept(hash));
}

/** As it is now where this build has it so, else as it was when it was answered. */
async function asShown({ notice, packHashes }: Correction): Promise<CorrectionShown> {
  const now = questionIn(await current(), notice.questionId);
  if (now && !isOutdated(now, notice)) return { notice, stem: now.stem, now };
  for (const hash of packHashes) {
    const before = questionIn(
      await loadPack(hash, phone.open).catch(() => undefined),
      notice.questionId,
    );
    if (before) return { notice, stem: before.stem };
  }
  return { notice };
}

const questionIn = (pack: Pack | undefined, id: string): Question | undefined =>
  pack && questionsOf(pack).get(id);

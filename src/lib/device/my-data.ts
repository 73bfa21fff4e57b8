import { deleteDB } from 'idb';
import { get } from './api.ts';
import { keptBoards } from './boards.ts';
import { DATABASE_NAME } from './database.ts';
import { readMirror } from './mirror.ts';
import { phone } from './phone.svelte.ts';
import { reports } from './reports.ts';
import { tell } from './tabs.ts';

/**
 * Everything this phone keeps of its resident and, where there is a signal, everything the server has of the wallet,
 * as one JSON document. Packs are not personal and left out; so is the wallet's claim, which is a key.
 */
export async function exportMyData(appVersion: string): Promise<string> {
  const journal = await phone.journal();
  const [attempts, awards, reported] = await Promise.all([
    journal.attempts(),
    journal.awards(),
    reports(),
  ]);
  const settings = await phone
    .open()
    .then((db) => db.get('settings', 'look'))
    .catch(() => null);
  const boards = await phone
    .open()
    .then(keptBoards)
    .catch(() => null);
  const wallet = journal.lasting ? await mirrored() : null;
  const document = {
    format: 2,
    app: appVersion,
    exportedAt: new Date().toISOString(),
    attempts,
    awards,
    reports: reported,
    settings,
    boards,
    wallet,
    // Null without a wallet, and where the server cannot be reached.
    server: wallet?.wallet ? await get('/api/export').catch(() => null) : null,
  };
  return JSON.stringify(document, null, 2);
}

/** What this phone knows of its wallet. */
async function mirrored() {
  const mirror = await readMirror(await phone.open()).catch(() => undefined);
  if (!mirror) return null;
  const { wallet, outbox, transfers, vouchers, verdicts } = mirror;
  return { wallet: wallet ?? null, outbox, transfers, vouchers, verdicts: [...verdicts.values()] };
}

/**
 * Deletes all that this phone keeps: the database, the settings' copy, the hints.
 * @returns false when another tab would not let go of it
 */
export async function clearMyData(): Promise<boolean> {
  tell('cleared');
  await phone.close();
  const deleted = await Promise.race([
    deleteDB(DATABASE_NAME).then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 4000)),
  ]).catch(() => false);
  try {
    localStorage.clear();
  } catch {
    // Refused storage holds nothing.
  }
  return deleted;
}

import { deleteDB } from 'idb';
import { DATABASE_NAME } from './database.ts';
import { phone } from './phone.svelte.ts';
import { tell } from './tabs.ts';

/** Everything this phone keeps of its resident, as one JSON document. Packs are not personal and left out. */
export async function exportMyData(appVersion: string): Promise<string> {
  const journal = await phone.journal();
  const [attempts, awards, reports] = await Promise.all([
    journal.attempts(),
    journal.awards(),
    journal.reports(),
  ]);
  const settings = await phone
    .open()
    .then((db) => db.get('settings', 'look'))
    .catch(() => null);
  const document = {
    format: 1,
    app: appVersion,
    exportedAt: new Date().toISOString(),
    attempts,
    awards,
    reports,
    settings,
  };
  return JSON.stringify(document, null, 2);
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

import { post } from '../lib/device/api.ts';
import { SYNC_TAG } from '../lib/device/background-sync.ts';
import { newClaim } from '../lib/device/claim.ts';
import { DATABASE_NAME, migrations, openDatabase } from '../lib/device/database.ts';
import { deviceNameOf } from '../lib/device/device-name.ts';
import { alone } from '../lib/device/sync-lock.ts';
import { drain } from '../lib/device/sync.ts';

export { SYNC_TAG };

/**
 * Sends what waits, as the page does.
 * @throws what the drain throws, or where a page is at it: the browser then tries again later
 */
export async function drainInBackground(): Promise<void> {
  if (!(await hasOurDatabase())) return;
  const db = await openDatabase({ blocked() {}, outdated() {}, deleted() {}, terminated() {} });
  let changed = false;
  const means = {
    nowMs: () => Date.now(),
    newClaim,
    deviceName: deviceNameOf(navigator.userAgent),
    changed: () => (changed = true),
  };
  try {
    const done = await alone((locked) => drain(db, post, { ...means, locked }, 'send'), 0);
    if (!done) throw new Error('a page is sending');
  } finally {
    db.close();
    if (changed) tellPages();
  }
}

/**
 * Only a database of this version is touched: an upgrade would close it under an older page in the middle of a round,
 * and where there is none the worker must not make one.
 */
async function hasOurDatabase(): Promise<boolean> {
  const databases = await indexedDB.databases();
  return databases.some(
    ({ name, version }) => name === DATABASE_NAME && version === migrations.length,
  );
}

/** In the words of tabs.ts, which belongs to pages. */
function tellPages(): void {
  const channel = new BroadcastChannel(DATABASE_NAME);
  channel.postMessage('changed');
  channel.close();
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotRefused } from '../src/lib/server/database/snapshot-file.ts';
import { StoreBusy, type Store } from '../src/lib/server/database/store.ts';
import { StartRefused } from '../src/lib/server/http/start-refused.ts';
import { readSettings, type Settings } from '../src/lib/server/http/settings.ts';
import { openStore } from '../src/lib/server/open-park.ts';

// What the operator's commands have in common: they use the database that the server uses (DATABASE_URL, DATA_DIR),
// beside it while it runs, and end with 0 (done), 1 (refused) or 2 (not understood, or the database is out of reach).

/** Refused, in words for the operator. */
export class No extends Error {
  override readonly name = 'No';
}
/** Asked in a way that means nothing. */
export class Usage extends Error {
  override readonly name = 'Usage';
}

/**
 * Runs a command on the server's database and ends the process.
 * @param options `mayBeNew`: the command may make the database
 */
export async function onDatabase(
  command: (store: Store, settings: Settings) => Promise<number | undefined>,
  { mayBeNew = false } = {},
): Promise<never> {
  process.umask(0o077);
  let store: Store | undefined;
  let code: number;
  try {
    const settings = readSettings(process.env);
    if (!mayBeNew) mustBeThere(settings);
    store = openStore(settings);
    code = (await command(store, settings)) ?? 0;
  } catch (error) {
    const [said, failed] = told(error);
    console.error(said);
    code = failed;
  }
  await store?.close().catch(() => undefined);
  process.exit(code);
}

function mustBeThere({ databaseUrl, dataDirectory }: Settings): void {
  const file = join(dataDirectory, 'park.db');
  if (!databaseUrl && !existsSync(file))
    throw new StartRefused(
      `There is no database ${file}. Set DATA_DIR or DATABASE_URL as for the server.`,
    );
}

function told(error: unknown): [said: string, code: number] {
  if (error instanceof No || error instanceof SnapshotRefused) return [error.message, 1];
  if (error instanceof Usage || error instanceof StartRefused) return [error.message, 2];
  const cause = error instanceof StoreBusy ? error.cause : error;
  return [`The database cannot be used: ${cause instanceof Error ? cause.message : 'unknown'}`, 2];
}

import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { restoreSnapshot } from '../src/lib/server/database/snapshot.ts';
import { onDatabase, Usage } from './on-database.ts';

// `npm run restore -- FILE [--replace]`: puts a backup into the server's database, all of it or nothing. Phones then
// send what they have done since; a server that runs meanwhile answers “busy” until it is done.

const USAGE = 'usage: npm run restore -- FILE [--replace]';

await onDatabase(
  async (store) => {
    const { file, replace } = asked();
    const nowMs = Date.now();
    const epoch = randomBytes(12).toString('base64url');
    const { head, rows } = await restoreSnapshot(store, file, { epoch, nowMs, replace });
    const madeAt = new Date(head.madeAtMs).toISOString();
    console.log(`Restored ${file} of ${madeAt}: ${rows.wallet ?? 0} wallets. Epoch ${epoch}.`);
    console.log('Phones send again what they did since. Run npm run audit now.');
    return 0;
  },
  { mayBeNew: true },
);

function asked(): { file: string; replace: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { replace: { type: 'boolean', default: false } },
    });
    const [file, ...more] = positionals;
    if (file && more.length === 0) return { file, replace: values.replace };
  } catch {
    // An option that there is not.
  }
  throw new Usage(USAGE);
}

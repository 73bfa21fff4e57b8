import { join } from 'node:path';
import { writeSnapshot } from '../src/lib/server/database/snapshot.ts';
import { onDatabase, Usage } from './on-database.ts';

// `npm run backup -- FILE`: all tables as they stand at one moment, while the server runs.

const [file, ...more] = process.argv.slice(2);

await onDatabase(async (store, { dataDirectory }) => {
  if (!file || more.length > 0) throw new Usage('usage: npm run backup -- FILE');
  const { head, rows } = await writeSnapshot(store, file, Date.now());
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  console.log(
    `${file}: ${total} rows of ${Object.keys(rows).length} tables, ${rows.wallet ?? 0} wallets, version ${head.migration}.`,
  );
  console.log(
    'It holds the keys that vouchers are signed with: keep it where only you can read it.',
  );
  console.log(`The packs are not in it: keep a copy of ${join(dataDirectory, 'packs')} beside it.`);
  return 0;
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packsIn } from '../src/lib/server/bank/packs.ts';
import type { BankInForce } from '../src/lib/server/bank/read.ts';
import { inOneMoment } from '../src/lib/server/database/snapshot.ts';
import { StartRefused } from '../src/lib/server/http/start-refused.ts';
import type { Settings } from '../src/lib/server/http/settings.ts';
import { audit } from '../src/lib/server/ledger/audit.ts';
import { rulesInForce } from '../src/lib/server/wallet/rules.ts';
import { onDatabase } from './on-database.ts';

// `npm run audit`: holds the live ledger against every invariant. Ends with 0 where all hold, with 1 where one does
// not, with 2 where it could not look.

await onDatabase(async (store, settings) => {
  const rules = await rulesOf(settings);
  const breaches = await inOneMoment(store, (tx) =>
    audit(tx, rules, (invariant, broken) =>
      console.log(`${broken ? 'BROKEN' : 'ok    '} ${invariant}`),
    ),
  );
  for (const { invariant, rows } of breaches) {
    console.log(`\n${invariant}: the first of what breaks it`);
    for (const row of rows) console.log(`  ${JSON.stringify(row)}`);
  }
  console.log(
    breaches.length === 0
      ? '\nThe ledger is in order.'
      : `\n${breaches.length} invariants do not hold. Stop the exchange of goods and keep a backup of this state.`,
  );
  return breaches.length === 0 ? 0 : 1;
});

function rulesOf({ buildDirectory, dataDirectory }: Settings) {
  const file = join(buildDirectory, 'bank.json');
  if (!existsSync(file))
    throw new StartRefused(
      `There is no finished build in ${buildDirectory}. Run npm run build first.`,
    );
  const bank = JSON.parse(readFileSync(file, 'utf8')) as BankInForce;
  return rulesInForce({ packs: packsIn(dataDirectory), bank });
}

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { sheetOf, type SheetKind } from '../src/lib/domain/shop/sheet.ts';
import { CannotSettle, settle } from '../src/lib/server/shop/settle.ts';
import { WRITERS } from '../src/lib/server/shop/workbook.ts';
import type { Store } from '../src/lib/server/database/store.ts';
import { at, theShop, yuan } from './named.ts';
import { No, onDatabase, Usage } from './on-database.ts';

// `npm run settle -- SHOP MONTH [FILE]`: freezes a shop's statement of a month that is over, and writes it to files
// that Excel opens. Asked again it writes the same statement and changes nothing.

const USAGE = `usage: npm run settle -- SHOP MONTH [FILE]   e.g. npm run settle -- lake-east 2026-11
SHOP by id or by name; FILE ends in .xlsx or .csv. Where none is named there are both: SHOP-MONTH.xlsx and SHOP-MONTH.csv.`;

const [shopAsked = '', month = '', file, ...more] = process.argv.slice(2);

await onDatabase(async (store) => {
  if (
    shopAsked === '' ||
    !/^20\d\d-(0[1-9]|1[0-2])$/.test(month) ||
    more.length > 0 ||
    !kindsFor(file)
  )
    throw new Usage(USAGE);
  return freeze(store);
});

async function freeze(store: Store): Promise<number> {
  const shop = await theShop(store, shopAsked);
  const park = { store, clock: Date.now, random: randomBytes };
  const made = await settle(park, shop.id, month).catch((error: unknown) => {
    if (!(error instanceof CannotSettle)) throw error;
    throw new No(
      error.why === 'not-over'
        ? `${month} is not over. Nothing was changed.`
        : `A later month of ${shop.name} is settled: what was left of ${month} is in it.`,
    );
  });
  const { statement, again } = made;
  const paths: string[] = [];
  for (const kind of kindsFor(file) ?? []) {
    const path = file ?? `${shop.id}-${month}.${kind}`;
    writeFileSync(path, await WRITERS[kind](sheetOf(shop, statement)));
    paths.push(path);
  }
  const written = `Written to ${paths.join(' and ')}.`;
  console.log(
    `${shop.name}, ${month}: ${statement.pieces} pieces, ${statement.points} points, ${yuan(statement.settleFen)} owed.`,
  );
  console.log(
    again
      ? `It was settled ${at(statement.frozenAtMs ?? 0)}; nothing was changed. ${written}`
      : `Settled. What arrives later is in the next statement. ${written}`,
  );
  const { waiting } = await waitingOf(store, shop.id);
  if (waiting > 0) console.log(`${waiting} losses wait to be looked at: npm run shop -- losses`);
  return 0;
}

/** What to write; undefined for a file that is neither. */
function kindsFor(path: string | undefined): SheetKind[] | undefined {
  if (path === undefined) return ['xlsx', 'csv'];
  const kind = extname(path).slice(1).toLowerCase();
  return kind === 'xlsx' || kind === 'csv' ? [kind] : undefined;
}

async function waitingOf({ read }: Store, shopId: string): Promise<{ waiting: number }> {
  const { waiting } = await read
    .selectFrom('loss')
    .select((e) => e.fn.countAll<number>().as('waiting'))
    .where('shop_id', '=', shopId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return { waiting: Number(waiting) };
}

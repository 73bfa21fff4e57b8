import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { day } from '../src/lib/domain/bank/question.ts';
import { dayAt } from '../src/lib/domain/points/day.ts';
import { isRun } from '../src/lib/domain/trail/board-code.ts';
import { buildPack } from '../src/lib/server/bank/read.ts';
import type { Store } from '../src/lib/server/database/store.ts';
import { Boards, makeSecret } from '../src/lib/server/trail/boards.ts';
import { ensureRun, printRuns, retireRun } from '../src/lib/server/trail/print-runs.ts';
import { No, onDatabase, Usage } from './on-database.ts';

// `npm run posters`: the boards along the trail, a sheet of A4 for each station. What a board's QR says hangs on a
// secret of the database, so it is printed where the database is; the same print run prints the same codes again.

const USAGE = `usage: npm run posters -- RUN [--origin https://…] [--out FILE] [--html]
                                         sheets of a print run as HTML and, with a browser, as PDF
       npm run posters -- --retire RUN DATE  its boards are no longer good from DATE (YYYY-MM-DD) on
       npm run posters -- --list             which print runs there are
RUN is 2 to 4 of 2–9 and A–Z without I, L and O, e.g. A2. --origin is where people reach the app; without it ORIGIN.`;

/** The migration that print runs came with. */
const SINCE = 2;

const asked = read();

await onDatabase(async (store) => {
  if (!asked) throw new Usage(USAGE);
  const { applied } = await store.read
    .selectFrom('migration')
    .select((e) => e.fn.max('number').as('applied'))
    .executeTakeFirstOrThrow();
  if (applied < SINCE)
    throw new No('The database is of an earlier version: start the server once, then print.');
  switch (asked.do) {
    case 'list':
      return list(store);
    case 'retire':
      return retire(store, asked.run, asked.from);
    case 'print':
      return print(store, asked);
  }
});

type Asked =
  | { do: 'list' }
  | { do: 'retire'; run: string; from: string }
  | { do: 'print'; run: string; origin: string; out: string; pdf: boolean };

/** Undefined where it means nothing. */
function read(): Asked | undefined {
  const line = parsed();
  if (!line || line.positionals.length > 1) return undefined;
  const { values } = line;
  const [first] = line.positionals;
  if (values.list) return first === undefined ? { do: 'list' } : undefined;
  if (values.retire !== undefined) {
    const run = values.retire.toUpperCase();
    return first !== undefined && v.is(day, first) ? { do: 'retire', run, from: first } : undefined;
  }
  const run = first?.toUpperCase() ?? '';
  const origin = originOf(values.origin ?? process.env.ORIGIN ?? '');
  if (!isRun(run) || origin === undefined) return undefined;
  const out = values.out ?? `posters-${run}.html`;
  return { do: 'print', run, origin, out, pdf: values.html !== true };
}

function parsed() {
  const options = {
    list: { type: 'boolean' },
    retire: { type: 'string' },
    origin: { type: 'string' },
    out: { type: 'string' },
    html: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch {
    return undefined;
  }
}

function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

async function print(store: Store, { run, origin, out, pdf }: Asked & { do: 'print' }) {
  const { campaign, trail, stations = [] } = buildPack('questions').bank.pack;
  if (!trail) throw new No('questions/ has no trail.');
  const { made, codes } = await store.write(async (tx) => {
    await makeSecret(tx, randomBytes);
    return { made: await ensureRun(tx, run, Date.now()), codes: await Boards.read(tx) };
  });
  const { retired_from: from } = made.run;
  if (from !== null && from <= dayAt(Date.now()))
    throw new No(`Print run ${run} is retired from ${from} on. Take another name.`);
  if (from !== null) console.warn(`Print run ${run} will be retired: it is good before ${from}.`);
  const { postersHtml } = await import('./poster-sheets.ts');
  const html = await postersHtml({
    ...{ campaign, trail, run },
    stations: stations.map((station) => ({
      station,
      address: `${origin}/s/${station.id}#${codes.codeAt(station.id, run)}`,
    })),
  });
  writeFileSync(out, html);
  console.log(
    `Print run ${run}${made.isNew ? ' is new' : ''}: ${stations.length} sheets in ${out}`,
  );
  if (!pdf) return 0;
  const file = out.replace(/(\.html?)?$/i, '.pdf');
  if (await printPdf(out, file)) console.log(`The same as PDF: ${file}`);
  else console.log('There is no browser here, so no PDF: open the file and print it from there.');
  return 0;
}

/** @returns false where there is no browser */
async function printPdf(html: string, file: string): Promise<boolean> {
  const { findBrowser, QUIET } = await import('./find-browser.ts');
  const executablePath = findBrowser();
  if (!executablePath) return false;
  const { chromium } = await import('playwright');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...QUIET] });
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(resolve(html)).href);
    await page.evaluate(() => document.fonts.ready);
    await page.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
    return true;
  } finally {
    await browser.close();
  }
}

async function retire(store: Store, run: string, from: string): Promise<number> {
  if (!(await store.write((tx) => retireRun(tx, run, from)))) {
    const known = (await printRuns(store.read)).map(({ id }) => id).join(', ');
    throw new No(`There is no print run ${run}. There are: ${known || 'none'}`);
  }
  console.log(
    `The boards of print run ${run} are no longer good from ${from} on. What was scanned before stays good.`,
  );
  return 0;
}

async function list(store: Store): Promise<number> {
  const runs = await printRuns(store.read);
  if (runs.length === 0) console.log('There is no print run yet.');
  for (const { id, made_at, retired_from } of runs) {
    const made = new Date(made_at).toISOString().slice(0, 10);
    const until = retired_from === null ? 'good' : `retired from ${retired_from} on`;
    console.log(`${id}  made ${made}  ${until}`);
  }
  return 0;
}

import { parseArgs } from 'node:util';
import { Chromium } from './chromium.ts';
import { NoiseWatch } from './noise.ts';
import { linesOf, markdown, type Results } from './report.ts';
import { inRounds, type Pair } from './rounds.ts';
import { bareSite, parkSite, type Site } from './site.ts';
import { coldVisit, offlineVisit, pressToFeedback, visitUntilKept, warmVisit } from './visits.ts';
import { waterfall } from './waterfall.ts';

// The park's opening question against a bare page with the same question: npm run bench. See README.md.

const USAGE = `npm run bench -- [--rounds 9] [--only cold,kept,warm,offline,tap] [--json] [--requests]
BUILD_DIR says which build (default: build).`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    only: { type: 'string', default: 'cold,kept,warm,offline,tap' },
    json: { type: 'boolean', default: false },
    requests: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
if (values.help || !Number.isInteger(rounds) || rounds < 1) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 1);
}

const buildDir = process.env.BUILD_DIR ?? 'build';
const sites: Pair<Site> = { bare: await bareSite(buildDir), park: await parkSite(buildDir) };
const browser = await Chromium.launch();
try {
  const noise = new NoiseWatch();
  const results = await measure(noise);
  if (values.json) {
    console.log(JSON.stringify({ lines: linesOf(results), noise: noise.end(), results }, null, 1));
  } else {
    console.log(markdown(results, noise.end(), rounds));
    if (values.requests) printRequests(results);
  }
} finally {
  await browser.close();
  await Promise.all([sites.bare.remove(), sites.park.remove()]);
}

async function measure(noise: NoiseWatch): Promise<Results> {
  const asked = new Set(values.only.split(','));
  const results: Results = {};
  const run = <Value>(name: keyof Results, visit: Parameters<typeof inRounds<Value>>[4]) =>
    inRounds(rounds, sites, browser, noise, visit, (round) =>
      process.stderr.write(`${name} ${round}/${rounds}\n`),
    );
  if (asked.has('cold')) results.cold = await run('cold', coldVisit);
  if (asked.has('kept')) results.kept = await run('kept', visitUntilKept);
  if (asked.has('warm')) results.warm = await run('warm', warmVisit);
  if (asked.has('offline')) results.offline = await run('offline', offlineVisit);
  if (asked.has('tap')) results.tap = await run('tap', pressToFeedback);
  return results;
}

function printRequests(results: Results): void {
  for (const kind of ['cold', 'warm', 'offline'] as const) {
    const last = results[kind]?.at(-1);
    if (last) console.log(`\nThe last ${kind} visit of the park: ${waterfall(last.park)}`);
  }
}

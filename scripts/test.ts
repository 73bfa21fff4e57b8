import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// `npm test`: types, lint, the build with its bank, unit, property, ledger and API tests, byte budgets and browser tests,
// in the order in which they fail fastest. Ends at the first step that fails and says how many tests passed.

const reports = mkdtempSync(join(tmpdir(), 'park-reports-'));
const unitReport = join(reports, 'unit.json');
const browserReport = join(reports, 'browser.json');
let passed = 0;
let failed = 0;

const steps: [name: string, command: string, env?: Record<string, string>][] = [
  ['types', 'npm run -s check'],
  ['lint', 'npm run -s lint'],
  ['build', 'node scripts/build-if-stale.ts'],
  [
    'unit, property, ledger and API tests',
    `vitest run --reporter=dot --reporter=json --outputFile.json=${unitReport}`,
  ],
  ['browser', 'node scripts/ensure-browser.ts'],
  [
    'browser tests',
    'playwright test --reporter=list,json',
    { PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport },
  ],
];

let broken: string | undefined;
for (const [name, command, env] of steps) {
  console.log(`\n== ${name}`);
  const began = Date.now();
  const { status } = spawnSync(command, {
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  console.log(
    `== ${name}: ${status === 0 ? 'ok' : 'failed'}, ${Math.round((Date.now() - began) / 1000)} s`,
  );
  if (status !== 0) {
    broken = name;
    break;
  }
}
count(unitReport, (r: { numPassedTests: number; numFailedTests: number }) => [
  r.numPassedTests,
  r.numFailedTests,
]);
count(browserReport, (r: { stats: { expected: number; flaky: number; unexpected: number } }) => [
  r.stats.expected + r.stats.flaky,
  r.stats.unexpected,
]);
rmSync(reports, { recursive: true, force: true });
if (broken !== undefined && failed === 0) failed = 1;
console.log(broken === undefined ? '\nAll steps passed.' : `\nStopped at: ${broken}.`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(broken === undefined ? 0 : 1);

function count<Report>(
  file: string,
  countsOf: (report: Report) => [passed: number, failed: number],
): void {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    // The step was not reached, or ended before it could report.
    return;
  }
  const [good, bad] = countsOf(report);
  passed += good;
  failed += bad;
}

import { spawn } from 'node:child_process';
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

interface Step {
  name: string;
  command: string;
  env?: Record<string, string>;
}

const types = { name: 'types', command: 'npm run -s check' };
const format = { name: 'format', command: 'npm run -s format:check' };
const lint = { name: 'lint', command: 'npm run -s lint' };
const build = { name: 'build', command: 'node scripts/build-if-stale.ts' };
const unit = {
  name: 'unit, property, ledger and API tests',
  command: `vitest run --reporter=dot --reporter=json --outputFile.json=${unitReport}`,
};
const browser = { name: 'browser', command: 'node scripts/ensure-browser.ts' };
const browserTests = {
  name: 'browser tests',
  command: 'playwright test --reporter=list,json',
  env: { PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport },
};

// Two that take as long as each other have a core each; tests use all there are.
const broken =
  (await first(inTurn(format, types, build), inTurn(lint))) ??
  (await inTurn(unit, browser, browserTests));

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

/** @returns the step that failed; the ones behind it have not begun */
async function inTurn(...steps: Step[]): Promise<string | undefined> {
  for (const step of steps) {
    if (!(await succeeds(step))) return step.name;
  }
  return undefined;
}

async function first(...lanes: Promise<string | undefined>[]): Promise<string | undefined> {
  return (await Promise.all(lanes)).find((failedStep) => failedStep !== undefined);
}

function succeeds({ name, command, env }: Step): Promise<boolean> {
  console.log(`\n== ${name}`);
  const began = Date.now();
  const child = spawn(command, {
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => {
    child.once('close', (status) => {
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(`== ${name}: ${status === 0 ? 'ok' : 'failed'}, ${seconds} s`);
      resolve(status === 0);
    });
  });
}

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

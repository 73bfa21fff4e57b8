import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

/** Flags that keep a test browser from talking to anybody but us. */
export const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/**
 * Where Chromium is: `PLAYWRIGHT_CHROMIUM`, Playwright's own, then what the system has.
 * @returns undefined when there is none
 */
export function findBrowser(): string | undefined {
  const onPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(
    whichOf,
  );
  return [
    process.env.PLAYWRIGHT_CHROMIUM,
    chromium.executablePath(),
    '/usr/bin/chromium',
    ...onPath,
  ].find((path): path is string => Boolean(path) && existsSync(path as string));
}

function whichOf(name: string): string | undefined {
  try {
    return execFileSync('which', [name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

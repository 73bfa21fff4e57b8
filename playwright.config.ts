import { defineConfig } from '@playwright/test';
import { findBrowser, QUIET } from './scripts/find-browser.ts';

const executablePath = findBrowser();

// No test asks what a service worker has fetched, and being told takes a sixteenth of the time of all tests.
process.env.PLAYWRIGHT_DISABLE_SERVICE_WORKER_NETWORK ??= '1';

/** Tests that need the next version of the app beside this one. */
const TWO_BUILDS = 'faults/{update,withdrawn}.e2e.ts';

export default defineConfig({
  testDir: 'tests',
  projects: [
    // First: it takes a third of a minute, and at the end nothing else would be left to run beside it.
    { name: 'next build', testMatch: 'faults/next-build.setup.ts' },
    { name: 'app', testMatch: '{e2e,faults}/**/*.e2e.ts', testIgnore: TWO_BUILDS },
    { name: 'two builds', testMatch: TWO_BUILDS, dependencies: ['next build'] },
  ],
  fullyParallel: true,
  workers: 3,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.CI ? [['list']] : [['line']],
  use: {
    viewport: { width: 412, height: 915 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // It takes a third of the time of all tests.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions: { ...(executablePath && { executablePath }), args: ['--no-sandbox', ...QUIET] },
  },
});

import { defineConfig } from '@playwright/test';
import { findBrowser, QUIET } from './scripts/find-browser.ts';

const executablePath = findBrowser();

export default defineConfig({
  testDir: 'tests',
  testMatch: '{e2e,faults}/**/*.e2e.ts',
  fullyParallel: true,
  workers: 2,
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

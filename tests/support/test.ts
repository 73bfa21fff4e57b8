import { test as base, expect, type Page } from '@playwright/test';
import { TestServer } from './server.ts';

/** Playwright's test with a server of its own for each worker, and a page that must not report errors. */
export const test = base.extend<{ failOnErrors: undefined }, { server: TestServer }>({
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a fixture needs from this pattern
    async ({}, use) => {
      const server = await TestServer.start();
      await use(server);
      await server.remove();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  failOnErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !/net::|Failed to load resource/.test(message.text()))
          errors.push(message.text());
        if (/hydration|Content.Security/i.test(message.text())) errors.push(message.text());
      });
      await use(undefined);
      expect(errors, 'the page reports no errors').toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

/** The service worker has everything and controls the page. */
export async function readyOffline(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve),
      );
    }
  });
}

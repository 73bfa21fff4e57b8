import { NEXT_BUILD, OLD_BUILD } from './next-build.ts';
import { TestServer } from './server.ts';
import { test as base } from './test.ts';

/** A server of its own for each test, which begins with the old build. */
export const test = base.extend<{ site: TestServer }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a fixture needs from this pattern
  site: async ({}, use) => {
    const site = await TestServer.start({ buildDir: OLD_BUILD });
    await use(site);
    await site.remove();
  },
  baseURL: async ({ site }, use) => use(site.url),
});

/** The same address and data directory, the next build. */
export async function deployNext(site: TestServer): Promise<void> {
  await site.down();
  await site.up({ buildDir: NEXT_BUILD });
}

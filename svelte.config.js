import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { sourceVersion } from './scripts/source-version.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: adapter({ precompress: true }),
    // Everything the opening screen needs comes with the page; see tests/e2e/budgets.spec.ts.
    inlineStyleThreshold: 40_000,
    // Registered by workbox-window after the first answer can be given.
    serviceWorker: { register: false },
    // From the content of the sources: the same tree gives the same build.
    version: { name: sourceVersion(), pollInterval: 0 },
    // Content-Security-Policy is set per response by src/server.ts (a <meta> cannot forbid framing).
    prerender: { handleHttpError: 'fail', handleMissingId: 'fail' },
    typescript: {
      config: (config) => {
        config.include.push('../scripts/**/*', '../tests/**/*', '../*.config.ts', '../*.config.js');
      },
    },
  },
};

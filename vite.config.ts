import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { bankPlugin } from './scripts/bank-plugin.ts';
import { devApi } from './scripts/dev-api.ts';

/** What every resident page and the first answer need, in one chunk: fewer requests and a tenth fewer bytes. */
const CORE = [
  /node_modules\/(svelte|@sveltejs\/kit|esm-env|idb)\/(?!.*bindings\/(select|size|input))/,
  /src\/lib\/domain\/(?!bank\/(compile|question|decimal|notice)|points\/(statement|difference|account)|quiz\/ask-next|refusal|ledger|sync|voucher)/,
  /src\/lib\/device\/(database|journal|phone|tabs|look|ids|packs|hints|idle|room)/,
  /src\/lib\/ui\/text\/(app|quiz)/,
  /src\/lib\/ui\/(Question|ChoiceAnswer|Feedback|Progress|PageHeader|answers|art\/Seal)\./,
  /src\/routes\/quiz\/(Quiz|play|saving)\./,
  /virtual:(catalogue|openings)/,
];
const UNUSED_SVELTE =
  /svelte\/src\/internal\/client\/dom\/elements\/(custom-element|bindings\/size)/;
const isCore = (id: string) => CORE.some((part) => part.test(id));

export default defineConfig({
  plugins: [bankPlugin(), devApi(), sveltekit()],
  environments: {
    client: {
      build: {
        // Phones keep their web views for years; the server runs on Node 24.
        target: ['chrome97', 'safari15.4', 'firefox104'],
        minify: 'terser',
        terserOptions: { module: true, ecma: 2020, compress: { passes: 3 } },
        rolldownOptions: {
          output: { codeSplitting: { groups: [{ name: 'core', test: isCore }] } },
          // They define classes when they are loaded, but only for who imports them.
          treeshake: { moduleSideEffects: [{ test: UNUSED_SVELTE, sideEffects: false }] },
        },
      },
    },
  },
  test: {
    include: ['src/**/*.spec.ts', 'tests/{api,contract,unit}/**/*.spec.ts'],
    environment: 'node',
    setupFiles: ['tests/support/property-runs.ts'],
    testTimeout: process.env.LONG ? 600_000 : 30_000,
  },
});

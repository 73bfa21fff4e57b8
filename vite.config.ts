import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { bankPlugin } from './scripts/bank-plugin.ts';
import { devApi } from './scripts/dev-api.ts';

/** What every resident page and the first answer need, in one chunk: fewer requests and a tenth fewer bytes. */
const CORE = [
  /node_modules\/(svelte|@sveltejs\/kit|esm-env|idb)\/(?!.*bindings\/(select|size|input))/,
  /src\/lib\/domain\/(bank\/(grade|pack)|failure|ids|points\/(award|campaign|day)|quiz\/(attempt|compose|round|shuffle))/,
  /src\/lib\/device\/(database|journal|phone|tabs|look|ids|packs|hints|idle|room)/,
  /src\/lib\/ui\/text\/(app|quiz)/,
  /src\/lib\/ui\/(Question|ChoiceAnswer|Feedback|Progress|PageHeader|answers|art\/Seal)\./,
  /src\/routes\/quiz\/(Quiz|plan|play|saving)\./,
  /virtual:(catalogue|openings)/,
];
const UNUSED_SVELTE =
  /svelte\/src\/internal\/client\/dom\/elements\/(custom-element|bindings\/size)/;
const isCore = (id: string) => CORE.some((part) => part.test(id));

const project = (name: string, test: TestProjectInlineConfiguration['test']) => ({
  extends: true as const,
  test: { name, ...test },
});

export default defineConfig({
  plugins: [bankPlugin(), devApi(), sveltekit()],
  // Imported by the clerk's page as it is; Node would take its UMD build.
  ssr: { noExternal: ['workbox-window'] },
  environments: {
    client: {
      build: {
        // Phones keep their web views for years: Chrome 97 and Safari 15.4 are to do. They have private fields, but where
        // a class might hold something else the compiler rewrites them all, slower and larger; so it is told of browsers
        // that are newer, and tests/unit/syntax.spec.ts holds that it leaves nothing those two cannot read.
        target: ['chrome98', 'safari16.4', 'firefox104'],
        cssTarget: ['chrome97', 'safari15.4', 'firefox104'],
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
    // Also the last core: nothing else runs beside these tests.
    maxWorkers: '100%',
    setupFiles: ['tests/support/property-runs.ts'],
    testTimeout: process.env.LONG ? 600_000 : 30_000,
    // Neither the domain nor the ledger keeps anything in a module: a worker loads them once.
    projects: [
      project('domain', { include: ['src/lib/domain/**/*.spec.ts'], isolate: false }),
      project('ledger', {
        include: ['tests/contract/**/*.spec.ts'],
        isolate: false,
        globalSetup: 'tests/support/one-postgres.ts',
      }),
      project('device, pages and API', {
        include: ['src/**/*.spec.ts', 'tests/{api,unit}/**/*.spec.ts'],
        exclude: ['src/lib/domain/**'],
      }),
    ],
  },
});

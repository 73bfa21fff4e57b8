import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const pure = [
  '**/device/**',
  '**/server/**',
  '**/ui/**',
  '**/routes/**',
  '$app/**',
  '$service-worker',
  'svelte*',
  'idb',
  'node:*',
  'virtual:*',
];
/** Who may not import whom: see CONTRIBUTING.md. Paths are matched as they are written in the import. */
const layers = {
  domain: [...pure, 'ts-fsrs'],
  // It is pure where the days are passed in and its fuzz is off, and what the review rule is made of.
  'domain/review': pure,
  device: ['**/server/**', '**/ui/**', '**/routes/**', 'node:*', 'ts-fsrs'],
  server: ['**/device/**', '**/ui/**', '**/routes/**', 'svelte', 'idb', 'ts-fsrs'],
  ui: ['**/device/**', '**/server/**', '**/routes/**', 'node:*', 'idb', 'ts-fsrs'],
  routes: ['**/server/**', 'node:*', 'idb', 'ts-fsrs'],
  'service-worker': ['**/server/**', '**/ui/**', '**/routes/**', 'node:*', 'ts-fsrs'],
};
/**
 * @param {keyof typeof layers} from
 * @returns {import('eslint').Linter.RulesRecord}
 */
const forbid = (from) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          group: layers[from],
          message: `${from} must not know of this: see “Who may import whom” in CONTRIBUTING.md.`,
        },
      ],
    },
  ],
});
/** @type {import('eslint').Linter.RulesRecord} */
const typeOnly = {
  '@typescript-eslint/no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          regex: '/domain/(?!bank/decimal)',
          allowTypeImports: true,
          message: 'ui takes types of the domain, no rules.',
        },
      ],
    },
  ],
};

export default ts.config(
  {
    ignores: [
      'build/',
      'next-build/',
      '.svelte-kit/',
      'data/',
      'node_modules/',
      'test-results/',
      'playwright-report/',
      'static/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      // `const { left, ...rest }` leaves something out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // Every address is a literal of this site; there is no base path.
      'svelte/no-navigation-without-resolve': 'off',
      // Collections here are replaced as a whole ($state.raw), never changed in place.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['src/lib/domain/**'],
    ignores: ['**/*.spec.ts', '**/samples.ts'],
    rules: {
      ...forbid('domain'),
      'no-restricted-globals': [
        'error',
        ...[
          'window',
          'document',
          'navigator',
          'localStorage',
          'indexedDB',
          'fetch',
          'crypto',
          'process',
          'performance',
          'setTimeout',
          'self',
        ].map((name) => ({ name, message: 'The domain is pure: pass it in.' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The domain has no clock: pass the time in.' },
        {
          object: 'Math',
          property: 'random',
          message: 'The domain has no randomness: pass a seed in.',
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The domain has no clock: pass the time in.',
        },
      ],
    },
  },
  {
    files: ['src/lib/domain/review/**'],
    ignores: ['**/*.spec.ts'],
    rules: forbid('domain/review'),
  },
  { files: ['src/lib/device/**'], ignores: ['**/*.spec.ts'], rules: forbid('device') },
  {
    files: ['src/lib/server/**', 'src/server.ts'],
    ignores: ['**/*.spec.ts'],
    rules: forbid('server'),
  },
  { files: ['src/lib/ui/**'], ignores: ['**/*.spec.ts'], rules: { ...forbid('ui'), ...typeOnly } },
  {
    files: ['src/routes/**'],
    ignores: ['src/routes/api/**', '**/+server.ts', '**/*.server.ts'],
    rules: forbid('routes'),
  },
  { files: ['src/service-worker/**'], rules: forbid('service-worker') },
  {
    // One file in the HTML itself, where bytes count and only coercion is short.
    files: ['src/early.js'],
    rules: { eqeqeq: 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], ...ts.configs.disableTypeChecked },
);

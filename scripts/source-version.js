import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that the build reads. */
export const BUILD_INPUTS = [
  'package.json',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'tsconfig.json',
  'scripts',
  'src',
  'static',
  'questions',
];

/**
 * A hash over every file that the build reads, 12 hex digits: names the build and tells whether it is stale.
 * @param {string} [root]
 */
export function sourceVersion(root = process.cwd()) {
  const hash = createHash('sha256');
  for (const input of BUILD_INPUTS) {
    for (const file of filesOf(join(root, input))) {
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex').slice(0, 12);
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesOf(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return [];
  if (!entry.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

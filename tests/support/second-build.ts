import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BUILD_INPUTS } from '../../scripts/source-version.js';

/** A change of one file, given by its path: `from` stands there once or more, the first becomes `to`. */
export type Edit = [file: string, from: string, to: string];

/** The next version of the app, really built: another greeting on the first page, another word in the bank. */
export function buildNext(
  greeting: string,
  edits: readonly Edit[] = [],
): { buildDir: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'next-build-'));
  for (const input of BUILD_INPUTS) cpSync(input, join(root, input), { recursive: true });
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  change(join(root, 'src/lib/ui/text/pages.ts'), '湖边走一走，民法典学一学', greeting);
  change(join(root, 'questions/keqiao/fengqiao.yaml'), 'explanation: ', 'explanation: 新版：');
  for (const [file, from, to] of edits) change(join(root, file), from, to);
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const node = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: root, env, stdio: 'pipe' });
  node('node_modules/vite/bin/vite.js', 'build');
  node('scripts/finish-build.ts');
  return {
    buildDir: join(root, 'build'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no “${from}” any more`);
  writeFileSync(file, text.replace(from, to));
}

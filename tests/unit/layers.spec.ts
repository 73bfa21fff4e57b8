import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

// The import rules of the house are errors, not habits. Each line is put at the head of a real file.
const eslint = new ESLint();
async function rulesBroken(filePath: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return (result?.messages ?? []).filter((m) => m.severity === 2).map((m) => m.ruleId);
}

describe('lint refuses', () => {
  it.each([
    ['src/lib/domain/bank/grade.ts', "export { openDatabase } from '../../device/database.ts';"],
    ['src/lib/domain/bank/grade.ts', "export { readFileSync } from 'node:fs';"],
    ['src/lib/domain/quiz/round.ts', "export { onMount } from 'svelte';"],
    ['src/lib/domain/quiz/round.ts', "export { fsrs } from 'ts-fsrs';"],
    ['src/lib/domain/review/book.ts', "export { openDatabase } from '../../device/database.ts';"],
    ['src/routes/topics/known.ts', "export { fsrs } from 'ts-fsrs';"],
    ['src/lib/device/journal.ts', "export { buildPack } from '../server/bank/read.ts';"],
    ['src/lib/device/journal.ts', "export { appText } from '$lib/ui/text/app.ts';"],
    ['src/lib/server/bank/read.ts', "export { openDatabase } from '../../device/database.ts';"],
    ['src/lib/ui/answers.ts', "export { phone } from '$lib/device/phone.svelte.ts';"],
    ['src/routes/topics/known.ts', "export { buildPack } from '$lib/server/bank/read.ts';"],
    ['src/service-worker/strategies.ts', "export { appText } from '$lib/ui/text/app.ts';"],
  ])('in %s: %s', async (file, code) => {
    expect(await rulesBroken(file, code)).toContain('no-restricted-imports');
  });

  it.each([
    ['Date.now()', 'no-restricted-properties'],
    ['Math.random()', 'no-restricted-properties'],
    ['new Date().getTime()', 'no-restricted-syntax'],
    ['localStorage.length', 'no-restricted-globals'],
  ])('%s in the domain', async (expression, rule) => {
    expect(
      await rulesBroken('src/lib/domain/bank/grade.ts', `export const x = ${expression};`),
    ).toContain(rule);
  });

  it('rules of the domain in ui, but not its types', async () => {
    const file = 'src/lib/ui/answers.ts';
    const rule = '@typescript-eslint/no-restricted-imports';
    expect(await rulesBroken(file, "export { grade } from '$lib/domain/bank/grade.ts';")).toContain(
      rule,
    );
    expect(
      await rulesBroken(file, "export type { Verdict } from '$lib/domain/bank/grade.ts';"),
    ).not.toContain(rule);
  });

  it('the scheduler everywhere but in the review rule', async () => {
    const code = "export { fsrs } from 'ts-fsrs';";
    expect(await rulesBroken('src/lib/domain/review/memory.ts', code)).toEqual([]);
  });

  it('a promise that nobody waits for', async () => {
    const code = 'async function f() { await Promise.resolve(); }\nexport function g() { f(); }';
    expect(await rulesBroken('src/lib/ui/answers.ts', code)).toContain(
      '@typescript-eslint/no-floating-promises',
    );
  });
});

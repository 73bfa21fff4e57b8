import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const BUILT = 'build/client/_app/immutable';

/** What Safari before 16.4 or Chrome before 98 cannot read, though the build's target would allow it. */
function tooNew(node: ts.Node): string | undefined {
  if (ts.isClassStaticBlockDeclaration(node)) return 'a static block of a class';
  if (ts.isRegularExpressionLiteral(node) && /\(\?<[=!]|\/\w*[vd]\w*$/.test(node.text))
    return `the expression ${node.text}`;
  if (ts.isAwaitExpression(node) && !ts.findAncestor(node, ts.isFunctionLike))
    return 'await outside a function';
  return undefined;
}

it('what phones load can be read by web views of Chrome 97 and Safari 15.4', () => {
  const scripts = readdirSync(BUILT, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  expect(scripts.length).toBeGreaterThan(20);
  const found: string[] = [];
  for (const file of scripts) {
    const text = readFileSync(join(BUILT, file), 'utf8');
    const visit = (node: ts.Node): void => {
      const what = tooNew(node);
      if (what) found.push(`${file}: ${what}`);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS));
  }
  expect(found).toEqual([]);
});

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openingOf, type Question } from '../../src/lib/domain/bank/pack.ts';
import { dayAt } from '../../src/lib/domain/points/day.ts';
import { BUILD_INPUTS, sourceVersion } from '../../scripts/source-version.js';
import { builtPack } from './play.ts';

// The next version of the app, really built, once for all tests that need it: another greeting on the first page, and
// a bank in which questions are withdrawn and corrected. `faults/next-build.setup.ts` makes it before those tests run.

const ROOT = resolve('next-build');
export const OLD_BUILD = resolve('build');
export const NEXT_BUILD = join(ROOT, 'build');
export const NEW_GREETING = '湖边走一走，新版学一学';
export const WITHDRAWN = '这道题问的规定已经废止，原来的答案不再成立。';
export const CORRECTED = '原来的答案漏了一种情形，解析已经改过。';
export const NEW_EXPLANATION = '改过的解析：先看清是哪一种情形，再看法律怎么规定。';
/** Nothing of it is withdrawn. */
export const UNTOUCHED_TOPIC = 'fengqiao';

const pack = builtPack();
const today = dayAt(Date.now());
export const five = pack.daily[today] ?? [];

interface Topic {
  id: string;
  first: Question;
  questions: readonly Question[];
}

/** Topics whose first question is not one of today’s. */
const free = pack.topics
  .map(({ id, questions }) => ({ id, first: openingOf(questions) as Question, questions }))
  .filter(({ id }) => id !== UNTOUCHED_TOPIC)
  .filter(({ questions }) => questions.every(({ id }) => !five.includes(id)));
function freeTopic(index: number): Topic {
  const topic = free[index];
  if (!topic) throw new Error('too many topics are in today’s five');
  return topic;
}
// One for each thing that happens to a topic.
export const answered = freeTopic(0);
export const mended = freeTopic(1);
export const untouched = freeTopic(2);
export const unseen = freeTopic(3);
const [daily = ''] = five;
/** It takes the place of one of today’s five. */
export const substitute = untouched.questions.find(
  (q) => q.type === 'single' && q !== untouched.first,
);

/** A change of one file, given by its path: `from` stands there once or more, the first becomes `to`. */
type Edit = [file: string, from: string, to: string];

function fileOf(questionId: string): string {
  const files = readdirSync('questions', { recursive: true, encoding: 'utf8' });
  const has = (name: string) =>
    readFileSync(join('questions', name), 'utf8').includes(`- id: ${questionId}\n`);
  return join('questions', files.filter((name) => /\/.*\.yaml$/.test(name)).find(has) ?? '');
}

function marked(questionId: string, lines: string): Edit {
  const at = `- id: ${questionId}\n`;
  return [fileOf(questionId), at, `${at}    ${lines}\n`];
}

const EDITS: Edit[] = [
  ['src/lib/ui/text/pages.ts', '湖边走一走，民法典学一学', NEW_GREETING],
  [`questions/keqiao/${UNTOUCHED_TOPIC}.yaml`, 'explanation: ', 'explanation: 新版：'],
  marked(answered.first.id, `withdrawn: { on: ${today}, says: ${WITHDRAWN} }`),
  marked(mended.first.id, `corrected: { on: ${today}, says: ${CORRECTED} }`),
  [fileOf(mended.first.id), mended.first.explanation, NEW_EXPLANATION],
  marked(unseen.first.id, `withdrawn: { on: ${today} }`),
  marked(daily, `withdrawn: { on: ${today}, instead: ${substitute?.id} }`),
];

/** Builds it where the sources or the day have changed since. */
export function makeNextBuild(): void {
  const version = createHash('sha256')
    .update(sourceVersion())
    .update(JSON.stringify(EDITS))
    .digest('hex');
  const stamp = join(ROOT, 'made-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return;

  rmSync(ROOT, { recursive: true, force: true });
  mkdirSync(ROOT, { recursive: true });
  for (const input of BUILD_INPUTS) cpSync(input, join(ROOT, input), { recursive: true });
  symlinkSync(resolve('node_modules'), join(ROOT, 'node_modules'));
  for (const edit of EDITS) change(edit);
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const node = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: ROOT, env, stdio: 'pipe' });
  node('node_modules/vite/bin/vite.js', 'build');
  node('scripts/finish-build.ts');
  writeFileSync(stamp, version);
}

function change([name, from, to]: Edit): void {
  const file = join(ROOT, name);
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${name} has no “${from}” any more`);
  writeFileSync(file, text.replace(from, to));
}

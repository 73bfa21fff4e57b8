import { BOOKS, chapters } from '../src/lib/domain/bank/civil-code.ts';
import { questionsOf, type Pack } from '../src/lib/domain/bank/pack.ts';
import { BankInvalid } from '../src/lib/domain/bank/problem.ts';
import { flawsOf, nearDuplicates } from '../src/lib/domain/bank/flaws.ts';
import type { AuthoredQuestion } from '../src/lib/domain/bank/question.ts';
import { buildPack } from '../src/lib/server/bank/read.ts';
import { contentHash, readReviews } from '../src/lib/server/bank/review.ts';

// `npm run bank`: what the question bank holds, what it covers of the law, and what may be wrong with its questions.
// `npm run bank -- --cites 民法典:1254`: the questions that cite an article, for when it is amended.

const USAGE = 'usage: npm run bank [-- --cites LAW[:ARTICLE]]';

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof BankInvalid ? error.message : error);
  process.exitCode = 1;
}

function main([flag, what, ...more]: string[]): void {
  const { questions, pack } = buildPack('questions').bank;
  if (flag === undefined) return report(questions, pack);
  const [law, article] = what?.split(':') ?? [];
  if (flag !== '--cites' || !law || more.length > 0) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const cites = (q: AuthoredQuestion) =>
    q.sources.some(
      (s) =>
        'law' in s && s.law === law && (article === undefined || s.article === Number(article)),
    );
  const found = questions.filter(({ question }) => cites(question));
  for (const { file, question } of found)
    console.log(
      `${question.id}  ${file}\n  ${question.stem}${question.withdrawn ? '（已撤下）' : ''}`,
    );
  console.log(`${found.length} questions cite ${what ?? ''}`);
}

type Written = { file: string; question: AuthoredQuestion }[];

function report(all: Written, pack: Pack): void {
  const inPlay = all.filter(({ question }) => !question.withdrawn);
  const questions = inPlay.map(({ question }) => question);
  console.log(`${all.length} questions, ${all.length - inPlay.length} of them withdrawn`);
  console.log('\nBy file');
  for (const [file, own] of grouped(inPlay, ({ file }) => file))
    line(
      file,
      own.length,
      tally(own, ({ question: q }) => q.type),
    );
  line(
    'all',
    questions.length,
    tally(questions, (q) => q.type),
  );
  console.log(`  difficulty ${tally(questions, (q) => String(q.difficulty))}`);
  console.log(
    `  everyday scenarios of the reference: ${questions.filter((q) => q.scenario).length}`,
  );

  trail(pack);

  const singles = questions.filter((q) => q.type === 'single');
  const longest = singles.filter(({ options, answer }) => {
    const right = options[answer.charCodeAt(0) - 65] ?? '';
    return options.every((o) => o === right || o.length < right.length);
  });
  console.log('\nGiven away');
  console.log(`  letters of single choice ${tally(singles, (q) => q.answer)}`);
  console.log(`  the right option is the longest in ${percent(longest.length, singles.length)}`);
  const judges = questions.filter((q) => q.type === 'judge');
  console.log(
    `  true in ${percent(judges.filter((q) => q.answer).length, judges.length)} of judge`,
  );

  coverage(questions);
  reviews(inPlay);
  const flaws = questions.flatMap((q) => flawsOf(q).map((flaw) => `${q.id}: ${flaw}`));
  console.log(`\nFlaws: ${flaws.length}`);
  for (const flaw of flaws) console.log(`  ${flaw}`);
  const twins = nearDuplicates(questions);
  console.log(`\nNear-duplicate stems: ${twins.length}`);
  for (const [a, b, likeness] of twins)
    console.log(`  ${a.id} ~ ${b.id} (${percent(likeness, 1)})`);
}

/** What is asked at each station. */
function trail(pack: Pack): void {
  const byId = questionsOf(pack);
  const { trail: { title } = { title: 'none' }, stations = [] } = pack;
  console.log(`\nTrail: ${title}, ${stations.length} stations`);
  for (const { name, book, questions } of stations)
    line(
      `${name} ${book}`,
      questions.length,
      tally(questions, (id) => byId.get(id)?.type ?? '?'),
    );
}

/** Citations of the 民法典 by book and chapter, and of the other laws. */
function coverage(questions: AuthoredQuestion[]): void {
  const cited = new Map<string, Map<number, number>>();
  for (const q of questions)
    for (const s of q.sources) {
      if (!('law' in s)) continue;
      const articles = cited.get(s.law) ?? new Map<number, number>();
      cited.set(s.law, articles.set(s.article, (articles.get(s.article) ?? 0) + 1));
    }
  const code = [...(cited.get('民法典')?.keys() ?? [])];
  console.log(`\n民法典: ${code.length} articles cited`);
  for (const { name: book } of BOOKS) {
    const own = chapters().filter((chapter) => chapter.book === book);
    const within = ({ from, before }: { from: number; before: number }) =>
      code.filter((n) => n >= from && n < before).sort((a, b) => a - b);
    console.log(`  ${book}: ${own.flatMap(within).length}`);
    for (const chapter of own)
      console.log(`    ${chapter.name}: ${within(chapter).join(' ') || '–'}`);
  }
  console.log('\nOther laws: articles cited');
  for (const [law, articles] of cited)
    if (law !== '民法典') console.log(`  ${law}: ${articles.size}`);
}

function reviews(written: Written): void {
  const records = readReviews('questions');
  const known = new Set(records.map(({ id, hash }) => `${id} ${hash}`));
  const law = written.filter(({ file }) => !file.startsWith('keqiao/'));
  const unread = law.filter(({ question: q }) => !known.has(`${q.id} ${contentHash(q)}`));
  console.log(`\nSecond reading: ${law.length - unread.length} of ${law.length} questions on law`);
  console.log(`  ${tally(records, ({ outcome }) => outcome)}`);
  for (const { question } of unread) console.log(`  not read: ${question.id}`);
}

function grouped<T>(rows: T[], by: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(by(row), [...(groups.get(by(row)) ?? []), row]);
  return groups;
}

function tally<T>(rows: T[], by: (row: T) => string): string {
  const groups = [...grouped(rows, by)].sort(([a], [b]) => a.localeCompare(b));
  return groups.map(([name, own]) => `${name} ${own.length}`).join(', ');
}

function line(name: string, count: number, more: string): void {
  console.log(`  ${name}: ${count} (${more})`);
}
function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / (whole || 1))} %`;
}

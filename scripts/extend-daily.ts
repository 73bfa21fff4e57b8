import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { parse } from 'yaml';
import { addDays, dayAt, type Day } from '../src/lib/domain/points/day.ts';
import { DAILY_REST_DAYS, DAILY_SIZE } from '../src/lib/domain/bank/compile.ts';
import { readFiles } from '../src/lib/server/bank/read.ts';

/**
 * `npm run daily -- DAYS`: appends days to questions/daily.yaml. What stands there is never changed. Each day has
 * five questions of different topics, one of the article and four of the law, one of them to open the page with.
 * Topics have their turn by their size, questions equally often, easy and hard ones mixed as in the bank.
 */
const FILE = 'questions/daily.yaml';
const days = Number(process.argv[2] ?? 120);
if (!Number.isInteger(days) || days < 1) {
  console.error('usage: npm run daily -- DAYS');
  process.exit(2);
}

interface Entry {
  id: string;
  type: string;
  difficulty: number;
  topic: string;
  withdrawn?: unknown;
}
const entries: Entry[] = [...readFiles('questions')].flatMap(([file, content]) =>
  file.includes('/')
    ? (content as { questions: Omit<Entry, 'topic'>[] }).questions.map((q) => ({
        ...q,
        topic: file,
      }))
    : [],
);
const standing = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
const calendar = (parse(standing) ?? {}) as Record<Day, string[]>;
const lastUsed = new Map<string, Day>();
const uses = new Map<string, number>();
for (const [date, ids] of Object.entries(calendar)) for (const id of ids) use(id, date);

let date = Object.keys(calendar).at(-1);
let added =
  standing ||
  '# 今日五题：日期 → 五道题。只追加，不改动已有的日子；用 npm run daily -- 天数 延长。\n';
for (let i = 0; i < days; i++) {
  date = date === undefined ? dayAt(Date.now()) : addDays(date, 1);
  const five = choose(date);
  for (const q of five) use(q.id, date);
  added += `${date}: [${five.map((q) => q.id).join(', ')}]\n`;
}
writeFileSync(FILE, added);
console.log(`${FILE}: ${days} days added, the last is ${date ?? ''}`);

function use(id: string, date: Day): void {
  lastUsed.set(id, date);
  uses.set(id, (uses.get(id) ?? 0) + 1);
}

function choose(date: Day): Entry[] {
  const five: Entry[] = [];
  const take = (fits: (q: Entry) => boolean) => {
    const free = entries.filter(
      (q) =>
        !q.withdrawn &&
        fits(q) &&
        addDays(lastUsed.get(q.id) ?? '2000-01-01', DAILY_REST_DAYS) <= date &&
        !five.some(({ topic }) => topic === q.topic),
    );
    const [first] = free.map((q) => ({ q, rank: rankOf(q, date) })).sort(byRank);
    if (!first)
      throw new Error(`${date}: the bank is too small for a rest of ${DAILY_REST_DAYS} days`);
    five.push(first.q);
  };
  const ofTheArticle = (q: Entry) => q.topic.startsWith('keqiao/');
  take((q) => !ofTheArticle(q) && (q.type === 'single' || q.type === 'judge'));
  take(ofTheArticle);
  while (five.length < DAILY_SIZE) take((q) => !ofTheArticle(q));
  return five;
}

/** What has had the smallest share of its turns comes first; among equals a mixed but repeatable order. */
function rankOf(q: Entry, date: Day): number[] {
  let hash = 0;
  for (const c of q.id + date) hash = (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0;
  const share = (same: (other: Entry) => boolean) => {
    const all = entries.filter((other) => same(other));
    return all.reduce((sum, { id }) => sum + (uses.get(id) ?? 0), 0) / all.length;
  };
  return [
    Math.round(4 * share(({ topic }) => topic === q.topic)),
    uses.get(q.id) ?? 0,
    share(({ difficulty }) => difficulty === q.difficulty),
    hash,
  ];
}

function byRank({ rank: a }: { rank: number[] }, { rank: b }: { rank: number[] }): number {
  const at = a.findIndex((n, i) => n !== b[i]);
  return (a[at] ?? 0) - (b[at] ?? 0);
}

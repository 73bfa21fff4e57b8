import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { parse } from 'yaml';
import { addDays, dayAt, type Day } from '../src/lib/domain/points/day.ts';
import { DAILY_REST_DAYS, DAILY_SIZE } from '../src/lib/domain/bank/compile.ts';
import { readFiles } from '../src/lib/server/bank/read.ts';

/**
 * `npm run daily -- DAYS`: appends days to questions/daily.yaml. What stands there is never changed. Each day has
 * five questions of different topics, one of them to open the page with; a question that has rested longest comes first.
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
for (const [date, ids] of Object.entries(calendar)) for (const id of ids) lastUsed.set(id, date);

let date = Object.keys(calendar).at(-1);
let added =
  standing ||
  '# 今日五题：日期 → 五道题。只追加，不改动已有的日子；用 npm run daily -- 天数 延长。\n';
for (let i = 0; i < days; i++) {
  date = date === undefined ? dayAt(Date.now()) : addDays(date, 1);
  const five = choose(date);
  for (const q of five) lastUsed.set(q.id, date);
  added += `${date}: [${five.map((q) => q.id).join(', ')}]\n`;
}
writeFileSync(FILE, added);
console.log(`${FILE}: ${days} days added, the last is ${date ?? ''}`);

function choose(date: Day): Entry[] {
  const rested = entries
    .filter((q) => !q.withdrawn)
    .filter((q) => addDays(lastUsed.get(q.id) ?? '2000-01-01', DAILY_REST_DAYS) <= date)
    .sort((a, b) => rank(a, date).localeCompare(rank(b, date)));
  const five: Entry[] = [];
  const opener = rested.find((q) => q.type === 'single' || q.type === 'judge');
  if (opener) five.push(opener);
  for (const spread of [true, false]) {
    for (const q of rested) {
      if (five.length === DAILY_SIZE) break;
      if (!five.includes(q) && !(spread && five.some((f) => f.topic === q.topic))) five.push(q);
    }
  }
  if (five.length < DAILY_SIZE)
    throw new Error(`${date}: the bank is too small for a rest of ${DAILY_REST_DAYS} days`);
  return five;
}

/** Longest rested first; among equals a mixed but repeatable order. */
function rank(q: Entry, date: Day): string {
  let hash = 0;
  for (const c of q.id + date) hash = (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0;
  return `${lastUsed.get(q.id) ?? '2000-01-01'} ${String(hash).padStart(10, '0')}`;
}

import * as v from 'valibot';
import { Campaign } from '../points/campaign.ts';
import { addDays, isNextDay, type Day } from '../points/day.ts';
import { Offer } from '../voucher/offer.ts';
import { calendarOf, noticesOf, substitution } from './amend.ts';
import { compileTrail, TRAIL_FILE } from './compile-trail.ts';
import { Names } from './names.ts';
import type { Notice } from './notice.ts';
import { COLLECTIONS, openingOf, type Citation, type Pack, type Question } from './pack.ts';
import { BankInvalid, check, namedIn, type Problem } from './problem.ts';
import { AuthoredQuestion, TopicFile, day, type Source } from './question.ts';

/** Parsed YAML by path under `questions/`. */
export type BankFiles = ReadonlyMap<string, unknown>;

export interface Bank {
  pack: Pack;
  /** Every question with the file it stands in, also the withdrawn. */
  questions: { file: string; question: AuthoredQuestion }[];
  /** What points can be exchanged for; phones ask the server for it. */
  offer: Offer;
  /** What phones with an older pack must know, in the order of the files. */
  notices: Notice[];
  /** What people call articles of the law; only the search needs it. */
  names: Names;
}

export const DAILY_SIZE = 5;
export const DAILY_REST_DAYS = 14;
const CollectionName = v.picklist(COLLECTIONS, `题库只有这几个文件夹：${COLLECTIONS.join('、')}`);
const Daily = v.record(day, v.pipe(v.array(v.string()), v.length(DAILY_SIZE, '每天须有五题')));

/**
 * Builds the pack from the files of the bank. One without `park.yaml` has no trail.
 * @throws BankInvalid with every problem found, never only the first
 */
export function compileBank(files: BankFiles): Bank {
  const problems: Problem[] = [];
  const questions: Bank['questions'] = [];
  const placed: { position: number; topic: Pack['topics'][number] }[] = [];

  for (const [file, content] of files) {
    if (!file.includes('/')) continue;
    const topic = check(TopicFile, content, file, problems);
    const collection = check(CollectionName, file.split('/')[0], file, problems);
    if (!topic || !collection) continue;
    const own = topic.questions.flatMap((raw) => {
      const question = check(AuthoredQuestion, raw, file, problems, namedIn(raw));
      return question ? [question] : [];
    });
    questions.push(...own.map((question) => ({ file, question })));
    placed.push({
      position: topic.position,
      topic: {
        id: file.replace(/^.*\//, '').replace(/\.ya?ml$/, ''),
        title: topic.title,
        collection,
        summary: topic.summary,
        questions: own.filter((q) => !q.withdrawn).map(packed),
      },
    });
  }
  const topics = placed.sort((a, b) => a.position - b.position).map(({ topic }) => topic);

  const { rules, offered } = campaignParts(files.get('campaign.yaml'));
  const campaign = check(Campaign, rules, 'campaign.yaml', problems);
  const offer = check(Offer, offered, 'campaign.yaml', problems);
  const daily = check(Daily, files.get('daily.yaml'), 'daily.yaml', problems);
  const names = check(Names, files.get('names.json') ?? {}, 'names.json', problems);
  problems.push(...acrossFiles(questions, topics));
  if (daily) problems.push(...calendarProblems(daily, questions));
  const written = questions.map(({ question }) => question);
  const current = substitution(written);
  const inForce = (ids: readonly string[]) => [...new Set(ids.flatMap((id) => current(id) ?? []))];
  const around = { topics, inForce, cite: citations };
  const trail = files.has(TRAIL_FILE) ? compileTrail(files.get(TRAIL_FILE), around, problems) : {};
  if (problems.length || !campaign || !offer || !daily || !names) throw new BankInvalid(problems);
  const pack: Pack = { format: 1, campaign, topics, daily: calendarOf(daily, written), ...trail };
  return { pack, questions, offer, names, notices: noticesOf(written) };
}

/** Phones play by the rules; the offer beside them in the file is the server's. */
function campaignParts(file: unknown): { rules: unknown; offered: unknown } {
  if (typeof file !== 'object' || file === null) return { rules: file, offered: undefined };
  const { offer: offered, ...rules } = file as { offer?: unknown };
  return { rules, offered };
}

function packed(q: AuthoredQuestion): Question {
  const index = (letter: string) => letter.charCodeAt(0) - 65;
  const shared = {
    id: q.id,
    difficulty: q.difficulty,
    stem: q.stem,
    explanation: q.explanation,
    sources: citations(q.sources),
    ...(q.why && { why: Object.fromEntries(Object.entries(q.why).map(([l, t]) => [index(l), t])) }),
    ...(q.asOf && { asOf: q.asOf }),
    ...(q.corrected && { corrected: q.corrected.on }),
  };
  switch (q.type) {
    case 'single': {
      const fixed = q.shuffle === false ? { fixed: true as const } : {};
      return { ...shared, type: q.type, options: q.options, answer: index(q.answer), ...fixed };
    }
    case 'multiple': {
      const fixed = q.shuffle === false ? { fixed: true as const } : {};
      const answer = q.answer.map(index).sort((a, b) => a - b);
      return { ...shared, type: q.type, options: q.options, answer, ...fixed };
    }
    case 'judge':
      return { ...shared, type: q.type, answer: q.answer };
    case 'number':
      return { ...shared, type: q.type, answer: q.answer };
    case 'order':
      return { ...shared, type: q.type, options: q.options };
    case 'match':
      return { ...shared, type: q.type, pairs: q.pairs };
  }
}

/** The article once, then each article of a law once, in the order they are given. */
function citations(sources: readonly Source[]): Citation[] {
  const seen = new Set<string>();
  return sources.flatMap((s): Citation[] => {
    const name = 'report' in s ? 'report' : `${s.law}:${s.article}`;
    if (seen.has(name)) return [];
    seen.add(name);
    return ['report' in s ? { report: s.report } : { law: s.law, article: s.article }];
  });
}

function acrossFiles(questions: Bank['questions'], topics: Pack['topics']): Problem[] {
  const problems: Problem[] = [];
  const files = new Map<string, string>();
  const stems = new Map<string, string>();
  for (const { file, question } of questions) {
    const at = { file, question: question.id };
    const first = files.get(question.id);
    if (first) problems.push({ ...at, reason: `编号已用在 ${first}` });
    files.set(question.id, file);
    const twin = stems.get(question.stem);
    if (twin) problems.push({ ...at, reason: `题干与 ${twin} 相同` });
    stems.set(question.stem, question.id);
  }
  const current = substitution(questions.map(({ question }) => question));
  for (const { file, question } of questions) {
    const instead = question.withdrawn?.instead;
    if (instead === undefined) continue;
    const at = { file, question: question.id };
    if (!files.has(instead)) problems.push({ ...at, reason: `替代题 ${instead} 不存在` });
    else if (current(instead) === undefined)
      problems.push({ ...at, reason: `替代题 ${instead} 自己也撤下了，又没有可用的替代题` });
  }
  const names = new Map<string, number>();
  for (const topic of topics) {
    names.set(topic.id, (names.get(topic.id) ?? 0) + 1);
    if (!openingOf(topic.questions))
      problems.push({ file: topic.id, reason: '没有可作开场的单选或判断题' });
  }
  for (const [name, count] of names) {
    if (count > 1) problems.push({ file: name, reason: '两个文件同名，主题编号重复' });
  }
  return problems;
}

function calendarProblems(daily: Record<Day, string[]>, questions: Bank['questions']): Problem[] {
  const problems: Problem[] = [];
  const at = (date: string, reason: string) =>
    problems.push({ file: 'daily.yaml', question: date, reason });
  const byId = new Map(questions.map(({ question }) => [question.id, question]));
  const lastSeen = new Map<string, Day>();
  let previous: Day | undefined;
  for (const [date, ids] of Object.entries(daily)) {
    if (previous !== undefined && !isNextDay(previous, date)) at(date, `不是 ${previous} 的次日`);
    previous = date;
    for (const id of ids) {
      const question = byId.get(id);
      if (!question) at(date, `没有题目 ${id}`);
      const last = lastSeen.get(id);
      if (last !== undefined && addDays(last, DAILY_REST_DAYS) > date)
        at(date, `${id} 在 ${last} 刚出过`);
      lastSeen.set(id, date);
    }
    if (ids.every((id) => !['single', 'judge'].includes(byId.get(id)?.type ?? ''))) {
      at(date, '没有可作开场的单选或判断题');
    }
  }
  return problems;
}

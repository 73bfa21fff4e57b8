import type { Citation, Pack } from './pack.ts';
import { check, namedIn, type Problem } from './problem.ts';
import type { Source } from './question.ts';
import { AuthoredStation, STATION_QUESTIONS, TrailFile, type Station } from './trail.ts';

/** The file under `questions/` that a trail is written in. */
export const TRAIL_FILE = 'park.yaml';

/** What the trail needs to know of the rest of the bank. */
export interface Surroundings {
  topics: Pack['topics'];
  /** The questions that are asked in the place of these. */
  inForce: (ids: readonly string[]) => string[];
  /** How a pack cites its sources. */
  cite: (sources: readonly Source[]) => Citation[];
}

/**
 * Reads the trail and puts it into force: a withdrawn question is replaced by its substitute or left out, and what is
 * then asked at a station has to be enough, of its book, asked nowhere else, and begin with a single choice.
 */
export function compileTrail(
  content: unknown,
  { topics, inForce, cite }: Surroundings,
  problems: Problem[],
): Pick<Pack, 'trail' | 'stations'> {
  const file = check(TrailFile, content, TRAIL_FILE, problems);
  if (!file) return {};
  const stations = file.stations.flatMap((raw): Station[] => {
    const station = check(AuthoredStation, raw, TRAIL_FILE, problems, namedIn(raw));
    if (!station) return [];
    return [{ ...station, questions: inForce(station.questions), sources: cite(station.sources) }];
  });
  problems.push(...acrossStations(stations, topics));
  return { trail: { title: file.title, note: file.note }, stations };
}

function acrossStations(stations: Station[], topics: Pack['topics']): Problem[] {
  const problems: Problem[] = [];
  const inPlay = new Map(
    topics.flatMap(({ title, questions }) =>
      questions.map(({ id, type }) => [id, { book: title, type }] as const),
    ),
  );
  const ids = new Set<string>();
  const names = new Set<string>();
  const asked = new Map<string, string>();
  for (const { id, name, book, questions } of stations) {
    const wrong = (reason: string) => problems.push({ file: TRAIL_FILE, question: id, reason });
    if (ids.has(id)) wrong('站点编号重复');
    if (names.has(name)) wrong(`站名“${name}”重复`);
    ids.add(id);
    names.add(name);
    for (const question of questions) {
      const known = inPlay.get(question);
      if (!known) wrong(`没有题目 ${question}，或它已撤下`);
      else if (known.book !== book) wrong(`${question} 属于“${known.book}”，不属于“${book}”`);
      const elsewhere = asked.get(question);
      if (elsewhere !== undefined) wrong(`${question} 已用在站点 ${elsewhere}`);
      asked.set(question, id);
    }
    const { least } = STATION_QUESTIONS;
    if (questions.length < least) wrong(`在用的只有${questions.length}题，至少要有${least}题`);
    const first = inPlay.get(questions[0] ?? '');
    if (first && first.type !== 'single') wrong(`第一题须为单选，${questions[0] ?? ''} 不是`);
  }
  return problems;
}

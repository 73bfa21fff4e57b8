import * as v from 'valibot';
import { BOOKS } from './civil-code.ts';
import type { Citation } from './pack.ts';
import { MAP_SIZE } from './stations.ts';
import { Source, id, text } from './question.ts';

/**
 * The trail as it is written in `questions/park.yaml`: stations in the order in which they are walked, each with a
 * little story from one book of the Civil Code and the questions that go with it.
 */

export const STATION_QUESTIONS = { least: 5, most: 7 } as const;

const books = BOOKS.map(({ name }) => name);

const coordinate = (most: number) =>
  v.pipe(
    v.number('坐标须为数字'),
    v.minValue(0, '坐标不能小于0'),
    v.maxValue(most, `坐标不能大于${most}`),
  );

export const AuthoredStation = v.strictObject({
  id,
  name: text(2, 8, '站名'),
  book: v.picklist(books, `编名须为${books.join('、')}之一`),
  at: v.tuple([coordinate(MAP_SIZE.width), coordinate(MAP_SIZE.height)], '位置须为 [x, y]'),
  story: text(80, 160, '故事'),
  sources: v.pipe(v.array(Source, '缺少依据'), v.minLength(1, '缺少依据')),
  questions: v.pipe(
    v.array(id, '缺少题目编号'),
    v.minLength(STATION_QUESTIONS.least, `一个站点至少${STATION_QUESTIONS.least}题`),
    v.maxLength(STATION_QUESTIONS.most, `一个站点至多${STATION_QUESTIONS.most}题`),
    v.check((list) => new Set(list).size === list.length, '有重复的题目'),
  ),
});

export const TrailFile = v.strictObject({
  title: text(2, 16, '游线名'),
  note: text(6, 60, '游线说明'),
  stations: v.pipe(v.array(v.unknown(), '缺少 stations 列表'), v.minLength(1, '至少要有一个站点')),
});

export type AuthoredStation = v.InferOutput<typeof AuthoredStation>;

/** A station as phones have it: its questions are in force, its sources without the tokens that prove them. */
export type Station = Omit<AuthoredStation, 'sources'> & { sources: Citation[] };

export type Trail = Pick<v.InferOutput<typeof TrailFile>, 'title' | 'note'>;

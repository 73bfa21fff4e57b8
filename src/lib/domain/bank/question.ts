import * as v from 'valibot';

/**
 * A question as it is written in `questions/`: the schema is the only definition of its shape.
 * Lengths are counted in characters; `key` is a token that stands verbatim in the cited text.
 */

export const text = (min: number, max: number, what: string) =>
  v.pipe(
    v.string(`${what}必须是文字`),
    v.trim(),
    v.check((s) => [...s].length >= min, `${what}少于${min}字`),
    v.check((s) => [...s].length <= max, `${what}超过${max}字`),
  );

export const id = v.pipe(
  v.string('缺少编号'),
  v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '编号须为 kebab-case'),
);
const key = text(2, 24, '依据词');
const asOf = v.pipe(
  v.string('asOf 须加引号'),
  v.regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'asOf 格式不对'),
);
export const day = v.pipe(
  v.string('日期须为文字'),
  v.regex(/^\d{4}-\d{2}-\d{2}$/, '日期须为 YYYY-MM-DD'),
  v.check((s) => new Date(`${s}T00:00:00Z`).toJSON()?.slice(0, 10) === s, '没有这一天'),
);

export const Source = v.union(
  [
    v.strictObject({ report: v.pipe(v.number(), v.integer(), v.minValue(1)), key }),
    v.strictObject({
      law: text(2, 30, '法律名称'),
      article: v.pipe(v.number(), v.integer(), v.minValue(1)),
      key,
    }),
  ],
  '依据须为 {report, key} 或 {law, article, key}',
);

const option = v.pipe(
  text(1, 36, '选项'),
  v.check((s) => !/以上(都|均|全)/.test(s), '不用“以上都对/都不对”一类的选项'),
);
const options = v.pipe(
  v.array(option, '缺少选项'),
  v.minLength(3, '选项少于3个'),
  v.maxLength(6, '选项多于6个'),
  v.check((list) => new Set(list).size === list.length, '有两个选项相同'),
);
const letter = v.pipe(v.string('答案须为字母'), v.regex(/^[A-F]$/, '答案须为字母 A–F'));

const shared = {
  id,
  difficulty: v.picklist([1, 2, 3], '难度须为 1、2、3'),
  stem: text(6, 150, '题干'),
  explanation: text(20, 160, '解析'),
  sources: v.pipe(v.array(Source, '缺少依据'), v.minLength(1, '缺少依据')),
  why: v.optional(v.record(letter, text(2, 80, '选项说明'))),
  asOf: v.optional(asOf),
  facts: v.optional(v.pipe(v.array(v.string()), v.maxLength(3, '一题最多用三条事实'))),
  scenario: v.optional(v.string()),
  withdrawn: v.optional(v.strictObject({ on: day, instead: v.optional(id) })),
};
const shuffle = v.optional(v.boolean());

const Forms = v.variant(
  'type',
  [
    v.strictObject({ ...shared, type: v.literal('single'), options, shuffle, answer: letter }),
    v.strictObject({
      ...shared,
      type: v.literal('multiple'),
      options,
      shuffle,
      answer: v.pipe(v.array(letter, '多选的答案须为列表'), v.minLength(2, '多选至少有两个正确项')),
    }),
    v.strictObject({
      ...shared,
      type: v.literal('judge'),
      answer: v.boolean('判断题答案须为 true 或 false'),
    }),
    v.strictObject({
      ...shared,
      type: v.literal('number'),
      answer: v.strictObject({
        value: v.number('缺少数值'),
        unit: text(1, 8, '单位'),
        tolerance: v.pipe(v.number('缺少允许误差'), v.minValue(0)),
      }),
    }),
    v.strictObject({ ...shared, type: v.literal('order'), options }),
    v.strictObject({
      ...shared,
      type: v.literal('match'),
      pairs: v.pipe(
        v.array(v.tuple([option, option]), '缺少配对'),
        v.minLength(3, '配对少于3组'),
        v.maxLength(6, '配对多于6组'),
        v.check(
          (pairs) =>
            [0, 1].every((side) => new Set(pairs.map((p) => p[side])).size === pairs.length),
          '配对的一侧有重复',
        ),
      ),
    }),
  ],
  '题型须为 single、multiple、judge、number、order、match 之一',
);

export const AuthoredQuestion = v.pipe(
  Forms,
  v.check((q) => q.scenario !== undefined || [...q.stem].length <= 90, '题干超过90字'),
  v.check(
    (q) => lettersOf(q).every((l) => l.charCodeAt(0) - 65 < optionsOf(q).length),
    '答案指向不存在的选项',
  ),
);

export const TopicFile = v.strictObject({
  title: text(2, 16, '主题名'),
  summary: text(6, 40, '主题简介'),
  /** Its place in the list of topics. */
  position: v.pipe(v.number('缺少 position'), v.integer(), v.minValue(1)),
  questions: v.pipe(v.array(v.unknown(), '缺少 questions 列表'), v.minLength(5, '一个主题至少5题')),
});

export type AuthoredQuestion = v.InferOutput<typeof AuthoredQuestion>;
export type Source = v.InferOutput<typeof Source>;

function optionsOf(q: v.InferOutput<typeof Forms>): readonly string[] {
  return 'options' in q ? q.options : [];
}

function lettersOf(q: v.InferOutput<typeof Forms>): string[] {
  const right = q.type === 'single' ? [q.answer] : q.type === 'multiple' ? q.answer : [];
  return [...right, ...Object.keys(q.why ?? {})];
}

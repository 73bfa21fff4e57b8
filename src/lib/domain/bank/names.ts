import * as v from 'valibot';

const name = v.pipe(
  v.string('俗称必须是文字'),
  v.trim(),
  v.minLength(2, '俗称少于2字'),
  v.maxLength(12, '俗称超过12字'),
);
const article = v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/, '条号须为 1–9999 的数字'));

/**
 * What people call an article of a law when they look for it: `questions/names.json`. Law → article → names, of which
 * the first is shown.
 */
export const Names = v.record(
  v.string(),
  v.record(article, v.pipe(v.array(name), v.minLength(1, '至少写一个俗称'))),
);
export type Names = v.InferOutput<typeof Names>;

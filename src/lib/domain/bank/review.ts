import * as v from 'valibot';
import type { AuthoredQuestion } from './question.ts';

/**
 * A line of `questions/review.jsonl`: somebody who did not write the question has answered it with the law at hand,
 * without its key and explanation. `answer` is what was answered, in the letters of the file.
 */
export const Review = v.strictObject({
  id: v.string(),
  /** Of what the reader saw and the key, see `reviewedContent`. */
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  answer: v.string(),
  /**
   * `agreed`: with the key at the first reading; `mended`: at a second one, after the question was put better;
   * `settled`: by the text of the law, against the reader.
   */
  outcome: v.picklist(['agreed', 'mended', 'settled']),
});
export type Review = v.InferOutput<typeof Review>;

/** What a reading is good for: where any of it changes, the question has to be read again. */
export function reviewedContent(q: AuthoredQuestion): string {
  return JSON.stringify([
    q.type,
    q.stem,
    'options' in q ? q.options : 'pairs' in q ? q.pairs : [],
    'answer' in q ? q.answer : null,
  ]);
}

/** The key as `answer` of a review has it. */
export function keyOf(q: AuthoredQuestion): string {
  switch (q.type) {
    case 'single':
      return q.answer;
    case 'multiple':
      return [...q.answer].sort().join('');
    case 'judge':
      return q.answer ? '对' : '错';
    case 'number':
      return `${q.answer.value}${q.answer.unit}`;
    case 'order':
      return q.options.map((_, i) => String.fromCharCode(65 + i)).join('');
    case 'match':
      return q.pairs.map((_, i) => `${i + 1}${String.fromCharCode(65 + i)}`).join('');
  }
}

import fc from 'fast-check';
import type { Response } from './grade.ts';
import type { Question } from './pack.ts';

/** Questions and responses for specs; never part of the product. */

type Form = Question extends infer Q
  ? Q extends Question
    ? Omit<Q, 'id' | 'difficulty' | 'stem' | 'explanation' | 'sources'>
    : never
  : never;

export function question(form: Form, id = 'sample'): Question {
  return {
    id,
    difficulty: 1,
    stem: '这是一道样题吗？',
    explanation: '这里说明为什么对，也说明为什么容易选错。',
    sources: [{ report: 14 }],
    ...form,
  };
}

const texts = (min: number) =>
  fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: min, maxLength: 6 });

export const anyQuestion: fc.Arbitrary<Question> = fc
  .oneof(
    texts(3).chain((options) =>
      fc
        .nat({ max: options.length - 1 })
        .map((answer): Form => ({ type: 'single', options, answer })),
    ),
    texts(3).chain((options) =>
      fc
        .subarray([...options.keys()], { minLength: 2 })
        .map((answer): Form => ({ type: 'multiple', options, answer })),
    ),
    fc.boolean().map((answer): Form => ({ type: 'judge', answer })),
    fc
      .record({
        value: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        tolerance: fc.double({ min: 0, max: 10, noNaN: true }),
      })
      .map((n): Form => ({ type: 'number', answer: { ...n, unit: '件' } })),
    texts(3).map((options): Form => ({ type: 'order', options })),
    texts(3).map((left): Form => ({ type: 'match', pairs: left.map((l) => [l, `${l}→`]) })),
  )
  .chain((form) => fc.uuid().map((id) => question(form, id)));

const index = fc.integer({ min: -2, max: 9 });
export const anyResponse: fc.Arbitrary<Response> = fc.oneof(
  index.map((option): Response => ({ type: 'single', option })),
  fc.array(index, { maxLength: 8 }).map((options): Response => ({ type: 'multiple', options })),
  fc.boolean().map((value): Response => ({ type: 'judge', value })),
  fc.double().map((value): Response => ({ type: 'number', value })),
  fc.array(index, { maxLength: 8 }).map((order): Response => ({ type: 'order', order })),
  fc.array(index, { maxLength: 8 }).map((rights): Response => ({ type: 'match', rights })),
);

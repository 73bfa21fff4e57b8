import type { Question } from './pack.ts';

/** What a resident answered, raw: indices are those of the pack, never of the screen. */
export type Response =
  | { type: 'single'; option: number }
  | { type: 'multiple'; options: number[] }
  | { type: 'judge'; value: boolean }
  | { type: 'number'; value: number }
  /** The options from first to last. */
  | { type: 'order'; order: number[] }
  /** For each left side the index of the right side put beside it. */
  | { type: 'match'; rights: number[] };

export interface Verdict {
  right: boolean;
  /** multiple: right options that were not chosen. */
  missed: number[];
  /** single, multiple: wrong options that were chosen. order, match: positions that are not right. */
  wrong: number[];
}

/**
 * Judges a response. Total: a response of another type, or one that names options which do not exist, is wrong.
 * Deterministic: the same question and response always give the same verdict, on the phone and on the server.
 */
export function grade(question: Question, response: Response): Verdict {
  if (question.type !== response.type) return { right: false, missed: [], wrong: [] };
  switch (response.type) {
    case 'single': {
      const right = question.type === 'single' && response.option === question.answer;
      return { right, missed: [], wrong: right ? [] : [response.option] };
    }
    case 'multiple': {
      const answer = question.type === 'multiple' ? question.answer : [];
      const chosen = [...new Set(response.options)];
      const missed = answer.filter((i) => !chosen.includes(i));
      const wrong = chosen.filter((i) => !answer.includes(i)).sort((a, b) => a - b);
      return { right: missed.length === 0 && wrong.length === 0, missed, wrong };
    }
    case 'judge':
      return plain(question.type === 'judge' && response.value === question.answer);
    case 'number': {
      if (question.type !== 'number') return plain(false);
      const { value, tolerance } = question.answer;
      // Decimal fractions have no exact binary form: 58.5 - 0.1 must still lie within 0.1 of 58.5.
      const rounding = Number.EPSILON * 8 * Math.max(1, Math.abs(value));
      return plain(Math.abs(response.value - value) <= tolerance + rounding);
    }
    case 'order':
      return places(question.type === 'order' ? question.options.length : 0, response.order);
    case 'match':
      return places(question.type === 'match' ? question.pairs.length : 0, response.rights);
  }
}

function plain(right: boolean): Verdict {
  return { right, missed: [], wrong: [] };
}

/** In the bank every item stands in its right place, so place i must hold item i. */
function places(size: number, given: readonly number[]): Verdict {
  const wrong = Array.from({ length: size }, (_, i) => i).filter((i) => given[i] !== i);
  return { right: wrong.length === 0 && given.length === size, missed: [], wrong };
}

/** The response that is right; for showing it, and for tests. */
export function rightResponse(question: Question): Response {
  switch (question.type) {
    case 'single':
      return { type: 'single', option: question.answer };
    case 'multiple':
      return { type: 'multiple', options: question.answer };
    case 'judge':
      return { type: 'judge', value: question.answer };
    case 'number':
      return { type: 'number', value: question.answer.value };
    case 'order':
      return { type: 'order', order: question.options.map((_, i) => i) };
    case 'match':
      return { type: 'match', rights: question.pairs.map((_, i) => i) };
  }
}

import type MatchAnswer from './MatchAnswer.svelte';
import type NumberAnswer from './NumberAnswer.svelte';
import type OrderAnswer from './OrderAnswer.svelte';

/** Answer fields of the types that never open a page; they stay out of the first download. */
export interface LoadedAnswers {
  NumberAnswer: typeof NumberAnswer;
  OrderAnswer: typeof OrderAnswer;
  MatchAnswer: typeof MatchAnswer;
}

export async function loadAnswers(): Promise<LoadedAnswers> {
  const [number, order, match] = await Promise.all([
    import('./NumberAnswer.svelte'),
    import('./OrderAnswer.svelte'),
    import('./MatchAnswer.svelte'),
  ]);
  return { NumberAnswer: number.default, OrderAnswer: order.default, MatchAnswer: match.default };
}

import type { Verdict } from '$lib/domain/bank/grade.ts';
import type { Award } from '$lib/domain/points/award.ts';
import { resultText } from '$lib/ui/text/result.ts';

/**
 * What is said of a right answer whose question had paid already.
 * @param awards that came with the answer now; absent where it was given before
 */
export function paidBefore({ right }: Verdict, awards: readonly Award[] | undefined): string {
  const paid = right && awards && !awards.some(({ kind }) => kind === 'question');
  return paid ? resultText.paidBefore : '';
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { AuthoredQuestion } from '../../domain/bank/question.ts';
import { Review, reviewedContent } from '../../domain/bank/review.ts';

/** The first 16 hex digits of SHA-256, as a review names the content that was read. */
export const contentHash = (q: AuthoredQuestion): string =>
  createHash('sha256').update(reviewedContent(q)).digest('hex').slice(0, 16);

/**
 * Reads `review.jsonl` of a bank's folder.
 * @throws Error with the line that is not a review
 */
export function readReviews(directory: string): Review[] {
  const lines = readFileSync(join(directory, 'review.jsonl'), 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [v.parse(Review, JSON.parse(line))];
    } catch (cause) {
      throw new Error(`questions/review.jsonl, line ${i + 1}: no review`, { cause });
    }
  });
}

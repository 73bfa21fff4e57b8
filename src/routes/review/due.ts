import { askedOn } from '$lib/domain/review/agenda.ts';
import { readReview } from '$lib/device/review.ts';

/** How many questions 错题本 has for today; nothing where that cannot be known now. */
export async function countDue(): Promise<number | undefined> {
  const review = await readReview().catch(() => undefined);
  return review && askedOn(review.agenda, review.today).length;
}

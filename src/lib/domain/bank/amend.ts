import type { Day } from '../points/day.ts';
import type { Notice } from './notice.ts';
import type { AuthoredQuestion } from './question.ts';

// What the build makes of `withdrawn` and `corrected`.

/**
 * What stands for a question: itself, or for a withdrawn one its substitute, or what stands for that; undefined where
 * nothing does.
 */
export function substitution(
  questions: readonly AuthoredQuestion[],
): (id: string) => string | undefined {
  const withdrawn = new Map(
    questions.flatMap((q) => (q.withdrawn ? [[q.id, q.withdrawn.instead]] : [])),
  );
  return (id) => {
    let now: string | undefined = id;
    // More steps than there are withdrawn questions would go round in a circle.
    for (let steps = 0; now !== undefined && withdrawn.has(now); steps++)
      now = steps < withdrawn.size ? withdrawn.get(now) : undefined;
    return now;
  };
}

/** The calendar with what stands for each question; where nothing does the day is shorter. */
export function calendarOf(
  daily: Record<Day, string[]>,
  questions: readonly AuthoredQuestion[],
): Record<Day, string[]> {
  const current = substitution(questions);
  return Object.fromEntries(
    Object.entries(daily).map(([date, ids]) => [
      date,
      [...new Set(ids.flatMap((id) => current(id) ?? []))],
    ]),
  );
}

/** In the order of the files. What was corrected and withdrawn later is told of as withdrawn. */
export function noticesOf(questions: readonly AuthoredQuestion[]): Notice[] {
  const current = substitution(questions);
  return questions.flatMap(({ id: questionId, withdrawn, corrected }): Notice[] => {
    if (!withdrawn) return corrected ? [{ questionId, kind: 'corrected', ...corrected }] : [];
    const { on, says } = withdrawn;
    const instead = current(questionId);
    const notice = { questionId, on, kind: 'withdrawn' as const };
    return [{ ...notice, ...(says && { says }), ...(instead && { instead }) }];
  });
}

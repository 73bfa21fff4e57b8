import { dayAt } from '$lib/domain/points/day.ts';
import type { Round, RoundKind } from '$lib/domain/quiz/round.ts';
import { askedOn, reviewOf } from '$lib/domain/review/agenda.ts';
import { answeredOf } from '$lib/domain/review/book.ts';
import type { Question } from '$lib/domain/bank/pack.ts';
import type { Choosing, Plan } from '../plan.ts';
import { answersOf, reportOf, type RoundReport } from './report.ts';

/** A round of 错题本: what is to be asked today. A round that was left is finished with the questions it has. */
export class ReviewPlan implements Plan {
  /** What the round was chosen from. Its result is told from the same, so it is there at once and nothing jumps. */
  #from: Choosing | undefined;

  of(): RoundKind {
    return { kind: 'review' };
  }

  choose(from: Choosing): readonly Question[] {
    this.#from = from;
    const { questions, attempts, round, nowMs } = from;
    if (round) return [];
    const { agenda, today } = reviewOf(attempts.map(answeredOf), questions, dayAt(nowMs));
    return askedOn(agenda, today).flatMap(({ questionId }) => questions.get(questionId) ?? []);
  }

  /** Nothing where another tab has played the round to its end before this one knew of anything. */
  reportOn(round: Round, nowMs: number): RoundReport | undefined {
    if (!this.#from) return undefined;
    const { questions, attempts } = this.#from;
    const answers = [...attempts.map(answeredOf), ...answersOf(round)];
    return reportOf(round, reviewOf(answers, questions, dayAt(nowMs)), questions);
  }
}

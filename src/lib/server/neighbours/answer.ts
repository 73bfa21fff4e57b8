import { dayAt } from '../../domain/points/day.ts';
import {
  LEAST_ANSWERS,
  MOST_QUESTIONS,
  type NeighboursAnswer,
} from '../../domain/sync/neighbours.ts';
import type { Park } from '../park.ts';
import { firstDay } from './tally.ts';

/** An answer is good for so long: it changes slowly, and a whole park asks for it. */
const GOOD_MS = 5 * 60_000;

/** What the neighbours got wrong most, counted at most every few minutes however many ask. */
export class Neighbours {
  readonly #park: Pick<Park, 'store' | 'packs' | 'bank' | 'clock'>;
  #last: { atMs: number; answer: Promise<NeighboursAnswer> } | undefined;

  constructor(park: Pick<Park, 'store' | 'packs' | 'bank' | 'clock'>) {
    this.#park = park;
  }

  answer(): Promise<NeighboursAnswer> {
    const nowMs = this.#park.clock();
    if (this.#last && Math.abs(nowMs - this.#last.atMs) < GOOD_MS) return this.#last.answer;
    const next = { atMs: nowMs, answer: this.#count(nowMs) };
    this.#last = next;
    next.answer.catch(() => {
      if (this.#last === next) this.#last = undefined;
    });
    return next.answer;
  }

  async #count(nowMs: number): Promise<NeighboursAnswer> {
    const { store, packs, bank } = this.#park;
    const inPlay = (await packs.find(bank.packHash))?.questions;
    const rows = await store.read
      .selectFrom('question_tally')
      .select((e) => [
        'question_id as id',
        e.fn.sum<number>('answers').as('answers'),
        e.fn.sum<number>('right').as('right'),
      ])
      .where('day', '>=', firstDay(nowMs))
      // Before it was corrected it was another question.
      .where((e) =>
        e.and(
          bank.notices.list
            .filter(({ kind }) => kind === 'corrected')
            .map(({ questionId, on }) =>
              e.or([e('question_id', '!=', questionId), e('day', '>=', on)]),
            ),
        ),
      )
      .groupBy('question_id')
      .having((e) => e.fn.sum('answers'), '>=', LEAST_ANSWERS)
      .execute();
    const questions = rows
      .filter(({ id, answers, right }) => inPlay?.has(id) && Number(right) < Number(answers))
      .map(({ id, answers, right }) => ({
        id,
        answers: Number(answers),
        rightShare: Math.round((100 * Number(right)) / Number(answers)) / 100,
      }))
      .sort(
        (a, b) => a.rightShare - b.rightShare || b.answers - a.answers || (a.id < b.id ? -1 : 1),
      );
    return { day: dayAt(nowMs), questions: questions.slice(0, MOST_QUESTIONS) };
  }
}

import { topicOf, type Pack, type Question } from '$lib/domain/bank/pack.ts';
import type { Day } from '$lib/domain/points/day.ts';
import type { Attempt } from '$lib/domain/quiz/attempt.ts';
import { composeDailyRound, composeTopicRound } from '$lib/domain/quiz/compose.ts';
import type { Round, RoundKind } from '$lib/domain/quiz/round.ts';
import { standingsOf } from '$lib/device/journal.ts';

/** How a page's round gets its questions. */
export interface Plan {
  of(today: Day): RoundKind;
  /**
   * The questions of the round, those that it has already among them or not; where the next one depends on the answers
   * so far, the next, which is the one that waits for its answer as long as there is one. Nothing where there is none
   * (any more).
   */
  choose(from: Choosing): readonly Question[];
  /** How long the round will be, where its questions are chosen one by one. */
  size?: number;
  /** Once finished, it is shown again instead of begun anew. */
  once?: true;
}

/** What is said where there is nothing to ask, with the way on. */
export interface None {
  says: string;
  why: string;
  to: { href: string; label: string };
}

/** What a round's questions are chosen from. */
export interface Choosing {
  of: RoundKind;
  pack: Pack;
  questions: ReadonlyMap<string, Question>;
  /** All that this phone knows of. */
  attempts: readonly Attempt[];
  /** Absent before the first question. */
  round: Round | undefined;
  /** The question that it begins with, or is to begin with. */
  openingId: string | undefined;
  seed: number;
  nowMs: number;
}

export const dailyPlan: Plan = {
  of: (date) => ({ kind: 'daily', date }),
  once: true,
  choose({ of, pack, questions, openingId }) {
    const ids = of.kind === 'daily' ? (pack.daily[of.date] ?? []) : [];
    const five = ids.flatMap((id) => questions.get(id) ?? []);
    return composeDailyRound(five, openingId);
  },
};

export function topicPlan(topic: string): Plan {
  return {
    of: () => ({ kind: 'topic', topic }),
    choose({ pack, attempts, openingId, seed, nowMs }) {
      const standings = standingsOf(attempts, nowMs);
      const standingOf = (id: string) => standings.get(id) ?? 'new';
      const questions = topicOf(pack, topic)?.questions ?? [];
      return composeTopicRound(questions, standingOf, seed, openingId);
    },
  };
}

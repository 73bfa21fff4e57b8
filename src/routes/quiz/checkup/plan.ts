import { answersOf, booksOf, CHECKUP_SIZE } from '$lib/domain/checkup/book.ts';
import { lastSeenOf, nextQuestion } from '$lib/domain/checkup/choose.ts';
import type { Plan } from '../plan.ts';

/** 法治体检: each question depends on the answers before it. */
export const checkupPlan: Plan = {
  of: () => ({ kind: 'checkup' }),
  size: CHECKUP_SIZE,
  choose({ pack, questions, attempts, round, seed, nowMs }) {
    const waiting = round?.items.find(({ answer }) => !answer);
    const asked = waiting && questions.get(waiting.questionId);
    if (asked) return [asked];
    const answers = round ? answersOf(round) : [];
    const next = nextQuestion(booksOf(pack), answers, {
      seed,
      lastSeen: lastSeenOf(attempts, nowMs),
    });
    return next.is === 'question' ? [next.question] : [];
  },
};

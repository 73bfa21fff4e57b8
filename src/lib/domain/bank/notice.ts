import type { Day } from '../points/day.ts';
import { questionsOf, type Pack, type Question } from './pack.ts';

/** What those who answered a question before are told of it: that it is out of play, or not what it was. */
export interface Notice {
  questionId: string;
  /** The day it was decided on; a later one about the same question is news again. */
  on: Day;
  kind: 'withdrawn' | 'corrected';
  /** What was wrong, or what the law now is. */
  says?: string;
  /** The question that takes the place of a withdrawn one. */
  instead?: string;
}

export type Notices = ReadonlyMap<string, Notice>;

export const byQuestion = (notices: readonly Notice[]): Notices =>
  new Map(notices.map((notice) => [notice.questionId, notice]));

/** Whether a question as a pack has it is what the notice is about: out of play, or from before its correction. */
export const isOutdated = (question: Question, { kind, on }: Notice): boolean =>
  kind === 'withdrawn' || (question.corrected ?? '') < on;

/** Whether a question of a pack may be asked in a new round. */
const isAsked = (question: Question | undefined, notices: Notices): question is Question => {
  const notice = question && notices.get(question.id);
  return question !== undefined && !(notice && isOutdated(question, notice));
};

/**
 * The questions of a day as they have to be answered for its award. One that is not asked any more counts where it was
 * answered (the round was under way, or the phone had not heard of it); else its substitute does, and where the pack
 * has none, nothing is missing.
 * @param questions of the pack whose calendar it is
 */
export function stillAsked(
  five: readonly string[],
  questions: ReadonlyMap<string, Question>,
  notices: Notices,
  answered: ReadonlySet<string> = new Set(),
): string[] {
  const counting = (id: string): string | [] => {
    if (answered.has(id) || isAsked(questions.get(id), notices)) return id;
    const instead = questions.get(notices.get(id)?.instead ?? '');
    return isAsked(instead, notices) ? instead.id : [];
  };
  return [...new Set(five.flatMap(counting))];
}

/**
 * A pack that may be older than the notices, as a new round is made from it: without what is not asked any more, with
 * the substitutes in its calendar. A round under way needs the pack as it was.
 */
export function inForce(pack: Pack, list: readonly Notice[]): Pack {
  const notices = byQuestion(list);
  const questions = questionsOf(pack);
  const topics = pack.topics.map((topic) => ({
    ...topic,
    questions: topic.questions.filter((question) => isAsked(question, notices)),
  }));
  const days = Object.entries(pack.daily).map(
    ([date, five]) => [date, stillAsked(five, questions, notices)] as const,
  );
  const stations = pack.stations?.map((station) => ({
    ...station,
    questions: stillAsked(station.questions, questions, notices),
  }));
  return { ...pack, topics, daily: Object.fromEntries(days), ...(stations && { stations }) };
}

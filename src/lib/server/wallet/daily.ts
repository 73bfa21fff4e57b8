import { fiveInForce } from '../../domain/bank/notice.ts';
import type { Day } from '../../domain/points/day.ts';
import type { NoticesInForce } from '../bank/notices.ts';
import type { ScoringPack } from '../bank/packs.ts';
import type { Awardable } from './awards.ts';

/** What an attempt's pack asks of a day's 今日五题, less what has been taken out of play since; nothing off the calendar. */
export function dailyQuestionsIn(
  scoring: ScoringPack | undefined,
  date: Day,
  { byQuestion }: NoticesInForce,
): Pick<Awardable, 'dailyQuestions'> {
  const five = scoring?.pack.daily[date];
  if (!five) return {};
  return {
    dailyQuestions: (answered) => fiveInForce(five, scoring.questions, byQuestion, answered),
  };
}

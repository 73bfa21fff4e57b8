import type { Day } from '../points/day.ts';
import type { Campaign } from '../points/campaign.ts';
import type { Station, Trail } from './trail.ts';

/** The build of the bank that a phone plays from. Immutable; its name is the hash of its bytes. */
export interface Pack {
  format: 1;
  campaign: Campaign;
  topics: Topic[];
  /** 今日五题: day → the five question ids. */
  daily: Record<Day, string[]>;
  /** Where the stations belong to; like them missing from packs that are older than the trail. */
  trail?: Trail;
  /** In the order in which they are walked. */
  stations?: Station[];
}

/** Where topics come from: the Civil Code, the newspaper article, or the other laws that the article touches. */
export const COLLECTIONS = ['civil-code', 'keqiao', 'neighbourhood'] as const;
export type Collection = (typeof COLLECTIONS)[number];

export interface Topic {
  id: string;
  collection: Collection;
  title: string;
  summary: string;
  questions: Question[];
}

interface Shared {
  id: string;
  difficulty: 1 | 2 | 3;
  stem: string;
  explanation: string;
  sources: Citation[];
  /** Why a wrong option is wrong, by option index. */
  why?: Record<number, string>;
  asOf?: string;
  /** Since when its text or key is as it is here, where it was another one before. */
  corrected?: Day;
}

/** Options are in the order of the bank; answers are indices into it. */
export type Question =
  | (Shared & { type: 'single'; options: string[]; answer: number; fixed?: true })
  | (Shared & { type: 'multiple'; options: string[]; answer: number[]; fixed?: true })
  | (Shared & { type: 'judge'; answer: boolean })
  | (Shared & { type: 'number'; answer: { value: number; unit: string; tolerance: number } })
  | (Shared & { type: 'order'; options: string[] })
  | (Shared & { type: 'match'; pairs: [string, string][] });

/** Where an answer comes from: the newspaper article, or an article of a law. */
export type Citation = { report: number } | { law: string; article: number };

export class PackUnreadable extends Error {
  readonly code = 'pack-unreadable';
}

/**
 * Reads the bytes of a pack. The build validated them against the bank's schema and their hash is their name, so
 * only the envelope is checked here: this runs on the way to the second question.
 * @throws PackUnreadable when the text is not a pack of this format
 */
export function readPack(text: string): Pack {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PackUnreadable('the pack is not JSON', { cause });
  }
  const pack = value as Partial<Pack> | null;
  if (pack?.format !== 1 || !Array.isArray(pack.topics) || !pack.daily || !pack.campaign) {
    throw new PackUnreadable('the pack has another format');
  }
  return pack as Pack;
}

export function topicOf(pack: Pack, topicId: string): Topic | undefined {
  return pack.topics.find((topic) => topic.id === topicId);
}

/** Questions by id. */
export function questionsOf(pack: Pack): Map<string, Question> {
  return new Map(pack.topics.flatMap((topic) => topic.questions.map((q) => [q.id, q])));
}

/** The question a page is first printed with: one tap answers it, and its options keep their order. */
export function openingOf(questions: readonly Question[]): Question | undefined {
  return questions.find((q) => q.type === 'single') ?? questions.find((q) => q.type === 'judge');
}

/** The question that comes with it, so that 下一题 need not wait for the pack: one answered by tapping, too. */
export function secondOf(questions: readonly Question[]): Question | undefined {
  const opening = openingOf(questions);
  return questions.find((q) => q !== opening && ['single', 'multiple', 'judge'].includes(q.type));
}

import type { Pack, Question, Topic } from '../bank/pack.ts';
import { lawsCited, type CitedArticle } from './articles.ts';
import { folded, has } from './words.ts';

/** A question as the search shows it. */
export interface Entry {
  question: Question;
  topic: Pick<Topic, 'id' | 'title'>;
}

/** What of a question is searched: its parts, folded, the one that says most first. */
export interface SearchedText {
  entry: Entry;
  parts: { text: string; weight: number }[];
  /** All of them, for a first look. */
  whole: string;
}

export function entriesOf(pack: Pack): Entry[] {
  return pack.topics.flatMap(({ id, title, questions }) =>
    questions.map((question) => ({ question, topic: { id, title } })),
  );
}

export function searchedText(
  entry: Entry,
  articleOf: (law: string, article: number) => CitedArticle | undefined,
): SearchedText {
  const { question, topic } = entry;
  const cited = lawsCited(question);
  const names = cited.flatMap(({ law, article }) => articleOf(law, article)?.names ?? []);
  const about = [topic.title, ...cited.map(({ law }) => law)];
  const part = (weight: number, ...texts: string[]) => ({ text: folded(texts.join('\n')), weight });
  const parts = [
    part(4, question.stem),
    part(3, ...names),
    part(1.5, ...choicesOf(question)),
    part(1, ...about),
    part(0.7, question.explanation),
  ];
  return { entry, parts, whole: parts.map(({ text }) => text).join('\n') };
}

function choicesOf(question: Question): string[] {
  if (question.type === 'match') return question.pairs.flat();
  return 'options' in question ? question.options : [];
}

/** How much a word says in a text, over all parts it stands in; 0 where it does not. */
export function weightIn({ whole, parts }: SearchedText, word: string): number {
  if (!has(whole, word)) return 0;
  return parts.reduce((sum, { text, weight }) => (has(text, word) ? sum + weight : sum), 0);
}

import type { Pack, Question, Topic } from '../bank/pack.ts';
import { lawsCited, type CitedArticle } from './articles.ts';

/** A question as the search shows it. */
export interface Entry {
  question: Question;
  topic: Pick<Topic, 'id' | 'title'>;
}

/** What of a question is searched. */
export interface SearchedText {
  id: string;
  stem: string;
  /** What the articles it cites are called. */
  names: string;
  choices: string;
  /** Its topic and its laws. */
  about: string;
  explanation: string;
}

/** How much a word counts by where it stands. */
export const WEIGHTS = {
  stem: 4,
  names: 3,
  choices: 1.5,
  about: 1,
  explanation: 0.7,
} satisfies Partial<Record<keyof SearchedText, number>>;

export function entriesOf(pack: Pack): Entry[] {
  return pack.topics.flatMap(({ id, title, questions }) =>
    questions.map((question) => ({ question, topic: { id, title } })),
  );
}

export function searchedText(
  { question, topic }: Entry,
  articleOf: (law: string, article: number) => CitedArticle | undefined,
): SearchedText {
  const cited = lawsCited(question);
  const names = cited.flatMap(({ law, article }) => articleOf(law, article)?.names ?? []);
  const laws = new Set(cited.map(({ law }) => law));
  return {
    id: question.id,
    stem: question.stem,
    names: names.join(' '),
    choices: choicesOf(question).join(' '),
    about: [topic.title, ...laws].join(' '),
    explanation: question.explanation,
  };
}

function choicesOf(question: Question): string[] {
  if (question.type === 'match') return question.pairs.flat();
  return 'options' in question ? question.options : [];
}

import type { Pack, Question, Topic } from '../bank/pack.ts';
import { lawsCited, type CitedArticle } from './articles.ts';
import { wordsOf } from './words.ts';

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
  /** Words that only the explanation has, a space apart: a third of the bank's text, half of it said before. */
  further: string;
}

/** How much a word counts by where it stands. */
export const WEIGHTS = {
  stem: 4,
  names: 3,
  choices: 1.5,
  about: 1,
  further: 0.7,
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
  const text = {
    stem: question.stem,
    names: names.join(' '),
    choices: choicesOf(question).join(' '),
    about: [topic.title, ...laws].join(' '),
  };
  const before = new Set(Object.values(text).flatMap(wordsOf));
  const further = wordsOf(question.explanation).filter((w) => w.length > 1 && !before.has(w));
  return { id: question.id, ...text, further: [...new Set(further)].join(' ') };
}

/** The words of one part of it. */
export function wordsIn(part: string, text: string): string[] {
  return part === 'further' ? text.split(' ') : wordsOf(text);
}

function choicesOf(question: Question): string[] {
  if (question.type === 'match') return question.pairs.flat();
  return 'options' in question ? question.options : [];
}

import type { Names } from '../bank/names.ts';
import type { Pack, Question } from '../bank/pack.ts';
import { folded, phrasesOf } from './words.ts';

/** An article of a law that questions cite. */
export interface CitedArticle {
  law: string;
  article: number;
  /** What people call it, the best name first; empty where none is written down. */
  names: readonly string[];
  /** The questions that cite it, in the order of the bank. */
  questionIds: string[];
}

/** Every article that the pack cites, the law with the most of them first, each law in its order. */
export function citedArticles(pack: Pack, names: Names): CitedArticle[] {
  const laws = new Map<string, Map<number, CitedArticle>>();
  for (const question of pack.topics.flatMap((topic) => topic.questions))
    for (const { law, article } of lawsCited(question)) {
      const own = laws.get(law) ?? new Map<number, CitedArticle>();
      const cited = own.get(article) ?? {
        ...{ law, article, questionIds: [] },
        names: names[law]?.[article] ?? [],
      };
      cited.questionIds.push(question.id);
      laws.set(law, own.set(article, cited));
    }
  return [...laws.values()]
    .sort((a, b) => b.size - a.size)
    .flatMap((own) => [...own.values()].sort((a, b) => a.article - b.article));
}

export function lawsCited(question: Question): { law: string; article: number }[] {
  return question.sources.flatMap((source) => ('law' in source ? [source] : []));
}

/** The articles that go by a name in the query, or by a name that the query is part of. The nearest names come first. */
export function articlesCalled(query: string, articles: readonly CitedArticle[]): CitedArticle[] {
  const phrases = phrasesOf(query).filter((phrase) => phrase.length > 1);
  if (phrases.length === 0) return [];
  const distance = (article: CitedArticle) =>
    Math.min(...article.names.map((name) => apart(folded(name), phrases)));
  return articles
    .map((article) => ({ article, distance: distance(article) }))
    .filter(({ distance }) => distance < Infinity)
    .sort((a, b) => a.distance - b.distance)
    .map(({ article }) => article);
}

/** By how many characters a name and the phrases differ; infinite when neither holds the other. */
function apart(name: string, phrases: readonly string[]): number {
  if (phrases.every((phrase) => name.includes(phrase)))
    return name.length - phrases.join('').length;
  if (phrases.some((phrase) => phrase.includes(name))) return phrases.join('').length - name.length;
  return Infinity;
}

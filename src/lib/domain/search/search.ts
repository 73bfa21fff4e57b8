import type { Names } from '../bank/names.ts';
import type { Pack } from '../bank/pack.ts';
import { articlesCalled, citedArticles, type CitedArticle } from './articles.ts';
import { lawNamed, referenceIn } from './reference.ts';
import { entriesOf, searchedText, weightIn, type Entry, type SearchedText } from './texts.ts';
import { has, isTelling, phrasesOf, wordsSought } from './words.ts';
import { worthShowing, type Hit } from './worth.ts';

export interface Found {
  articles: CitedArticle[];
  /** Best first. */
  questions: Entry[];
  /** No question has all that was typed; these come near. */
  near: boolean;
  /** What was looked for in the text, for marking it. */
  words: string[];
}

/**
 * Finds questions and articles of a pack by word. It reads through the whole bank for every query: some 80,000
 * characters, a few milliseconds on a slow phone. To make an index of them took such a phone ten times as long as
 * everything that is ever asked of it (`npm run bench -- search`).
 */
export class Search {
  readonly #texts: ReadonlyMap<string, SearchedText>;
  readonly #articles: readonly CitedArticle[];
  readonly #laws: readonly string[];

  constructor(pack: Pack, names: Names) {
    this.#articles = citedArticles(pack, names);
    this.#laws = [...new Set(this.#articles.map(({ law }) => law))];
    const byName = new Map(this.#articles.map((cited) => [`${cited.law} ${cited.article}`, cited]));
    this.#texts = new Map(
      entriesOf(pack).map((entry) => [
        entry.question.id,
        searchedText(entry, (law, article) => byName.get(`${law} ${article}`)),
      ]),
    );
  }

  /** @param query as it was typed */
  find(query: string): Found {
    const words = wordsSought(query);
    const reference = referenceIn(query, this.#laws);
    if (!reference) return this.#findWords(query, words);
    const articles = this.#articles.filter(
      ({ law, article }) => article === reference.article && reference.laws.includes(law),
    );
    const citing = this.#citing(articles);
    if (!reference.bare) return { articles, questions: citing, near: false, words: [] };
    // The number may also stand in a question.
    const { questions } = this.#questions(query, words);
    return { articles, questions: [...new Set([...citing, ...questions])], near: false, words };
  }

  #findWords(query: string, words: string[]): Found {
    const { questions, near } = this.#questions(query, words);
    const law = lawNamed(query, this.#laws);
    const articles = law
      ? this.#articles.filter((cited) => cited.law === law)
      : articlesCalled(query, this.#articles);
    if (questions.length > 0 && !near) return { articles, questions, near, words };
    // What it is called stands somewhere in a longer query: that is nearer than a few common words.
    const citing = this.#citing(articles);
    return { articles, questions: [...new Set([...citing, ...questions])], near, words };
  }

  #questions(query: string, words: string[]): Pick<Found, 'questions' | 'near'> {
    const { ids, near } = worthShowing(this.#hits(words), words, words.filter(isTelling));
    const phrases = phrasesOf(query);
    const verbatim = (id: string) => {
      const stem = this.#texts.get(id)?.parts[0]?.text ?? '';
      return phrases.every((phrase) => has(stem, phrase));
    };
    // What stands in the question word for word goes first.
    const first = near ? [] : ids.filter(verbatim);
    return { questions: this.#named([...first, ...ids]), near };
  }

  /** Every question with at least one of the words, best first; rare words and telling places count more. */
  #hits(words: readonly string[]): Hit[] {
    const holders = words.map(() => 0);
    const found: { id: string; weights: number[] }[] = [];
    for (const [id, text] of this.#texts) {
      const weights = words.map((word) => weightIn(text, word));
      if (!weights.some(Boolean)) continue;
      found.push({ id, weights });
      for (const [w, weight] of weights.entries()) if (weight) holders[w] = (holders[w] ?? 0) + 1;
    }
    const rarity = holders.map((n) => Math.log(1 + this.#texts.size / (n || 1)));
    return found
      .map(({ id, weights }) => ({
        id,
        words: words.filter((_, w) => weights[w]),
        score: weights.reduce((sum, weight, w) => sum + weight * (rarity[w] ?? 0), 0),
      }))
      .sort((a, b) => b.score - a.score);
  }

  #citing(articles: readonly CitedArticle[]): Entry[] {
    return this.#named(articles.flatMap(({ questionIds }) => questionIds));
  }

  #named(ids: readonly string[]): Entry[] {
    return [...new Set(ids)].flatMap((id) => this.#texts.get(id)?.entry ?? []);
  }
}

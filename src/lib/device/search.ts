import MiniSearch from 'minisearch';
import type { Names } from '../domain/bank/names.ts';
import type { Pack } from '../domain/bank/pack.ts';
import { articlesCalled, citedArticles, type CitedArticle } from '../domain/search/articles.ts';
import {
  WEIGHTS,
  entriesOf,
  searchedText,
  wordsIn,
  type Entry,
  type SearchedText,
} from '../domain/search/entries.ts';
import { lawNamed, referenceIn } from '../domain/search/reference.ts';
import { folded, isBeginning, keyOf, phrasesOf, wordsSought } from '../domain/search/words.ts';
import { worthShowing } from '../domain/search/worth.ts';

export interface Found {
  articles: CitedArticle[];
  /** Best first. */
  questions: Entry[];
  /** No question has all that was typed; these come near. */
  near: boolean;
  /** What was looked for in the text, for marking it. */
  words: string[];
}

/** So many questions are indexed before the page has its turn again. */
const AT_ONCE = 100;

/** Finds questions and articles of a pack by word, without a signal. */
export class Search {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #articles: readonly CitedArticle[];
  readonly #laws: readonly string[];
  readonly #index: MiniSearch<SearchedText>;

  private constructor(
    entries: ReadonlyMap<string, Entry>,
    articles: readonly CitedArticle[],
    index: MiniSearch<SearchedText>,
  ) {
    this.#entries = entries;
    this.#articles = articles;
    this.#laws = [...new Set(articles.map(({ law }) => law))];
    this.#index = index;
  }

  /** Reads the whole bank into an index, a part at a time: a slow phone goes on answering to the thumb. */
  static async over(pack: Pack, names: Names): Promise<Search> {
    const entries = entriesOf(pack);
    const articles = citedArticles(pack, names);
    const byName = new Map(articles.map((cited) => [`${cited.law} ${cited.article}`, cited]));
    const index = new MiniSearch<SearchedText>({
      fields: Object.keys(WEIGHTS),
      tokenize: (text, part) => wordsIn(part ?? '', text),
      processTerm: keyOf,
      searchOptions: { tokenize: wordsSought, boost: WEIGHTS, prefix: isBeginning },
    });
    await index.addAllAsync(
      entries.map((entry) => searchedText(entry, (law, n) => byName.get(`${law} ${n}`))),
      { chunkSize: AT_ONCE },
    );
    return new Search(new Map(entries.map((e) => [e.question.id, e])), articles, index);
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
    const law = lawNamed(query, this.#laws);
    if (law) {
      const articles = this.#articles.filter((cited) => cited.law === law);
      return { articles, words, ...this.#questions(query, words) };
    }
    const articles = articlesCalled(query, this.#articles);
    const { questions, near } = this.#questions(query, words);
    if (questions.length > 0 && !near) return { articles, questions, near, words };
    // What it is called stands somewhere in a longer query: that is nearer than a few common words.
    const citing = this.#citing(articles);
    return { articles, questions: [...new Set([...citing, ...questions])], near, words };
  }

  #citing(articles: readonly CitedArticle[]): Entry[] {
    return this.#named(articles.flatMap(({ questionIds }) => questionIds));
  }

  #questions(query: string, words: string[]): Pick<Found, 'questions' | 'near'> {
    const results = this.#index.search(query);
    const hits = results.map(({ id, queryTerms }) => ({ id: id as string, words: queryTerms }));
    const sought = words.map(keyOf);
    const { ids, near } = worthShowing(
      hits,
      sought,
      sought.filter((key) => !isBeginning(key)),
    );
    const questions = this.#named(ids);
    if (near) return { questions, near };
    const phrases = phrasesOf(query);
    const verbatim = ({ question }: Entry) => {
      const stem = folded(question.stem);
      return phrases.every((phrase) => stem.includes(phrase));
    };
    // What stands in the question word for word goes first.
    questions.sort((a, b) => Number(verbatim(b)) - Number(verbatim(a)));
    return { questions, near };
  }

  #named(ids: readonly string[]): Entry[] {
    return [...new Set(ids)].flatMap((id) => this.#entries.get(id) ?? []);
  }
}

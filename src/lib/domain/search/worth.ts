/** A question in which at least one of the words was found. */
export interface Hit {
  id: string;
  /** Those of the sought words that it has. */
  words: readonly string[];
}

export interface Worth {
  ids: string[];
  /** None has all the words; these have the more telling ones. */
  near: boolean;
}

/** Of what is only near, more than this is noise. */
const NEAR_AT_MOST = 20;

/**
 * What is worth showing: the hits with every word that was sought. If there is none, a word may be mistyped or said
 * otherwise: then those that have at least half of what the bank knows of the telling words, the rare ones counting
 * more, and only if it knows a third of them at all.
 * @param hits best first; the order stays
 * @param sought the words of the query, each once
 * @param telling those of them that say something by themselves: no single character, no number
 */
export function worthShowing(
  hits: readonly Hit[],
  sought: readonly string[],
  telling: readonly string[],
): Worth {
  const full = hits.filter(({ words }) => words.length === sought.length);
  if (full.length > 0) return { ids: full.map(({ id }) => id), near: false };
  const holders = new Map(
    telling.map((word) => [word, hits.filter(({ words }) => words.includes(word)).length]),
  );
  const known = telling.filter((word) => holders.get(word));
  if (known.length === 0 || known.length * 3 < telling.length) return { ids: [], near: false };
  const weight = (words: readonly string[]) =>
    known
      .filter((word) => words.includes(word))
      .reduce((sum, word) => sum + Math.log(1 + hits.length / (holders.get(word) ?? 1)), 0);
  const near = hits.filter(({ words }) => weight(words) * 2 >= weight(known));
  return { ids: near.slice(0, NEAR_AT_MOST).map(({ id }) => id), near: near.length > 0 };
}

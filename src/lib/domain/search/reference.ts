import { numberOf } from './numeral.ts';
import { folded } from './words.ts';

/** An article that a query names. Several laws where the query leaves open which. */
export interface Reference {
  laws: string[];
  article: number;
  /** Nothing but the number stands there: it may as well be meant as a number. */
  bare: boolean;
}

const NUMERAL = '\\d{1,4}|[〇零一二两三四五六七八九十百千]{1,9}';
const ARTICLE = new RegExp(`^(.*?)(第?)(${NUMERAL})(条?)(?:第(?:${NUMERAL})[款项])*$`);

/** Only what tells names apart: no brackets, no spaces, no 中华人民共和国. */
function nameKey(text: string): string {
  return folded(text)
    .replace(/[^a-z0-9\u3007\u3400-\u9fff]/g, '')
    .replace(/^中华人民共和国/, '');
}

/** The law whose name the query is, with nothing else. */
export function lawNamed(query: string, laws: readonly string[]): string | undefined {
  const name = nameKey(query);
  return laws.find((law) => nameKey(law) === name);
}

/**
 * The article that a query names: `1254`, `民法典1254`, `第一千二百五十四条`, `《民法典》第1254条第二款`. A part of a
 * law's name is enough. A Chinese numeral alone counts from three characters: 三 may mean anything.
 * @param laws their names in the bank
 */
export function referenceIn(query: string, laws: readonly string[]): Reference | undefined {
  if (lawNamed(query, laws)) return undefined;
  const [, name = '', before, numeral = '', after] = ARTICLE.exec(nameKey(query)) ?? [];
  const article = numberOf(numeral);
  if (article === undefined) return undefined;
  const marked = Boolean(before || after);
  const arabic = /^\d/.test(numeral);
  if (name === '') {
    if (!arabic && !marked && numeral.length < 3) return undefined;
    return { laws: [...laws], article, bare: !marked };
  }
  const exact = laws.filter((law) => nameKey(law) === name);
  if (exact.length > 0) return { laws: exact, article, bare: false };
  const part = laws.filter((law) => name.length > 1 && nameKey(law).includes(name));
  return part.length > 0 && (arabic || marked) ? { laws: part, article, bare: false } : undefined;
}

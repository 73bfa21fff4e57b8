// Chinese is written without spaces, so what is sought is cut into overlapping pairs of characters: a text that has all
// of them has what was meant, and one mistyped character spoils only two. A browser's own segmenter would cut
// 离婚冷静期 differently in the text and in the query, and old web views have none.

const RUN = /[a-z0-9]+(?:\.\d+)?|[\u3400-\u9fff]+/g;
const FIRST_HAN = 0x3400;

const isHan = (word: string) => word.charCodeAt(0) >= FIRST_HAN;

/** As letters and digits are compared: half-width, lower case. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** What is asked with but not asked for. */
const ASKING =
  /请问|想问|我想|怎么办|怎么样|怎么|怎样|什么|多少|多久|如何|是不是|能不能|可不可以|会不会|可以|应该|[吗呢呀啊？?]/g;

/** The unbroken pieces of a query without its asking words; of the whole query where nothing else is in it. */
export function phrasesOf(query: string): string[] {
  const text = folded(query);
  const meant = text.replace(ASKING, ' ');
  const found = [...(meant.trim() === '' ? text : meant).matchAll(RUN)];
  return found.map(([run]) => run);
}

/**
 * The words that a text must have to be what is looked for, each once: pairs of Chinese characters, a character that
 * stands alone, numbers and Latin words.
 */
export function wordsSought(query: string): string[] {
  const words = phrasesOf(query).flatMap((run) => {
    if (!isHan(run) || run.length === 1) return [run];
    return Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2));
  });
  return [...new Set(words)];
}

/** Whether a word says something by itself; a number or a single character stands in many a text by chance. */
export function isTelling(word: string): boolean {
  return isHan(word) && word.length > 1;
}

/**
 * Whether a folded text has a word. A number or a Latin word may still be being typed, so it is found where one begins
 * with it, but not in the middle of one.
 */
export function has(text: string, word: string): boolean {
  if (isHan(word)) return text.includes(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (at === 0 || !/[a-z0-9.]/.test(text.charAt(at - 1))) return true;
  return false;
}

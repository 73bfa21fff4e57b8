// Chinese is written without spaces, so a text is cut into overlapping pairs of characters: whoever types any two that
// stand together finds it. A browser's own segmenter would cut 离婚冷静期 differently in the text and in the query, and
// old web views have none.

const RUN = /[a-z0-9]+(?:\.\d+)?|[\u3400-\u9fff]+/g;
const FIRST_HAN = 0x3400;

const isHan = (word: string) => word.charCodeAt(0) >= FIRST_HAN;

/** As letters and digits are compared: half-width, lower case. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * The words under which a text is found: pairs of Chinese characters, the last of each run by itself (so that every
 * character begins a word), and numbers and Latin words as they are.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [run] of folded(text).matchAll(RUN)) {
    if (!isHan(run)) words.push(run);
    else for (let i = 0; i < run.length; i++) words.push(run.slice(i, i + 2));
  }
  return words;
}

/** What is asked with but not asked for. */
const ASKING =
  /请问|想问|我想|怎么办|怎么样|怎么|怎样|什么|多少|多久|如何|是不是|能不能|可不可以|会不会|可以|应该|[吗呢呀啊？?]/g;

/** A query without its asking words; the query itself where nothing else is in it. */
function meant(query: string): string {
  const left = folded(query).replace(ASKING, ' ');
  return left.trim() === '' ? folded(query) : left;
}

/** The words that a text must have to be what is looked for, each once: pairs, or a character that stands alone. */
export function wordsSought(query: string): string[] {
  const words = [...meant(query).matchAll(RUN)].flatMap(([run]) => {
    if (!isHan(run) || run.length === 1) return [run];
    return Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2));
  });
  return [...new Set(words)];
}

/** The unbroken pieces of a query, asking words left out. */
export function phrasesOf(query: string): string[] {
  return [...meant(query).matchAll(RUN)].map(([run]) => run);
}

/**
 * A word as the index keeps it. The index is a tree that walks through all children of a node, and a bank begins its
 * words with 1,600 different characters; so each becomes three of 32 capitals, and building it takes a third of the time.
 */
export function keyOf(word: string): string {
  if (!isHan(word)) return word;
  let key = '';
  for (let i = 0; i < word.length; i++) {
    const n = word.charCodeAt(i) - FIRST_HAN;
    key += String.fromCharCode(65 + (n >> 10), 65 + ((n >> 5) & 31), 65 + (n & 31));
  }
  return key;
}

/** Whether a key may be the beginning of a longer one: a single character, or a number while it is being typed. */
export function isBeginning(key: string): boolean {
  return key.length === 3 || /^[a-z0-9]/.test(key);
}

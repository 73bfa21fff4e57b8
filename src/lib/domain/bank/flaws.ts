import type { AuthoredQuestion } from './question.ts';

/** Options that differ in length by more than this, the right one among the extremes, give it away. */
const LENGTH_RATIO = 2;
/** Stems that share more than this of their pairs of characters ask the same. */
const LIKENESS = 0.55;

/** What item writers avoid and a schema cannot forbid; a person has to look at it. */
export function flawsOf(q: AuthoredQuestion): string[] {
  const flaws: string[] = [];
  if (/不(正确|对|属于|合法)的(是|一项|有)/.test(q.stem) && /(不是|并非|没有)/.test(q.stem))
    flaws.push('the stem denies twice');
  if (q.type === 'single') {
    const lengths = q.options.map((o) => [...o].length);
    const right = lengths[q.answer.charCodeAt(0) - 65] ?? 0;
    const others = lengths.filter((_, i) => i !== q.answer.charCodeAt(0) - 65);
    if (right > LENGTH_RATIO * Math.max(...others)) flaws.push('the right option is far longer');
    if (LENGTH_RATIO * right < Math.min(...others)) flaws.push('the right option is far shorter');
    for (const [i, option] of q.options.entries())
      if (q.options.some((other, j) => i !== j && other.includes(option)))
        flaws.push(`“${option}” stands within another option`);
  }
  if (q.type === 'match') {
    for (const [left, right] of q.pairs)
      if (echo(left, right) && q.pairs.every(([other]) => other === left || !echo(other, right)))
        flaws.push(`“${left}” and “${right}” share words that no other pair has`);
  }
  if ('why' in q && q.why && (q.type === 'single' || q.type === 'multiple')) {
    const right = new Set([q.answer].flat());
    for (const letter of Object.keys(q.why))
      if (right.has(letter)) flaws.push(`why of ${letter}, which is right`);
  }
  return flaws;
}

/** Three characters in a row on both sides. */
function echo(left: string, right: string): boolean {
  for (let at = 0; at + 3 <= left.length; at++)
    if (right.includes(left.slice(at, at + 3))) return true;
  return false;
}

/** Pairs of questions whose stems are nearly the same, with their likeness from 0 to 1, the likest first. */
export function nearDuplicates(
  questions: readonly AuthoredQuestion[],
): [AuthoredQuestion, AuthoredQuestion, number][] {
  const pairs = questions.map((q) => ({ q, parts: pairsOf(q.stem) }));
  const found: [AuthoredQuestion, AuthoredQuestion, number][] = [];
  for (const [i, a] of pairs.entries())
    for (const b of pairs.slice(i + 1)) {
      const shared = [...a.parts].filter((part) => b.parts.has(part)).length;
      const likeness = shared / (a.parts.size + b.parts.size - shared || 1);
      if (likeness > LIKENESS) found.push([a.q, b.q, likeness]);
    }
  return found.sort((a, b) => b[2] - a[2]);
}

function pairsOf(text: string): Set<string> {
  const signs = [...text].filter((sign) => /[\p{L}\p{N}]/u.test(sign));
  return new Set(signs.slice(1).map((sign, i) => `${signs[i] ?? ''}${sign}`));
}

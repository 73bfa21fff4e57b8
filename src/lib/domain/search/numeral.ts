const DIGITS = '零一二三四五六七八九';
const UNITS: Record<string, number> = { 十: 10, 百: 100, 千: 1000 };
// 一千二百五十四, 一百零五, 十二: units go down, and 零 stands where one is left out.
const DIGIT = '[一二三四五六七八九]';
const TENS = `${DIGIT}?十${DIGIT}?`;
const HUNDREDS = `${DIGIT}百(?:零${DIGIT}|${TENS})?`;
const THOUSANDS = `${DIGIT}千(?:零(?:${TENS}|${DIGIT})|${HUNDREDS})?`;
const WRITTEN = new RegExp(`^(?:${THOUSANDS}|${HUNDREDS}|${TENS}|${DIGIT})$`);
const SPELT = new RegExp(`^${DIGIT}[零一二三四五六七八九]{1,3}$`);

/**
 * The number of an article as people write it: `1254`, `一千二百五十四`, or digit by digit `一二五四`.
 * @param text as {@link folded} leaves it, so digits are half-width
 * @returns 1 to 9999, or undefined when it is no such number
 */
export function numberOf(text: string): number | undefined {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  const plain = text.replaceAll('〇', '零').replaceAll('两', '二');
  if (SPELT.test(plain)) return Number([...plain].map((digit) => DIGITS.indexOf(digit)).join(''));
  return WRITTEN.test(plain) ? sum(plain) : undefined;
}

function sum(text: string): number {
  let total = 0;
  let digit: number | undefined;
  for (const character of text) {
    const unit = UNITS[character];
    if (unit === undefined) digit = DIGITS.indexOf(character);
    else {
      total += (digit ?? 1) * unit;
      digit = undefined;
    }
  }
  return total + (digit ?? 0);
}

/**
 * Reads a number as people type it on a phone: full-width digits and signs, thousands separators, a trailing unit.
 * Returns undefined for everything that is not one plain decimal number.
 */
export function parseDecimal(text: string, unit = ''): number | undefined {
  let plain = text.normalize('NFKC').replace(/。/g, '.').replace(/\s+/g, '');
  const suffix = unit.normalize('NFKC').replace(/\s+/g, '');
  if (suffix && plain.endsWith(suffix)) plain = plain.slice(0, -suffix.length);
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) plain = plain.replace(/,/g, '');
  if (!/^[+-]?(\d{1,15}(\.\d{0,9})?|\.\d{1,9})$/.test(plain)) return undefined;
  return Number(plain);
}

/** What a person may have to type: digits and capitals without 0 O 1 I L. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

const SYMBOLS = CODE_ALPHABET.length;
/** Bytes from here on would make the first symbols likelier than the last. */
const LIMIT = 256 - (256 % SYMBOLS);

/**
 * A code whose every symbol is equally likely; of random bytes about 1 in 32 is passed over.
 * @param random twice `length` is plenty
 * @throws RangeError when the random bytes run out
 */
export function codeFrom(random: Uint8Array, length: number): string {
  const usable = Array.from(random).filter((byte) => byte < LIMIT);
  if (usable.length < length) throw new RangeError('not enough random bytes');
  return usable
    .slice(0, length)
    .map((byte) => CODE_ALPHABET.charAt(byte % SYMBOLS))
    .join('');
}

/** For the eye: `grouped('ABCDEFGHJK', 5)` is `ABCDE FGHJK`. */
export function grouped(code: string, size: number): string {
  return code.replace(new RegExp(`(.{${size}})(?=.)`, 'g'), '$1 ');
}

/** The 45 characters of a QR code's alphanumeric mode, in the order of RFC 9285. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const BASE = ALPHABET.length;

/** Base45 (RFC 9285): two bytes become three characters, a last single byte two. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const [high = 0, low] = bytes.subarray(i, i + 2);
    text += low === undefined ? digits(high, 2) : digits(high * 256 + low, 3);
  }
  return text;
}

/** The bytes whose encoding is exactly this text; undefined where there are none. */
export function decodeBase45(text: string): Uint8Array<ArrayBuffer> | undefined {
  const rest = text.length % 3;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + rest / 2);
  for (let from = 0, to = 0; from < text.length; from += 3, to += 2) {
    const group = text.slice(from, from + 3);
    const value = valueOf(group);
    const size = group.length - 1;
    if (value === undefined || value >= 256 ** size) return undefined;
    if (size === 2) bytes[to] = value >> 8;
    bytes[to + size - 1] = value & 0xff;
  }
  return bytes;
}

/** Least significant first. */
function digits(value: number, count: number): string {
  let text = '';
  for (let rest = value; text.length < count; rest = Math.floor(rest / BASE)) {
    text += ALPHABET.charAt(rest % BASE);
  }
  return text;
}

function valueOf(group: string): number | undefined {
  let value = 0;
  for (let i = group.length - 1; i >= 0; i--) {
    const digit = ALPHABET.indexOf(group.charAt(i));
    if (digit < 0) return undefined;
    value = value * BASE + digit;
  }
  return value;
}

import { decodeBase45, encodeBase45 } from './base45.ts';

/**
 * What a voucher's QR says: one signed binary envelope, base45 as a whole behind a prefix, so that every character
 * is of the QR's alphanumeric mode. Signing and checking are done by who holds the keys; here is only the form.
 *
 * | bytes | |
 * |---|---|
 * | 1 | version |
 * | 2 | key id |
 * | 16 | wallet (UUID) |
 * | 16 | voucher (UUID) |
 * | 1 + n | shop: length, ASCII |
 * | 1 + n | goods: length, ASCII |
 * | 4 | expiry, seconds since 1970 UTC |
 * | 64 | P-256 signature (IEEE P1363) over all before it |
 *
 * Numbers are big-endian. There is exactly one text for a content and its signature.
 */
export const TOKEN_PREFIX = 'MFD1:';

const VERSION = 1;
const SIGNATURE_BYTES = 64;
const MAX_SLUG = 80;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface TokenContent {
  keyId: number;
  walletId: string;
  voucherId: string;
  shopId: string;
  goodsId: string;
  expiresAtMs: number;
}

export interface OpenedToken {
  content: TokenContent;
  /** What was signed. */
  body: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

/**
 * The bytes to be signed. Parts of a second are dropped from the expiry: a token never outlives its voucher.
 * @throws RangeError for a content that has no form (a programmer's mistake)
 */
export function tokenBody(content: TokenContent): Uint8Array<ArrayBuffer> {
  const { keyId, walletId, voucherId, shopId, goodsId, expiresAtMs } = content;
  return Uint8Array.from([
    VERSION,
    ...number(keyId, 2),
    ...uuidBytes(walletId),
    ...uuidBytes(voucherId),
    ...slugBytes(shopId),
    ...slugBytes(goodsId),
    ...number(Math.floor(expiresAtMs / 1000), 4),
  ]);
}

/** The text of the QR. @throws RangeError when the signature is not of 64 bytes */
export function sealToken(body: Uint8Array, signature: Uint8Array): string {
  if (signature.length !== SIGNATURE_BYTES) throw new RangeError('a signature of 64 bytes');
  const whole = new Uint8Array(body.length + SIGNATURE_BYTES);
  whole.set(body);
  whole.set(signature, body.length);
  return TOKEN_PREFIX + encodeBase45(whole);
}

/** Reads a token's form; whether its signature is true is another question. Undefined for any other text. */
export function openToken(text: string): OpenedToken | undefined {
  if (!text.startsWith(TOKEN_PREFIX)) return undefined;
  const whole = decodeBase45(text.slice(TOKEN_PREFIX.length));
  if (!whole || whole.length <= SIGNATURE_BYTES) return undefined;
  const body = whole.slice(0, -SIGNATURE_BYTES);
  const content = contentOf(body);
  return content && { content, body, signature: whole.slice(-SIGNATURE_BYTES) };
}

function contentOf(body: Uint8Array): TokenContent | undefined {
  let at = 0;
  const take = (count: number) => body.subarray(at, (at += count));
  const takeNumber = (count: number) => take(count).reduce((sum, byte) => sum * 256 + byte, 0);
  const takeSlug = () => String.fromCharCode(...take(takeNumber(1)));

  if (takeNumber(1) !== VERSION) return undefined;
  const content = {
    keyId: takeNumber(2),
    walletId: uuidOf(take(16)),
    voucherId: uuidOf(take(16)),
    shopId: takeSlug(),
    goodsId: takeSlug(),
    expiresAtMs: takeNumber(4) * 1000,
  };
  // A body that is too short has moved `at` past its end; one that is too long has something left.
  const whole = at === body.length && isSlug(content.shopId) && isSlug(content.goodsId);
  return whole ? content : undefined;
}

const isSlug = (text: string) => text.length <= MAX_SLUG && SLUG.test(text);

function number(value: number, count: number): number[] {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** count) {
    throw new RangeError(`a whole number of ${count} bytes: ${value}`);
  }
  return Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256);
}

function slugBytes(slug: string): number[] {
  if (!isSlug(slug)) throw new RangeError(`an id of the catalogue: ${slug}`);
  return [slug.length, ...Array.from(slug, (c) => c.charCodeAt(0))];
}

function uuidBytes(id: string): number[] {
  if (!UUID.test(id)) throw new RangeError(`a UUID in lower case: ${id}`);
  const hex = id.replaceAll('-', '');
  return Array.from({ length: 16 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

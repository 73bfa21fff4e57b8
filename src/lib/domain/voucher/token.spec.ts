import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { openToken, sealToken, TOKEN_PREFIX, tokenBody, type TokenContent } from './token.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signed = (body: Uint8Array) =>
  new Uint8Array(sign('sha256', body, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' }));
const isTrue = (body: Uint8Array, signature: Uint8Array) =>
  verify('sha256', body, { key: keys.publicKey, dsaEncoding: 'ieee-p1363' }, signature);

const content: TokenContent = {
  keyId: 7,
  walletId: '01980000-0000-7000-8000-0000000000aa',
  voucherId: '01980000-0000-7000-8000-0000000000bb',
  shopId: 'guazhu-lake',
  goodsId: 'mineral-water',
  expiresAtMs: Date.parse('2026-11-30T12:00:00Z'),
};
const token = sealToken(tokenBody(content), signed(tokenBody(content)));

const slug = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,9}$/), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join('-'));
const anyContent: fc.Arbitrary<TokenContent> = fc.record({
  keyId: fc.nat(0xffff),
  walletId: fc.uuid(),
  voucherId: fc.uuid(),
  shopId: slug,
  goodsId: slug,
  expiresAtMs: fc.integer({ min: 0, max: 0xffffffff }).map((s) => s * 1000),
});
const anySignature = fc.uint8Array({ minLength: 64, maxLength: 64 });

describe('a token', () => {
  it('opens to what was sealed', () => {
    fc.assert(
      fc.property(anyContent, anySignature, (content, signature) => {
        const body = tokenBody(content);
        expect(openToken(sealToken(body, signature))).toEqual({ content, body, signature });
      }),
    );
  });

  it('is of a QR’s alphanumeric characters only', () => {
    expect(token).toMatch(/^MFD1:[0-9A-Z $%*+\-./:]+$/);
  });

  it('is small enough for a QR that a cheap camera reads', () => {
    // What version 10 holds at error correction L, or 12 at M (ISO/IEC 18004, table 7).
    expect(token.length).toBeLessThanOrEqual(287);
  });

  it('carries a signature that its body is checked with', () => {
    const opened = openToken(token);
    expect(opened && isTrue(opened.body, opened.signature)).toBe(true);
  });

  it('never outlives its voucher: parts of a second are dropped', () => {
    const body = tokenBody({ ...content, expiresAtMs: content.expiresAtMs + 999 });
    expect(openToken(sealToken(body, new Uint8Array(64)))?.content).toEqual(content);
  });

  it('has one text only', () => {
    const character = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:');
    fc.assert(
      fc.property(fc.nat(token.length - 1), character, (at, c) => {
        const text = token.slice(0, at) + c + token.slice(at + 1);
        const opened = openToken(text);
        if (opened) expect(sealToken(opened.body, opened.signature)).toBe(text);
      }),
    );
  });
});

describe('a forged token', () => {
  const whole = decodeBase45(token.slice(TOKEN_PREFIX.length)) as Uint8Array;

  it('is found out, whichever byte is changed', () => {
    const accepted = Array.from(whole, (byte, at) =>
      [1, 0x80, 0xff].filter((flip) => {
        const forged = whole.slice();
        forged[at] = byte ^ flip;
        const opened = openToken(TOKEN_PREFIX + encodeBase45(forged));
        return opened && isTrue(opened.body, opened.signature);
      }),
    ).flat();
    expect(accepted).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['the prefix alone', TOKEN_PREFIX],
    ['no prefix', token.slice(TOKEN_PREFIX.length)],
    ['another prefix', token.replace('MFD1', 'MFD2')],
    ['small letters', token.toLowerCase()],
    ['a space before', ` ${token}`],
    ['a line break after', `${token}\n`],
    ['an address', 'https://example.com/s/lakeside#CODE'],
  ])('%s does not open', (_, text) => {
    expect(openToken(text)).toBeUndefined();
  });

  it('does not open cut short or with something after it', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(openToken(TOKEN_PREFIX + encodeBase45(whole.subarray(0, length)))).toBeUndefined();
    }
    const longer = Uint8Array.from([...whole, 0]);
    expect(openToken(TOKEN_PREFIX + encodeBase45(longer))).toBeUndefined();
  });

  it('never opens to ids that the catalogue could not have', () => {
    const at = whole.length - 64 - 4 - content.goodsId.length;
    for (const byte of [...'\0-G/ é'].map((c) => c.charCodeAt(0))) {
      const forged = whole.slice();
      forged[at] = byte;
      expect(openToken(TOKEN_PREFIX + encodeBase45(forged))).toBeUndefined();
    }
  });

  it('whatever the text, opening it does not throw', () => {
    const text = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => TOKEN_PREFIX + encodeBase45(bytes)),
    );
    fc.assert(
      fc.property(text, (text) => {
        openToken(text);
      }),
    );
  });
});

it.each<[string, Partial<TokenContent>]>([
  ['a key id of more than two bytes', { keyId: 0x1_0000 }],
  ['an expiry before 1970', { expiresAtMs: -1 }],
  ['an expiry after 2106', { expiresAtMs: 2 ** 32 * 1000 }],
  ['no expiry', { expiresAtMs: NaN }],
  ['an id that is no UUID', { walletId: 'wallet' }],
  ['a UUID in capitals', { voucherId: content.voucherId.toUpperCase() }],
  ['a shop without an id', { shopId: '' }],
  ['goods that are no slug', { goodsId: '矿泉水' }],
  ['a slug that is too long', { goodsId: 'a'.repeat(81) }],
])('nothing is sealed for %s', (_, wrong) => {
  expect(() => tokenBody({ ...content, ...wrong })).toThrow(RangeError);
});

it('nothing is sealed with half a signature', () => {
  expect(() => sealToken(tokenBody(content), new Uint8Array(32))).toThrow(RangeError);
});

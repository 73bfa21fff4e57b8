import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compress, encodingFor } from './encoding.ts';

describe('the encoding of a response', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['BR', 'br'],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['identity', undefined],
    ['gzip;q=nonsense', undefined],
    ['brotli-ish', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('for %j is %s', (header, expected) => {
    expect(encodingFor(header)).toBe(expected);
  });

  it('is undone by the reader', async () => {
    expect(brotliDecompressSync(await compress('答对了', 'br')).toString()).toBe('答对了');
    expect(gunzipSync(await compress('答对了', 'gzip')).toString()).toBe('答对了');
  });
});

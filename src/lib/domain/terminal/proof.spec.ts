import fc from 'fast-check';
import { expect, it } from 'vitest';
import { proofHeader, readProof, textToSign, type Proven } from './proof.ts';

const proven: Proven = {
  method: 'POST',
  path: '/api/shop/contact',
  terminalId: '01980000-0000-7000-8000-0000000000aa',
  sentAtMs: 1_795_000_000_000,
  bodyHash: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
};
const signature = 'a'.repeat(86);

it('a header says when and the signature', () => {
  expect(readProof(proofHeader(12, signature))).toEqual({ sentAtMs: 12, signature });
});

it('every part of a request is in the text that is signed', () => {
  const changed: Proven[] = [
    { ...proven, method: 'GET' },
    { ...proven, path: '/api/shop/leave' },
    { ...proven, terminalId: 'another' },
    { ...proven, sentAtMs: 1 },
    { ...proven, bodyHash: 'x' },
  ];
  const texts = [proven, ...changed].map(textToSign);
  expect(new Set(texts).size).toBe(6);
});

it.each([
  '',
  '1',
  `2.12.${signature}`,
  `1.-1.${signature}`,
  `1.1e3.${signature}`,
  `1.12.${signature}.x`,
  `1.12.${'a'.repeat(85)}`,
  `1.12.${'a'.repeat(85)}=`,
])('%j is no proof', (header) => {
  expect(readProof(header)).toBeUndefined();
});

it('whatever the header, reading it does not throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      readProof(text);
    }),
  );
});

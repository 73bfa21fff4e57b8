import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { Refused } from '../../domain/refusal.ts';
import { PROOF_MS } from '../../domain/terminal/terms.ts';

/** What came in a request's proof header, with the text that must have been signed. */
export interface Proof {
  sentAtMs: number;
  /** base64url */
  signature: string;
  text: string;
}

const POINT_BYTES = 65;
const COORDINATE_BYTES = 32;

/** @param raw the uncompressed P-256 point, base64url @throws where it is none */
function keyOf(raw: string): KeyObject {
  const point = Buffer.from(raw, 'base64url');
  if (point.length !== POINT_BYTES) throw new RangeError('a point of 65 bytes');
  const coordinate = (from: number) =>
    point.subarray(from, from + COORDINATE_BYTES).toString('base64url');
  const [x, y] = [coordinate(1), coordinate(1 + COORDINATE_BYTES)];
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}

/** Whether it is a point on the curve. */
export function isKey(raw: string): boolean {
  try {
    keyOf(raw);
    return true;
  } catch {
    return false;
  }
}

/**
 * The request was signed with the terminal's key, at about this time.
 * @throws Refused `proof-missing`, `proof-stale` with the server's time
 */
export function mustBeProven(key: string, proof: Proof | undefined, nowMs: number): void {
  if (!proof) throw new Refused('proof-missing');
  const signature = Buffer.from(proof.signature, 'base64url');
  const signed = verify(
    'sha256',
    Buffer.from(proof.text),
    { key: keyOf(key), dsaEncoding: 'ieee-p1363' },
    signature,
  );
  if (!signed) throw new Refused('proof-missing');
  if (Math.abs(proof.sentAtMs - nowMs) > PROOF_MS) throw new Refused('proof-stale', { nowMs });
}

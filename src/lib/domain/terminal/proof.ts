/**
 * How a terminal that has a key of its own proves that a request is its own: the header `x-terminal-proof` holds a
 * P-256 signature over what is asked. A cookie that was copied off the device is worth nothing without the key.
 *
 * The time is the terminal's best estimate of the server's. One that is too far off is refused with `proof-stale` and
 * the server's time (`nowMs`); the terminal signs anew with that, whatever its own clock says.
 */
export const PROOF_HEADER = 'x-terminal-proof';

const VERSION = '1';
/** A signature in the fixed-length form (IEEE P1363, as WebCrypto makes it), base64url. */
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;

export interface Proven {
  method: string;
  /** With its query. */
  path: string;
  terminalId: string;
  sentAtMs: number;
  /** SHA-256 of the body's bytes, base64url; of no bytes where there is no body. */
  bodyHash: string;
}

/** The text that is signed (as UTF-8, ECDSA with SHA-256). */
export function textToSign({ method, path, terminalId, sentAtMs, bodyHash }: Proven): string {
  return ['civil-code-park terminal', VERSION, method, path, terminalId, sentAtMs, bodyHash].join(
    '\n',
  );
}

/** @param signature 64 bytes, base64url */
export const proofHeader = (sentAtMs: number, signature: string): string =>
  `${VERSION}.${sentAtMs}.${signature}`;

/** Undefined for anything that `proofHeader` does not make. */
export function readProof(header: string): { sentAtMs: number; signature: string } | undefined {
  const [version, sent = '', signature = '', ...more] = header.split('.');
  const whole = version === VERSION && more.length === 0 && /^\d{1,15}$/.test(sent);
  return whole && SIGNATURE.test(signature) ? { sentAtMs: Number(sent), signature } : undefined;
}

import type { PinVerifier } from '../../domain/terminal/messages.ts';
import { proofHeader, PROOF_HEADER, textToSign } from '../../domain/terminal/proof.ts';
import type { CheckSignature } from '../../domain/terminal/verify.ts';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const PIN_BITS = 256;

/** Absent on plain http, whatever TypeScript says. */
const subtle = (): SubtleCrypto | undefined => (crypto as Partial<Crypto>).subtle;

/** Whether this browser can be a terminal that proves who it is. */
export const canSign = (): boolean => subtle() !== undefined;

/** A key pair whose private half never leaves this browser. */
export async function makeKeyPair(): Promise<CryptoKeyPair> {
  return mustHave().generateKey(CURVE, false, ['sign', 'verify']);
}

/** The public half as it is enrolled: the raw uncompressed point, base64url. */
export async function publicKeyOf({ publicKey }: CryptoKeyPair): Promise<string> {
  return text(new Uint8Array(await mustHave().exportKey('raw', publicKey)));
}

/**
 * The header with which a request proves that it is this terminal's.
 * @param body exactly what is sent; empty where nothing is
 */
export async function proofFor(
  { privateKey }: CryptoKeyPair,
  about: { method: string; path: string; terminalId: string; sentAtMs: number },
  body: string,
): Promise<Record<string, string>> {
  const hash = await mustHave().digest('SHA-256', utf8(body));
  const words = textToSign({ ...about, bodyHash: text(new Uint8Array(hash)) });
  const signature = await mustHave().sign(SIGNING, privateKey, utf8(words));
  return { [PROOF_HEADER]: proofHeader(about.sentAtMs, text(new Uint8Array(signature))) };
}

/** A key that is none of ours, or no key at all, has signed nothing. */
export const checkSignature: CheckSignature = async ({ key }, body, signature) => {
  try {
    const point = await mustHave().importKey('raw', bytes(key), CURVE, false, ['verify']);
    return await mustHave().verify(SIGNING, point, signature, body);
  } catch {
    return false;
  }
};

/** Whether a PIN is the one that the verifier was made of. */
export async function isPin(
  pin: string,
  { salt, iterations, hash }: PinVerifier,
): Promise<boolean> {
  const key = await mustHave().importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations };
  const derived = new Uint8Array(await mustHave().deriveBits(how, key, PIN_BITS));
  const wanted = bytes(hash);
  return derived.length === wanted.length && derived.every((byte, i) => byte === wanted[i]);
}

function mustHave(): SubtleCrypto {
  const there = subtle();
  if (!there) throw new Error('this page has no WebCrypto');
  return there;
}

const utf8 = (words: string) => new TextEncoder().encode(words);
const text = (raw: Uint8Array) =>
  btoa(String.fromCharCode(...raw))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const bytes = (base64url: string) =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  );

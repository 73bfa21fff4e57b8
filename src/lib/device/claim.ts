import { newId } from './ids.ts';
import type { Claim } from './mirror.ts';

/** 192 random bits, base64url. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/** A wallet and a device that nobody has, with the proof that they are this phone's. */
export function newClaim(): Claim {
  return { walletId: newId(), deviceId: newId(), secret: newSecret() };
}

import { Failure } from '../domain/failure.ts';
import type { ParkDatabase } from './database.ts';
import { newId } from './ids.ts';
import { change, keep, kept, type Claim } from './mirror.ts';

/** Longer than any request lives. */
const UNDER_WAY_MS = 20_000;

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

/** Keeps a claim, so that it can be sent. */
export async function makeClaim(db: ParkDatabase, make: () => Claim): Promise<void> {
  const tx = change(db);
  // Another tab may have been first.
  if (!(await kept(tx, 'claim'))) await keep(tx, 'claim', make());
  await tx.done;
}

/**
 * Takes the claim for one request. Where there are no Web Locks two tabs could send it at once, and the browser might
 * end with the older of two cookies.
 * @param seen the claim as it was when that was decided
 * @returns false where it is not the same any more
 * @throws Failure `offline` while another tab has no answer to it
 */
export async function takeClaim(
  db: ParkDatabase,
  seen: Claim,
  underWay: NonNullable<Claim['underWay']>,
): Promise<boolean> {
  const tx = change(db);
  const claim = await kept(tx, 'claim');
  const same = claim?.secret === seen.secret && claim.answered === seen.answered;
  const other = claim?.underWay?.by === underWay.by ? undefined : claim?.underWay;
  // Who had the lock that this drain has now is gone: a page that was left while it asked.
  const gone = underWay.locked && other?.locked;
  const taken = other && !gone && Math.abs(underWay.sinceMs - other.sinceMs) < UNDER_WAY_MS;
  if (claim && same && !taken) await keep(tx, 'claim', { ...claim, underWay });
  await tx.done;
  if (same && taken) throw new Failure('offline');
  return same;
}

/** There was no good answer to it: others may send it. */
export async function putClaimBack(db: ParkDatabase, by: string): Promise<void> {
  const tx = change(db);
  const claim = await kept(tx, 'claim');
  if (claim?.underWay?.by === by) {
    delete claim.underWay;
    await keep(tx, 'claim', claim);
  }
  await tx.done;
}

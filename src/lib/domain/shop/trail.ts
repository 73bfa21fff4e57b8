/**
 * A shop's trail: everything that was done in its name, in order, each entry bound to the one before by a hash. An
 * entry that is changed, left out or put in later breaks the chain from there on.
 */
export type TrailKind =
  | 'enrolled'
  | 'left'
  | 'revoked'
  | 'lost'
  | 'offline-granted'
  | 'offline-ended'
  | 'clerk-added'
  | 'clerk-ended'
  | 'sign-in'
  | 'sign-out'
  | 'wrong-pin'
  | 'handed-over'
  | 'sold-out'
  | 'undone'
  | 'refused'
  | 'uploaded'
  | 'cleared'
  | 'loss-approved'
  | 'loss-declined'
  | 'corrected'
  | 'settled';

export interface TrailEntry {
  /** 1, 2, 3 … within a shop. */
  number: number;
  /** By the server's clock. */
  atMs: number;
  kind: TrailKind;
  /** JSON: who, what, why. */
  what: string;
}
export interface LinkedEntry extends TrailEntry {
  hash: string;
}

/** What is hashed for an entry. @param previous the hash of the entry before; empty for the first */
export const linkText = (previous: string, { number, atMs, kind, what }: TrailEntry): string =>
  JSON.stringify([previous, number, atMs, kind, what]);

/** The entry that comes after `last`. @param hash SHA-256 of a text, whatever its form */
export function linked(
  last: Pick<LinkedEntry, 'number' | 'hash'> | undefined,
  entry: Omit<TrailEntry, 'number'>,
  hash: (text: string) => string,
): LinkedEntry {
  const next = { ...entry, number: (last?.number ?? 0) + 1 };
  return { ...next, hash: hash(linkText(last?.hash ?? '', next)) };
}

/** The number of the first entry that does not follow from the one before; undefined for a whole chain. */
export function firstBroken(
  entries: Iterable<LinkedEntry>,
  hash: (text: string) => string,
): number | undefined {
  let last: LinkedEntry | undefined;
  for (const entry of entries) {
    const next = linked(last, entry, hash);
    if (next.number !== entry.number || next.hash !== entry.hash) return entry.number;
    last = entry;
  }
  return undefined;
}

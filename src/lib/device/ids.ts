import { uuidv7 } from '../domain/ids/uuidv7.ts';

/** `crypto.randomUUID` needs https; random bytes do not. */
export function newId(): string {
  return uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}

/** A seed for one round's shuffling. */
export function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] as number;
}

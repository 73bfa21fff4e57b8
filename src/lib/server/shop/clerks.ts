import { pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { Refused } from '../../domain/refusal.ts';
import type { PinVerifier } from '../../domain/terminal/messages.ts';
import { PIN_ITERATIONS } from '../../domain/terminal/terms.ts';
import type { ClerkView } from '../../domain/voucher/messages.ts';
import type { Tx } from '../database/store.ts';
import type { TerminalRow } from '../database/tables.ts';
import { newId, type Park } from '../park.ts';
import { lockDesk, note } from './desk.ts';

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PIN_LENGTH = 6;

const scrypted = promisify<string, Buffer, number, Buffer>(scrypt);
/** What is kept of a PIN. @param salt base64url */
export const pinHash = (pin: string, salt: string): Promise<Buffer> =>
  scrypted(pin, Buffer.from(salt, 'base64url'), HASH_BYTES);
const derived = promisify(pbkdf2);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

type Desk = Pick<Park, 'store' | 'clock' | 'random'>;

/**
 * Adds a clerk to a shop. What is kept of the PIN is a scrypt hash, and a PBKDF2 verifier for a terminal that nobody
 * answers: browsers have no scrypt.
 * @returns the PIN, which nobody can read again
 */
export async function addClerk(park: Desk, shopId: string, name: string): Promise<string> {
  const pin = Array.from(park.random(64))
    .filter((byte) => byte < 250)
    .slice(0, PIN_LENGTH)
    .map((byte) => byte % 10)
    .join('');
  const [salt, other] = [park.random(SALT_BYTES), park.random(SALT_BYTES)].map((b) =>
    Buffer.from(b),
  );
  if (pin.length < PIN_LENGTH || !salt || !other) throw new Error('not enough random bytes');
  const hash = await pinHash(pin, text(salt));
  const verifier = await derived(pin, other, PIN_ITERATIONS, HASH_BYTES, 'sha256');
  const atMs = park.clock();
  const id = newId(park);
  await park.store.write(async (tx) => {
    const desk = await lockDesk(tx, park.store, shopId);
    await tx
      .insertInto('clerk')
      .values({
        ...{ shop_id: shopId, id, name, wrong: 0, locked_until: 0 },
        ...{ pin_salt: text(salt), pin_hash: text(hash) },
        ...{ verifier_salt: text(other), verifier_hash: text(verifier) },
        ...{ added_at: atMs, ended_at: null },
      })
      .execute();
    await note(tx, desk, 'clerk-added', { clerk: id, name }, atMs);
  });
  return pin;
}

/** The clerk hands over no more; what was handed over keeps the name. */
export async function endClerk(park: Desk, shopId: string, clerkId: string): Promise<void> {
  const atMs = park.clock();
  await park.store.write(async (tx) => {
    const desk = await lockDesk(tx, park.store, shopId);
    const of = { shop_id: shopId, id: clerkId };
    await tx
      .updateTable('clerk')
      .set({ ended_at: atMs })
      .where('shop_id', '=', of.shop_id)
      .where('id', '=', of.id)
      .execute();
    await tx
      .updateTable('terminal')
      .set({ clerk_id: null })
      .where('shop_id', '=', shopId)
      .where('clerk_id', '=', clerkId)
      .execute();
    await note(tx, desk, 'clerk-ended', { clerk: clerkId }, atMs);
  });
}

/** Clerks of a shop that have not ended, by name. */
export async function clerksOf(tx: Tx, shopId: string): Promise<ClerkView[]> {
  return tx
    .selectFrom('clerk')
    .select(['id', 'name'])
    .where('shop_id', '=', shopId)
    .where('ended_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
}

/** With what a terminal checks PINs by itself. */
export async function pinsOf(tx: Tx, shopId: string): Promise<PinVerifier[]> {
  const rows = await tx
    .selectFrom('clerk')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('ended_at', 'is', null)
    .execute();
  return rows.map(({ id, verifier_salt, verifier_hash }) => ({
    clerkId: id,
    salt: verifier_salt,
    iterations: PIN_ITERATIONS,
    hash: verifier_hash,
  }));
}

/**
 * Who hands over at a terminal. One with the right to do so without a signal has checked the PIN itself and is
 * believed; any other has had it checked here.
 * @returns null for a shop that has no clerks
 * @throws Refused `clerk-signed-out`, `clerk-unknown`
 */
export async function clerkAt(
  tx: Tx,
  terminal: TerminalRow,
  named: string | undefined,
): Promise<string | null> {
  const clerks = await clerksOf(tx, terminal.shop_id);
  if (clerks.length === 0) return null;
  const clerkId = named ?? terminal.clerk_id;
  if (clerkId === null) throw new Refused('clerk-signed-out');
  if (!clerks.some(({ id }) => id === clerkId)) throw new Refused('clerk-unknown');
  const believed = terminal.public_key !== null && terminal.wants_offline === 1;
  if (!believed && clerkId !== terminal.clerk_id) throw new Refused('clerk-signed-out');
  return clerkId;
}

export async function standsAt(
  tx: Tx,
  { shop_id, id }: Pick<TerminalRow, 'shop_id' | 'id'>,
  clerkId: string | null,
): Promise<void> {
  await tx
    .updateTable('terminal')
    .set({ clerk_id: clerkId })
    .where('shop_id', '=', shop_id)
    .where('id', '=', id)
    .execute();
}

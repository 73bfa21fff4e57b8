import { createHash, timingSafeEqual } from 'node:crypto';
import { Refused } from '../../domain/refusal.ts';
import type { Store, Tx } from '../database/store.ts';
import type { DeviceRow, WalletRow } from '../database/tables.ts';
import { lockWallet } from '../ledger/book.ts';
import type { Park } from '../park.ts';

/** What a phone's cookie says: which wallet, which device, and the secret that proves it. */
export interface Session {
  walletId: string;
  deviceId: string;
  secret: string;
}

export const hashOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');

/** 192 random bits, base64url. */
export const newSecret = ({ random }: Pick<Park, 'random'>): string =>
  Buffer.from(random(24)).toString('base64url');

export function sameHash(secret: string, hash: string | null): boolean {
  if (hash === null) return false;
  const [a, b] = [Buffer.from(hashOf(secret)), Buffer.from(hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Who is asking, with the wallet locked for the rest of the unit of work. Where the wallet was joined to another one
 * its devices went with it: `moved` is the session for the next cookie.
 * @throws Refused `wallet-unknown`, `signed-out`, `wallet-closed`
 */
export async function identify(
  tx: Tx,
  store: Pick<Store, 'engine'>,
  session: Session | undefined,
): Promise<{ wallet: WalletRow; device: DeviceRow; moved?: Session }> {
  if (!session) throw new Refused('wallet-unknown');
  const wallet = await lockWallet(tx, store, session.walletId);
  if (!wallet) throw new Refused('wallet-unknown');
  if (wallet.joined_into !== null) {
    const moved = { ...session, walletId: wallet.joined_into };
    return { ...(await identify(tx, store, moved)), moved };
  }
  if (wallet.closed_at !== null) throw new Refused('wallet-closed');
  const device = await tx
    .selectFrom('device')
    .selectAll()
    .where('wallet_id', '=', wallet.id)
    .where('id', '=', session.deviceId)
    .executeTakeFirst();
  if (!device || !sameHash(session.secret, device.token_hash)) throw new Refused('wallet-unknown');
  if (device.signed_out_at !== null) throw new Refused('signed-out');
  return { wallet, device };
}

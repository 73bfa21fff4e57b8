import { Refused } from '../../domain/refusal.ts';
import { codeFrom } from '../../domain/voucher/code.ts';
import type { Tx } from '../database/store.ts';
import type { Park } from '../park.ts';
import { hashOf, identify, type Session } from './session.ts';

/** 31 symbols: 20 of them are 99 bits. */
export const RECOVERY_CODE_LENGTH = 20;

/** Makes the wallet's recovery code; an earlier one ends. Only its hash is kept. @throws those of `identify` */
export async function makeRecoveryCode(park: Park, session: Session | undefined): Promise<string> {
  const code = codeFrom(park.random(60), RECOVERY_CODE_LENGTH);
  await park.store.write(async (tx) => {
    const { wallet } = await identify(tx, park.store, session);
    await tx.deleteFrom('recovery').where('wallet_id', '=', wallet.id).execute();
    await tx
      .insertInto('recovery')
      .values({ code_hash: hashOf(code), wallet_id: wallet.id, made_at: park.clock() })
      .execute();
  });
  return code;
}

/** The wallet that a code opens. @throws Refused `recovery-unknown` */
export async function walletOfCode(tx: Tx, code: string): Promise<string> {
  const found = await tx
    .selectFrom('recovery')
    .select('wallet_id')
    .where('code_hash', '=', hashOf(code))
    .executeTakeFirst();
  if (!found) throw new Refused('recovery-unknown');
  return found.wallet_id;
}

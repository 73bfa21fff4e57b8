import { createHash } from 'node:crypto';
import { byQuestion, type Notice, type Notices } from '../../domain/bank/notice.ts';
import type { SyncAnswer } from '../../domain/sync/messages.ts';

/** The notices of the bank in force, as every sync needs them. */
export interface NoticesInForce {
  readonly list: readonly Notice[];
  readonly byQuestion: Notices;
  /** Phones send it along; those that know this list are spared it. */
  readonly hash: string;
}

export function noticesInForce(list: readonly Notice[]): NoticesInForce {
  const hash = createHash('sha256').update(JSON.stringify(list)).digest('hex').slice(0, 16);
  return { list, byQuestion: byQuestion(list), hash };
}

/** What a phone is told of the bank. @param known the hash of the notices that it has */
export function bankFor(
  { packHash, notices }: { packHash: string; notices: NoticesInForce },
  known: string | undefined,
): SyncAnswer['bank'] {
  const { hash, list } = notices;
  return { packHash, noticesHash: hash, ...(known !== hash && { notices: [...list] }) };
}

import { openToken } from '../../domain/voucher/token.ts';
import type { LookAnswer, Receipt, VoucherReading } from '../../domain/voucher/messages.ts';
import { UNDO_MS } from '../../domain/voucher/terms.ts';
import {
  verifyOffline,
  type AskOnline,
  type OfflineVerdict,
} from '../../domain/terminal/verify.ts';
import { checkSignature } from './crypto.ts';
import type { KeptHandOver, ShopDatabase } from './database.ts';
import { memoryFor } from './memory.ts';
import type { ServerTime } from './server-time.ts';
import { kept, reading } from './settings.ts';

/** What this terminal makes of a reading by itself, and what a clerk is shown of it. */
export interface OwnVerdict {
  verdict: OfflineVerdict;
  /** The goods, where the voucher could be read and they are known here. */
  found?: LookAnswer;
}

/** @returns undefined on a device that is no terminal */
export async function ownVerdict(
  { open, time }: { open: () => Promise<ShopDatabase>; time: ServerTime },
  read: VoucherReading,
): Promise<OwnVerdict | undefined> {
  const db = await open();
  const content = 'token' in read ? openToken(read.token)?.content : undefined;
  const memory = await memoryFor(db, time, content?.voucherId);
  if (!memory) return undefined;
  const verdict = await verifyOffline(read, memory, time.now(), checkSignature);
  const found = await shown(db, verdict);
  // Without the goods before their eyes nobody can hand them over.
  if (verdict.is === 'can' && !found) return { verdict: askOnline('list-old', verdict) };
  return { verdict, ...(found && { found }) };
}

const askOnline = (why: AskOnline, { content }: { content: OpenedContent }): OfflineVerdict => ({
  is: 'ask-online',
  why,
  content,
});
type OpenedContent = NonNullable<ReturnType<typeof openToken>>['content'];

async function shown(db: ShopDatabase, verdict: OfflineVerdict): Promise<LookAnswer | undefined> {
  const content = 'content' in verdict ? verdict.content : undefined;
  if (!content) return undefined;
  const tx = reading(db);
  const [all, view] = [await kept(tx, 'goods'), await kept(tx, 'view')];
  const goods = all?.find(({ id }) => id === content.goodsId);
  if (!goods) return undefined;
  const { points, ...rest } = goods;
  const before = verdict.is === 'cannot' && verdict.why === 'voucher-handed-over' && verdict;
  return {
    goods: rest,
    points,
    expiresAtMs: content.expiresAtMs,
    ...(before && {
      handedOver: {
        atMs: before.atMs,
        terminal: before.by.terminal ?? view?.name ?? '',
        ...(before.by.clerk !== undefined && { clerk: before.by.clerk }),
      },
    }),
  };
}

/** What a clerk is shown of goods that were handed over here. What the shop is owed for them the server says later. */
export function receiptOf(done: KeptHandOver): Receipt {
  const { nonce, goods, points, clerk, undoneAtMs } = done;
  const undone = undoneAtMs !== undefined;
  return {
    ...{ nonce, goods, points, settleFen: 0 },
    did: undone ? 'undone' : 'handed-over',
    atMs: undoneAtMs ?? done.atMs,
    ...(!undone && { undoUntilMs: done.atMs + UNDO_MS }),
    ...(clerk && { clerk: clerk.name }),
  };
}

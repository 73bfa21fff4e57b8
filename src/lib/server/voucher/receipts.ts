import { dayAt } from '../../domain/points/day.ts';
import { UNDO_MS } from '../../domain/voucher/terms.ts';
import type { Receipt, TodayAnswer } from '../../domain/voucher/messages.ts';
import type { Tx } from '../database/store.ts';
import type { HandoverRow, Tables } from '../database/tables.ts';
import type { Park } from '../park.ts';
import { voucherRow } from './rows.ts';
import { identifyTerminal, terminalView, type TerminalSession } from './terminal.ts';
import { goodsShown } from './view.ts';

export function handoverRow(
  tx: Tx,
  shopId: string,
  nonce: string,
): Promise<HandoverRow | undefined> {
  return tx
    .selectFrom('handover')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('nonce', '=', nonce)
    .executeTakeFirst();
}

/** What was said of a hand-over that was uploaded. */
export function uploadRow(
  tx: Tx,
  shopId: string,
  nonce: string,
): Promise<Pick<Tables['upload'], 'voucher_id' | 'verdict'> | undefined> {
  return tx
    .selectFrom('upload')
    .select(['voucher_id', 'verdict'])
    .where('shop_id', '=', shopId)
    .where('nonce', '=', nonce)
    .executeTakeFirst();
}

/** What a till is told of what it did. */
export async function receipt(tx: Tx, done: HandoverRow): Promise<Receipt> {
  const row = await voucherRow(tx, done.wallet_id, done.voucher_id);
  const undone = done.undone_at !== null;
  const { did, paid, settled_in } = done;
  const undoable =
    did === 'handed-over' && !undone && paid === 'voucher' && settled_in === null && row;
  const clerk = done.clerk_id === null ? undefined : await nameOf(tx, done.shop_id, done.clerk_id);
  return {
    nonce: done.nonce,
    did: undone ? 'undone' : did,
    goods: await goodsShown(tx, done.goods_id),
    points: done.points,
    settleFen: done.settle_fen,
    atMs: done.undone_at ?? done.at,
    ...(undoable && row.charged === row.points && { undoUntilMs: done.at + UNDO_MS }),
    ...(clerk !== undefined && { clerk }),
    ...((paid === 'loss' || paid === 'waiting') && { paid }),
  };
}

async function nameOf(tx: Tx, shopId: string, clerkId: string): Promise<string | undefined> {
  const clerk = await tx
    .selectFrom('clerk')
    .select('name')
    .where('shop_id', '=', shopId)
    .where('id', '=', clerkId)
    .executeTakeFirst();
  return clerk?.name;
}

/** What this shop did today, by all its tills. */
export async function today(
  park: Park,
  session: TerminalSession | undefined,
): Promise<TodayAnswer> {
  const tx = park.store.read;
  const terminal = await identifyTerminal(tx, park, session);
  const nowMs = park.clock();
  const day = dayAt(nowMs);
  const rows = await tx
    .selectFrom('handover')
    .innerJoin('terminal', (j) =>
      j
        .onRef('terminal.shop_id', '=', 'handover.shop_id')
        .onRef('terminal.id', '=', 'handover.terminal_id'),
    )
    .selectAll('handover')
    .select('terminal.name as terminal_name')
    .where('handover.shop_id', '=', terminal.shop_id)
    .where('handover.at', '>=', Date.parse(`${day}T00:00:00+08:00`))
    .orderBy('handover.at', 'desc')
    .execute();
  const receipts = await Promise.all(
    rows.map(async ({ terminal_name, ...done }) => ({
      ...(await receipt(tx, done)),
      terminalName: terminal_name,
      thisTerminal: done.terminal_id === terminal.id,
    })),
  );
  const owed = rows.filter(
    ({ did, undone_at, paid }) =>
      did === 'handed-over' && undone_at === null && (paid === 'voucher' || paid === 'loss'),
  );
  return {
    terminal: await terminalView(tx, terminal, nowMs),
    day,
    receipts,
    handedOver: receipts.filter((r) => r.did === 'handed-over').length,
    settleFen: owed.reduce((sum, { settle_fen }) => sum + settle_fen, 0),
  };
}

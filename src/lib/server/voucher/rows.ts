import type { ReleaseReason, Transfer } from '../../domain/ledger/transfer.ts';
import type { Step, Voucher, VoucherState } from '../../domain/voucher/voucher.ts';
import type { Store, Tx } from '../database/store.ts';
import type { DeskRow, VoucherRow } from '../database/tables.ts';
import type { Book } from '../ledger/book.ts';

/** Reads a voucher for a step. Its wallet must be locked: every step of a voucher locks its wallet first. */
export async function voucherRow(
  tx: Tx,
  walletId: string,
  voucherId: string,
): Promise<VoucherRow | undefined> {
  return tx
    .selectFrom('voucher')
    .selectAll()
    .where('wallet_id', '=', walletId)
    .where('id', '=', voucherId)
    .executeTakeFirst();
}

export function voucherOf(row: VoucherRow): Voucher {
  return {
    id: row.id,
    walletId: row.wallet_id,
    shopId: row.shop_id,
    goodsId: row.goods_id,
    points: row.points,
    settleFen: row.settle_fen,
    issuedAtMs: row.issued_at,
    expiresAtMs: row.expires_at,
    state: stateOf(row),
  };
}

function stateOf(row: VoucherRow): VoucherState {
  const atMs = row.state_at;
  switch (row.state) {
    case 'held':
      return row.ending === null
        ? { is: 'held' }
        : { is: 'returning', atMs: row.ending_at ?? atMs, why: row.ending };
    case 'handed-over':
      return {
        is: 'handed-over',
        atMs,
        terminalId: row.terminal_id ?? '',
        nonce: row.nonce ?? '',
      };
    case 'released':
      return { is: 'released', atMs, why: row.why as ReleaseReason };
  }
}

/**
 * Books a step: its transfer (as far as points stand on the voucher's account) and the voucher's new state.
 * @param desk of the voucher's shop, locked: its next deny-list tells of the step
 * @returns the transfer, or undefined where nothing was charged
 */
export async function takeStep(
  tx: Tx,
  book: Book,
  desk: Pick<DeskRow, 'list_number'>,
  row: VoucherRow,
  { voucher, transfer }: Step,
): Promise<Transfer | undefined> {
  const { state } = voucher;
  if (state.is === 'returning') throw new Error('no points move while a voucher returns');
  const posted =
    row.charged > 0 ? book.post({ ...transfer, points: row.charged }, row.shop_id) : undefined;
  await tx
    .updateTable('voucher')
    .set({
      seq: book.next(),
      state: state.is,
      state_at: state.is === 'held' ? transfer.atMs : state.atMs,
      why: state.is === 'released' ? state.why : null,
      terminal_id: state.is === 'handed-over' ? state.terminalId : null,
      nonce: state.is === 'handed-over' ? state.nonce : null,
      consumed_by: state.is === 'handed-over' ? (posted?.id ?? null) : null,
      ending: null,
      ending_at: null,
      list_at: desk.list_number,
    })
    .where('wallet_id', '=', row.wallet_id)
    .where('id', '=', row.id)
    .execute();
  return posted;
}

type Piece = 'free' | 'held' | 'handed_over';

/**
 * Moves a piece of stock that a voucher holds.
 * @returns false where there was none to move
 */
export async function movePiece(
  tx: Tx,
  { shop_id, goods_id }: Pick<VoucherRow, 'shop_id' | 'goods_id'>,
  from: Piece,
  to: Piece,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('stock')
    .set((e) => ({ [from]: e(from, '-', 1), [to]: e(to, '+', 1) }))
    .where('shop_id', '=', shop_id)
    .where('goods_id', '=', goods_id)
    .where(from, '>', 0)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** A row of a shop's stock, kept from others. */
export async function lockStock(
  tx: Tx,
  { engine }: Pick<Store, 'engine'>,
  shopId: string,
  goodsId: string,
) {
  return tx
    .selectFrom('stock')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('goods_id', '=', goodsId)
    .$if(engine === 'postgres', (q) => q.forUpdate())
    .executeTakeFirst();
}

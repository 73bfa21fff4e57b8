import {
  accountsOf,
  accountType,
  type AccountId,
  type Transfer,
} from '../../domain/ledger/transfer.ts';
import { Refused } from '../../domain/refusal.ts';
import type { Store, Tx } from '../database/store.ts';
import type { TransferRow, WalletRow } from '../database/tables.ts';
import { newId, type Park } from '../park.ts';

/** Reads a wallet's row and keeps every other unit of work off it until this one ends. */
export async function lockWallet(
  tx: Tx,
  { engine }: Pick<Store, 'engine'>,
  walletId: string,
): Promise<WalletRow | undefined> {
  return tx
    .selectFrom('wallet')
    .selectAll()
    .where('id', '=', walletId)
    .$if(engine === 'postgres', (q) => q.forUpdate())
    .executeTakeFirst();
}

/** A transfer with its place in the wallet's history, and the shop that it concerns. */
interface Entry {
  transfer: Transfer;
  seq: number;
  shopId: string | null;
}

/**
 * One wallet's part of a unit of work: movements of points and the order in which the wallet's phones hear of them.
 * The wallet must be locked. Nothing is written before `write`.
 */
export class Book {
  readonly wallet: WalletRow;
  readonly #park: Pick<Park, 'clock' | 'random'>;
  readonly #entries: Entry[] = [];
  #changed = false;

  constructor(park: Pick<Park, 'clock' | 'random'>, wallet: WalletRow) {
    this.#park = park;
    this.wallet = { ...wallet };
  }

  /** The next place in the wallet's history. */
  next(): number {
    this.#changed = true;
    return ++this.wallet.seq;
  }

  /**
   * Moves points.
   * @throws Refused `not-enough-points` where the resident's balance would fall below 0
   */
  post(transfer: Omit<Transfer, 'id'>, shopId?: string): Transfer {
    const { from, to, points, kind } = transfer;
    const [source, target] = accountsOf[kind];
    if (!Number.isSafeInteger(points) || points <= 0)
      throw new Error(`${kind} of ${points} points`);
    if (accountType(from) !== source || accountType(to) !== target)
      throw new Error(`${kind} from ${from} to ${to}`);
    const { wallet } = this;
    wallet.available += this.#own(to, points, 'resident') - this.#own(from, points, 'resident');
    wallet.held += this.#own(to, points, 'voucher') - this.#own(from, points, 'voucher');
    if (wallet.available < 0)
      throw new Refused('not-enough-points', { missing: -wallet.available });
    if (wallet.held < 0) throw new Error(`wallet ${wallet.id} holds ${wallet.held}`);
    const posted = { ...transfer, id: newId(this.#park) };
    this.#entries.push({ transfer: posted, seq: this.next(), shopId: shopId ?? null });
    return posted;
  }

  #own(account: AccountId, points: number, type: 'resident' | 'voucher'): number {
    if (accountType(account) !== type) return 0;
    if (type === 'resident' && account !== `resident:${this.wallet.id}`)
      throw new Error(`${account} in the book of wallet ${this.wallet.id}`);
    return points;
  }

  /** What was posted, in order. */
  get transfers(): Transfer[] {
    return this.#entries.map(({ transfer }) => transfer);
  }

  /** Writes the transfers and the wallet's row. */
  async write(tx: Tx): Promise<void> {
    if (this.#entries.length > 0) {
      const rows = this.#entries.map((entry) => rowOf(this.wallet.id, entry));
      await tx.insertInto('transfer').values(rows).execute();
    }
    if (!this.#changed) return;
    const { id, available, held, seq } = this.wallet;
    await tx.updateTable('wallet').set({ available, held, seq }).where('id', '=', id).execute();
  }
}

function rowOf(owner: string, { transfer: t, seq, shopId }: Entry): TransferRow {
  return {
    owner,
    id: t.id,
    seq,
    kind: t.kind,
    from_account: t.from,
    to_account: t.to,
    points: t.points,
    at: t.atMs,
    award_key: t.award?.key ?? null,
    day: t.award?.day ?? null,
    attempt_id: t.award?.attemptId ?? null,
    voucher_id: t.voucherId ?? null,
    shop_id: shopId,
    why: t.why ?? null,
    reverses: t.reverses ?? null,
  };
}

export function transferOf(row: TransferRow): Transfer {
  const award =
    row.award_key !== null && row.day !== null && row.attempt_id !== null
      ? { key: row.award_key, day: row.day, attemptId: row.attempt_id }
      : undefined;
  return {
    id: row.id,
    kind: row.kind,
    from: row.from_account as AccountId,
    to: row.to_account as AccountId,
    points: row.points,
    atMs: row.at,
    ...(award && { award }),
    ...(row.voucher_id !== null && { voucherId: row.voucher_id }),
    ...(row.why !== null && { why: row.why }),
    ...(row.reverses !== null && { reverses: row.reverses }),
  };
}

import type { Award } from '../../src/lib/domain/points/award.ts';
import type { KeptVerdict } from '../../src/lib/server/database/tables.ts';
import type { ReleaseReason } from '../../src/lib/domain/ledger/transfer.ts';
import { Refused, type RefusalCode } from '../../src/lib/domain/refusal.ts';
import type { BoardFinding, SentAttempt } from '../../src/lib/domain/sync/messages.ts';
import { sampleOffer } from '../../src/lib/domain/voucher/samples.ts';
import type { Session } from '../../src/lib/server/wallet/session.ts';

// What the server should hold, in memory and as plain as can be: no database, no locks, one thing after the other.

/** In the place of what the server drew by lot and nobody heard. */
export const NOT_KNOWN = 'not known';

export interface Model {
  nowMs: number;
  epoch: string;
  wallets: Map<string, ModelWallet>;
  /** By wallet and id. */
  vouchers: Map<string, ModelVoucher>;
  /** By shop and goods. */
  stock: Map<string, { putIn: number; free: number; held: number; handedOver: number }>;
  /** Points of each shop. */
  shops: Map<string, number>;
  /** By shop and nonce. */
  handovers: Map<string, ModelHandover>;
  /** Recovery codes and the wallets that they open. */
  codes: Map<string, string>;
  /** Wrong codes typed at each terminal. */
  tills: Map<string, { wrong: number; lockedUntilMs: number }>;
  keys: Map<number, { useFromMs: number; retired: boolean }>;
  /** Print runs of boards with the first day on which they are no longer good. */
  runs: Map<string, string | null>;
  /** What every board that ever hung says, without its dashes. */
  boards: Map<string, Board>;
  budgetLeft: number;
}

/** A board as it hangs in the park. */
export interface Board {
  station: string;
  run: string;
  code: string;
}

export interface ModelWallet {
  id: string;
  openedAtMs: number;
  available: number;
  held: number;
  devices: Map<string, ModelDevice>;
  /** In the order in which they were booked. */
  attempts: Map<string, BookedAttempt>;
  closed: boolean;
  joinedInto?: string;
}
export interface ModelDevice {
  secret: string;
  claim?: string;
  lastSyncMs: number;
  signedOut: boolean;
}
export interface BookedAttempt {
  sent: SentAttempt;
  right: boolean;
  day: string;
  verdict: KeptVerdict & { awards: Award[]; board?: BoardFinding };
}
export interface ModelVoucher {
  walletId: string;
  id: string;
  shopId: string;
  goodsId: string;
  points: number;
  charged: number;
  stocked: boolean;
  settleFen: number;
  issuedAtMs: number;
  expiresAtMs: number;
  /** Read from the database once it is there. */
  code?: string;
  state:
    | { is: 'held' }
    | { is: 'handed-over'; atMs: number; terminalId: string; nonce: string }
    | { is: 'released'; atMs: number; why: ReleaseReason };
}
export interface ModelHandover {
  walletId: string;
  voucherId: string;
  did: 'handed-over' | 'sold-out';
  atMs: number;
  undoneAtMs?: number;
}

export function newModel(budget: number): Model {
  const pieces = sampleOffer.shops.flatMap(({ id, stock }) =>
    Object.entries(stock).map(([goods, n]) => [`${id}/${goods}`, n] as const),
  );
  return {
    ...{ nowMs: 0, epoch: '' },
    wallets: new Map(),
    vouchers: new Map(),
    stock: new Map(pieces.map(([key, n]) => [key, { putIn: n, free: n, held: 0, handedOver: 0 }])),
    shops: new Map(),
    handovers: new Map(),
    codes: new Map(),
    tills: new Map(),
    keys: new Map([[1, { useFromMs: 0, retired: false }]]),
    ...{ runs: new Map(), boards: new Map() },
    budgetLeft: budget,
  };
}

/** A copy that can be changed; what is never changed is shared. */
export function copyOf(model: Model): Model {
  const copied = <T extends object>(map: ReadonlyMap<string, T>) =>
    new Map([...map].map(([key, value]) => [key, { ...value }]));
  const wallets = [...model.wallets].map(([id, wallet]): [string, ModelWallet] => [
    id,
    { ...wallet, devices: copied(wallet.devices), attempts: new Map(wallet.attempts) },
  ]);
  return {
    ...model,
    wallets: new Map(wallets),
    ...{ vouchers: copied(model.vouchers), stock: copied(model.stock) },
    ...{ shops: new Map(model.shops), handovers: copied(model.handovers) },
    ...{ codes: new Map(model.codes), tills: copied(model.tills) },
    keys: new Map([...model.keys].map(([id, key]) => [id, { ...key }])),
    runs: new Map(model.runs),
  };
}

export function refuse(code: RefusalCode, details: Refused['details'] = {}): never {
  throw new Refused(code, details);
}

export function openWallet(model: Model, id: string): ModelWallet {
  const wallet: ModelWallet = {
    ...{ id, openedAtMs: model.nowMs, available: 0, held: 0 },
    ...{ devices: new Map(), attempts: new Map(), closed: false },
  };
  model.wallets.set(id, wallet);
  return wallet;
}

/** Whose session this is, followed to where its wallet went. */
export function identify(
  model: Model,
  session: Session | undefined,
): { wallet: ModelWallet; device: ModelDevice; deviceId: string; moved: boolean } {
  let wallet = session && model.wallets.get(session.walletId);
  let moved = false;
  for (; wallet?.joinedInto !== undefined; moved = true)
    wallet = model.wallets.get(wallet.joinedInto);
  if (!session || !wallet) refuse('wallet-unknown');
  if (wallet.closed) refuse('wallet-closed');
  const device = wallet.devices.get(session.deviceId);
  if (device?.secret !== session.secret) refuse('wallet-unknown');
  if (device.signedOut) refuse('signed-out');
  return { wallet, device, deviceId: session.deviceId, moved };
}

export const vouchersOf = (model: Model, walletId: string): ModelVoucher[] =>
  [...model.vouchers.values()].filter((voucher) => voucher.walletId === walletId);

export function releaseHeld(model: Model, voucher: ModelVoucher, why: ReleaseReason): void {
  const wallet = model.wallets.get(voucher.walletId) as ModelWallet;
  wallet.held -= voucher.charged;
  wallet.available += voucher.charged;
  voucher.state = { is: 'released', atMs: model.nowMs, why };
  if (!voucher.stocked || why === 'sold-out') return;
  const stock = stockOf(model, voucher);
  stock.held -= 1;
  stock.free += 1;
}

export function releaseDue(model: Model, walletId: string): void {
  for (const voucher of vouchersOf(model, walletId))
    if (voucher.state.is === 'held' && voucher.expiresAtMs <= model.nowMs)
      releaseHeld(model, voucher, 'expired');
}

export function stockOf(
  model: Model,
  { shopId, goodsId }: Pick<ModelVoucher, 'shopId' | 'goodsId'>,
) {
  const stock = model.stock.get(`${shopId}/${goodsId}`);
  if (!stock) throw new Error(`no stock of ${goodsId} at ${shopId}`);
  return stock;
}

import { dayAt } from '../../src/lib/domain/points/day.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { sampleOffer } from '../../src/lib/domain/voucher/samples.ts';
import type { TokenContent } from '../../src/lib/domain/voucher/token.ts';
import { VOUCHER_DAYS } from '../../src/lib/domain/voucher/terms.ts';
import type { Ask } from './histories-asks.ts';
import { identify, refuse, releaseDue, releaseHeld } from './histories-model.ts';
import { stockOf, type Model, type ModelVoucher, type ModelWallet } from './histories-model.ts';
import { DAY_MS } from './park.ts';

// What the model does about vouchers.

type Asked<D extends Ask['do']> = Extract<Ask, { do: D }>;

export function goodsOf(goodsId: string) {
  const goods = sampleOffer.goods.find(({ id }) => id === goodsId);
  if (!goods) refuse('goods-unknown');
  return goods;
}

export function hold(model: Model, { session, request }: Asked<'hold'>) {
  const { wallet } = identify(model, session);
  const { id, shopId, goodsId, points } = request;
  const before = model.vouchers.get(`${wallet.id}/${id}`);
  if (before) {
    const { shopId: shop, goodsId: goods, points: price } = before;
    if (shop !== shopId || goods !== goodsId || price !== points) refuse('id-used');
    return shown(before);
  }
  if (dayAt(model.nowMs) > sampleCampaign.redeemUntil) refuse('redeeming-ended');
  if (!model.stock.has(`${shopId}/${goodsId}`)) refuse('goods-unknown');
  const goods = goodsOf(goodsId);
  if (goods.points !== points) refuse('price-changed');
  if (model.nowMs - wallet.openedAtMs < goods.accountAgeDays * DAY_MS) refuse('account-too-new');
  if (wallet.available < points)
    refuse('not-enough-points', { missing: points - wallet.available });
  const stock = stockOf(model, request);
  if (stock.free === 0) refuse('sold-out');
  stock.free -= 1;
  stock.held += 1;
  return shown(
    make(model, wallet, {
      ...{ id, shopId, goodsId, stocked: true, charged: points },
      ...{ issuedAtMs: model.nowMs, expiresAtMs: model.nowMs + VOUCHER_DAYS * DAY_MS },
    }),
  );
}

type New = Omit<ModelVoucher, 'walletId' | 'points' | 'settleFen' | 'state'>;

function make(model: Model, wallet: ModelWallet, voucher: New): ModelVoucher {
  const { points, settleFen } = goodsOf(voucher.goodsId);
  wallet.available -= voucher.charged;
  wallet.held += voucher.charged;
  const made: ModelVoucher = {
    ...voucher,
    ...{ walletId: wallet.id, points, settleFen, state: { is: 'held' } },
  };
  model.vouchers.set(`${wallet.id}/${voucher.id}`, made);
  return made;
}

/** A voucher that is signed and not known: charged as far as the balance goes. */
export function remake(model: Model, wallet: ModelWallet, content: TokenContent): ModelVoucher {
  const { voucherId: id, shopId, goodsId, expiresAtMs } = content;
  return make(model, wallet, {
    ...{ id, shopId, goodsId, expiresAtMs, stocked: false },
    charged: Math.min(goodsOf(goodsId).points, wallet.available),
    issuedAtMs: expiresAtMs - VOUCHER_DAYS * DAY_MS,
  });
}

function shown({ id, points, issuedAtMs, expiresAtMs, state }: ModelVoucher) {
  const seen = state.is === 'handed-over' ? { is: state.is, atMs: state.atMs } : { ...state };
  return { id, points, issuedAtMs, expiresAtMs, state: seen };
}

export function cancel(model: Model, { session, id }: Asked<'cancel'>) {
  const { wallet } = identify(model, session);
  const voucher = model.vouchers.get(`${wallet.id}/${id}`);
  if (!voucher) refuse('voucher-unknown');
  if (voucher.state.is === 'handed-over') refuse('voucher-handed-over');
  if (voucher.state.is === 'held') {
    const expired = voucher.expiresAtMs <= model.nowMs;
    releaseHeld(model, voucher, expired ? 'expired' : 'cancelled');
  }
  return shown(voucher);
}

export function sweep(model: Model): number {
  const due = [...model.vouchers.values()].filter(
    ({ state, expiresAtMs }) => state.is === 'held' && expiresAtMs <= model.nowMs,
  );
  const owners = new Set(due.map(({ walletId }) => walletId));
  for (const walletId of owners) releaseDue(model, walletId);
  return owners.size;
}

import { dayAt } from '$lib/domain/points/day.ts';
import { VOUCHER_DAYS } from '$lib/domain/voucher/terms.ts';
import type { GoodsView, ShopsAnswer } from '$lib/domain/voucher/messages.ts';
import type { WalletNow } from '$lib/device/wallet.svelte.ts';
import type { GoodsShown } from '$lib/ui/wallet/shown.ts';

type Shop = ShopsAnswer['shops'][number];

const DAY_MS = 86_400_000;

/** Whether goods can be had now. The server decides; this only spares the resident a refusal. */
export function goodsShown(
  goods: GoodsView,
  shop: Shop,
  { wallet, nowMs, open }: { wallet: Partial<WalletNow> | undefined; nowMs: number; open: boolean },
): GoodsShown {
  const same = (ask: { shopId: string; goodsId: string }) =>
    ask.shopId === shop.id && ask.goodsId === goods.id;
  if (wallet?.asks?.some(same)) return { is: 'asked' };
  if (goods.left <= 0) return { is: 'sold-out' };
  const missing = goods.points - (wallet?.available ?? 0);
  const tooNew = ageMissing(goods.accountAgeDays, wallet?.openedAtMs, nowMs);
  if (missing > 0 || tooNew)
    return {
      is: 'cannot',
      ...(missing > 0 && {
        missing: { points: missing, afterSync: missing <= (wallet?.pending ?? 0) },
      }),
      ...(tooNew && { tooNew }),
    };
  return open && shop.open ? { is: 'can' } : { is: 'not-now' };
}

function ageMissing(days: number, openedAtMs: number | undefined, nowMs: number) {
  if (days === 0) return undefined;
  if (openedAtMs === undefined) return { days };
  const left = openedAtMs + days * DAY_MS - nowMs;
  return left > 0 ? { days, leftDays: Math.ceil(left / DAY_MS) } : undefined;
}

/** Whole days in which a voucher made now can be fetched: the end of the campaign may come first. */
export function daysToFetch(redeemUntil: string, nowMs: number): number {
  const left = (Date.parse(redeemUntil) - Date.parse(dayAt(nowMs))) / DAY_MS;
  return Math.max(0, Math.min(VOUCHER_DAYS, left));
}

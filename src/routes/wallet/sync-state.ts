import type { Problem } from '$lib/device/sync-driver.ts';
import type { WalletNow } from '$lib/device/wallet.svelte.ts';
import { walletText } from '$lib/ui/text/wallet.ts';
import type { SyncShown } from '$lib/ui/wallet/shown.ts';
import { says } from './says.ts';

/** Refusals of a voucher that was asked for again after its answer was lost. */
const OF_A_VOUCHER = new Set<Problem>([
  'not-enough-points',
  'sold-out',
  'price-changed',
  'goods-unknown',
  'shop-closed',
  'redeeming-ended',
  'account-too-new',
]);

/** How it stands with syncing: what the resident must do something about comes first. */
export function syncShown(
  wallet: WalletNow,
  phone: { lasting: boolean; online: boolean; syncing: boolean; problem: Problem | undefined },
): SyncShown {
  const { waiting } = wallet;
  if (!phone.lasting) return { is: 'fleeting' };
  if (phone.problem && phone.problem !== 'offline') {
    const why = says(phone.problem);
    return {
      is: 'problem',
      says: OF_A_VOUCHER.has(phone.problem) ? walletText.sync.notMade(why) : why,
    };
  }
  if (!phone.online || phone.problem === 'offline') return { is: 'offline', waiting };
  const lastAtMs = wallet.lastSyncAtMs;
  if (phone.syncing) return { is: 'syncing', lastAtMs };
  if (waiting > 0) return { is: 'waiting', waiting };
  return lastAtMs === undefined ? { is: 'nothing' } : { is: 'backed-up', lastAtMs };
}

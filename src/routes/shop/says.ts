import type { Trouble } from '$lib/device/terminal/trouble.ts';
import { isRefusalCode, refusals } from '$lib/domain/refusal.ts';
import { shopText } from '$lib/ui/text/shop.ts';

/** The sentence for what went wrong. */
export const says = (trouble: Trouble): string =>
  isRefusalCode(trouble) ? refusals[trouble][1] : shopText.troubles[trouble];

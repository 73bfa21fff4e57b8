import { get, post } from '$lib/device/api.ts';
import { Till } from '$lib/device/till.svelte.ts';

/** One for all pages below /shop: what is open stays open from one to the other. */
export const till = new Till({ get, post });

import { Till } from '$lib/device/till.svelte.ts';
import { Quiet } from '$lib/device/terminal/quiet.svelte.ts';
import { ServerTime } from '$lib/device/terminal/server-time.ts';
import { SignedApi } from '$lib/device/terminal/signed.ts';
import { ShopStorage } from '$lib/device/terminal/storage.ts';

const time = new ServerTime();
const storage = new ShopStorage(() => void till.open());

export const api = new SignedApi(storage.open, time);
export const quiet = new Quiet(storage.open);
/** One for all that /shop shows: what is open stays open from one to the other. */
export const till: Till = new Till({ open: storage.open, api, time });

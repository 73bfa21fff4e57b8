import type { ClientInit } from '@sveltejs/kit';
import { packHash } from 'virtual:catalogue';
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';

/** Before the app starts: what takes the phone long is asked for, and a tap that waits is let through. */
export const init: ClientInit = async () => {
  phone.open().catch(() => undefined);
  if (location.pathname.startsWith('/quiz/')) loadPack(packHash, phone.open).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve));
};

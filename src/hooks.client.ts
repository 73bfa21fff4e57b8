import type { ClientInit } from '@sveltejs/kit';
import { packHash } from 'virtual:catalogue';
import { painted } from '$lib/device/idle.ts';
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';

/**
 * Before the app starts: what takes the phone long is asked for, and the first tap, which early.js answers, gets its
 * frame before the app takes the main thread.
 */
export const init: ClientInit = async () => {
  phone.open().catch(() => undefined);
  if (location.pathname.startsWith('/quiz/')) loadPack(packHash, phone.open).catch(() => undefined);
  await painted();
};

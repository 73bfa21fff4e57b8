// What looking for something needs, apart from the page: it comes when the box is pressed or the phone is idle.
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';
import { Search } from '$lib/device/search.ts';
import { names } from 'virtual:names';
import { packHash } from 'virtual:catalogue';

export { default as FoundList } from './Found.svelte';

let opened: Promise<Search> | undefined;

/**
 * The search over the current pack, made once.
 * @throws Failure `pack-missing`, `pack-unreadable`; asked again, it tries again
 */
export function openSearch(): Promise<Search> {
  if (!opened) {
    opened = loadPack(packHash, phone.open).then((pack) => Search.over(pack, names));
    opened.catch(() => (opened = undefined));
  }
  return opened;
}

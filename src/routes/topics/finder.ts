// What looking for something needs, apart from the page: it comes when the box is pressed or the phone is idle.
import { Search } from '$lib/domain/search/search.ts';
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';
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
    opened = loadPack(packHash, phone.open).then((pack) => new Search(pack, names));
    opened.catch(() => (opened = undefined));
  }
  return opened;
}

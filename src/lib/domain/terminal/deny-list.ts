import type { ReleaseReason } from '../ledger/transfer.ts';

/** A voucher of the shop that must not be handed over (again), until its token expires by itself. */
export type DenyEntry = { voucherId: string; expiresAtMs: number } & (
  | { is: 'handed-over'; atMs: number; terminal: string; clerk?: string }
  /** Released, or about to be: its points are going back. */
  | { is: 'released'; atMs: number; why: ReleaseReason }
);

/** What the server tells of the list: all of it, or what has changed since the list that the terminal holds. */
export interface DenyNews {
  /** Which list this is; numbers of one shop and epoch only grow. */
  number: number;
  epoch: string;
  /** By the server's clock. */
  asOfMs: number;
  /** True: this is the whole list, and an earlier one is dropped. */
  whole: boolean;
  entries: DenyEntry[];
  /** Vouchers that are good again: their hand-over was undone. */
  open: string[];
}

/** The list as a terminal keeps it. */
export interface DenyList {
  number: number;
  epoch: string;
  asOfMs: number;
  entries: ReadonlyMap<string, DenyEntry>;
}

/**
 * The list after the news; what has expired by then is dropped, expiry is seen without a list. News that was overtaken
 * by later news is passed over: a list that was said to be held is never given up for an older one.
 */
export function withNews(list: DenyList | undefined, news: DenyNews): DenyList {
  if (list?.epoch === news.epoch && list.number >= news.number) return list;
  const { number, epoch, asOfMs, whole } = news;
  const entries = new Map(whole ? [] : list?.entries);
  for (const entry of news.entries) entries.set(entry.voucherId, entry);
  for (const voucherId of news.open) entries.delete(voucherId);
  for (const [voucherId, { expiresAtMs }] of entries)
    if (expiresAtMs <= asOfMs) entries.delete(voucherId);
  return { number, epoch, asOfMs, entries };
}

import type { ReleaseReason } from '$lib/domain/ledger/transfer.ts';
import type { Day } from '$lib/domain/points/day.ts';
import type { MoveEntry, RoundEntry } from '$lib/domain/points/statement.ts';

// What the components of the wallet are given to show; src/routes/wallet decides it.

/** How it stands with syncing. */
export type SyncShown =
  /** The browser refuses storage. */
  | { is: 'fleeting' }
  | { is: 'problem'; says: string }
  | { is: 'offline'; waiting: number }
  | { is: 'syncing'; lastAtMs: number | undefined }
  | { is: 'waiting'; waiting: number }
  | { is: 'backed-up'; lastAtMs: number }
  /** Nothing to back up yet. */
  | { is: 'nothing' };

/** Whether goods can be had now; where not, why. */
export type GoodsShown =
  | { is: 'can' }
  /** An ask for it has no answer yet. */
  | { is: 'asked' }
  | { is: 'sold-out' }
  /** The whole shop or the phone's lack of a signal is the reason, which stands above the list. */
  | { is: 'not-now' }
  | { is: 'cannot'; missing?: { points: number; afterSync: boolean }; tooNew?: TooNew };
/** `leftDays` is absent where no wallet is open yet. */
export interface TooNew {
  days: number;
  leftDays?: number;
}

export type VoucherShown =
  | { is: 'held' }
  /**
   * Past its time by this phone's clock, not released. `doubtful`: the server has been asked since and still holds it,
   * so the clock may be wrong. With `latestMs` the server has said so, and waits for the shop's till until then.
   */
  | { is: 'returning'; doubtful: boolean; why?: 'cancelled' | 'expired'; latestMs?: number }
  | { is: 'handed-over'; atMs: number }
  | { is: 'released'; atMs: number; why: ReleaseReason };

/** A line of the statement. */
export type Line =
  | { is: 'round'; key: string; title: string; round: RoundEntry }
  /** Movements of one kind of a day, together where they would only repeat each other. */
  | { is: 'move'; key: string; moves: [MoveEntry, ...MoveEntry[]]; goods?: string };
export interface DayLines {
  day: Day;
  points: number;
  lines: Line[];
}

import { dayAt, daysOfWeek, type Day } from '../domain/points/day.ts';
import { statementOf, type DayEntry } from '../domain/points/statement.ts';
import { pendingOf, readMirror } from './mirror.ts';
import { phone } from './phone.svelte.ts';
import { onWord } from './tabs.ts';

/** What the pages outside a round show of the journal; follows what other tabs write. */
export interface Summary {
  /** Booked by the server and free; 0 without a wallet. */
  available: number;
  /** Reserved for vouchers. */
  held: number;
  /** Estimated points that no server has booked yet. */
  pending: number;
  /** Attempts that exist on this phone only. */
  unsynced: number;
  attempts: number;
  statement: DayEntry[];
  practised: ReadonlySet<Day>;
  today: Day;
  /** False where the browser refuses storage: all is kept only until the page closes. */
  lasting: boolean;
}

class SummaryStore {
  #current = $state.raw<Summary>();

  /** Absent until the journal has been read. */
  get current(): Summary | undefined {
    return this.#current;
  }

  /** Reads now and after every change, until the returned function is called. */
  watch(): () => void {
    void this.read();
    const stops = [
      onWord('changed', () => void this.read()),
      onWord('cleared', () => void this.read()),
    ];
    const onVisible = () => {
      if (document.visibilityState === 'visible') void this.read();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      for (const stop of stops) stop();
      document.removeEventListener('visibilitychange', onVisible);
    };
  }

  async read(): Promise<void> {
    const journal = await phone.journal();
    try {
      const [attempts, awards, unsynced, mirror] = await Promise.all([
        journal.attempts(),
        journal.awards(),
        journal.unsyncedAttempts(),
        journal.lasting ? phone.open().then(readMirror) : undefined,
      ]);
      const today = dayAt(Date.now());
      const week = new Set(daysOfWeek(today));
      this.#current = {
        available: mirror?.wallet?.available ?? 0,
        held: mirror?.wallet?.held ?? 0,
        pending: pendingOf(awards),
        unsynced,
        attempts: attempts.length,
        statement: statementOf(attempts, awards, mirror),
        practised: new Set(attempts.map((a) => a.round.day).filter((day) => week.has(day))),
        today,
        lasting: journal.lasting,
      };
    } catch {
      // The connection was lost meanwhile; the notice says so and the next change reads again.
    }
  }
}

export const summary = new SummaryStore();

import type { KeptVerdict } from '../domain/points/difference.ts';
import type { EarnedAward } from '../domain/points/statement.ts';
import { keptBoards, type KeptBoards } from './boards.ts';
import type { KeptAttempt } from './database.ts';
import { phone } from './phone.svelte.ts';
import { onWord } from './tabs.ts';

/** What this phone knows of its resident's walk; the trail's pages make of it what they show. */
export interface Walk {
  attempts: readonly KeptAttempt[];
  boards: KeptBoards;
  verdicts: ReadonlyMap<string, KeptVerdict>;
  /** Those that the server has booked. */
  awards: readonly EarnedAward[];
  /** False where the browser refuses storage: nothing is ever sent. */
  lasting: boolean;
}

class TrailStore {
  #walk = $state.raw<Walk>();

  /** Absent until it has been read. */
  get walk(): Walk | undefined {
    return this.#walk;
  }

  /** Reads now and after every change, until the returned function is called. */
  watch(): () => void {
    void this.read();
    const stops = [
      onWord('changed', () => void this.read()),
      onWord('cleared', () => void this.read()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  async read(): Promise<void> {
    const journal = await phone.journal();
    try {
      const attempts = await journal.attempts();
      this.#walk = { attempts, ...(await readMore(journal.lasting)), lasting: journal.lasting };
    } catch {
      // The connection was lost meanwhile; the notice says so and the next change reads again.
    }
  }
}

async function readMore(lasting: boolean): Promise<Pick<Walk, 'boards' | 'verdicts' | 'awards'>> {
  if (!lasting) return { boards: {}, verdicts: new Map(), awards: [] };
  const db = await phone.open();
  const [boards, verdicts, awards] = await Promise.all([
    keptBoards(db),
    db.getAll('verdicts'),
    db.getAll('awards'),
  ]);
  return {
    boards,
    verdicts: new Map(verdicts.map((verdict) => [verdict.id, verdict])),
    awards: awards.filter(({ booked }) => booked),
  };
}

export const trail = new TrailStore();

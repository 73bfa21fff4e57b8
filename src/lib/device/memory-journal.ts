import type { Pack } from '../domain/bank/pack.ts';
import { Account } from '../domain/points/account.ts';
import type { EarnedAward } from '../domain/points/statement.ts';
import { judgedOf, type Attempt } from '../domain/quiz/attempt.ts';
import { slotOf, withPoints, type Round } from '../domain/quiz/round.ts';
import { standingsOf, type Journal, type Recorded, type Rules } from './journal.ts';

/** Stands in where the browser refuses storage: a resident can still play, and is told that nothing is kept. */
export class MemoryJournal implements Journal {
  readonly lasting = false;
  readonly #attempts = new Map<string, Attempt>();
  readonly #rounds = new Map<string, Round>();
  readonly #calendar: Record<string, readonly string[]> = {};
  #account: Account | undefined;

  record(attempt: Attempt, round: Round, rules: Rules): Promise<Recorded> {
    const { of } = attempt.round;
    if (of.kind === 'daily' && rules.dailyQuestions) this.#calendar[of.date] = rules.dailyQuestions;
    this.#account ??= new Account(rules.campaign, this.#calendar);
    const awards = this.#account.apply({ ...judgedOf(attempt), id: attempt.id });
    this.#attempts.set(attempt.id, attempt);
    const after = withPoints(
      round,
      awards.reduce((sum, award) => sum + award.points, 0),
    );
    this.#rounds.set(slotOf(round.of), after);
    return Promise.resolve({ kind: 'saved', round: after, awards });
  }

  loadRound(slot: string) {
    return Promise.resolve(this.#rounds.get(slot));
  }

  saveRound(round: Round) {
    this.#rounds.set(slotOf(round.of), round);
    return Promise.resolve();
  }

  attempts() {
    return Promise.resolve([...this.#attempts.values()]);
  }

  awards(): Promise<EarnedAward[]> {
    return Promise.resolve([...(this.#account?.awards.values() ?? [])]);
  }

  standings() {
    return Promise.resolve(standingsOf([...this.#attempts.values()], Date.now()));
  }

  unsyncedAttempts() {
    return Promise.resolve(this.#attempts.size);
  }

  /** Nothing is synced without storage, so nothing is heard of either. */
  inForce(pack: Pack) {
    return Promise.resolve(pack);
  }
}

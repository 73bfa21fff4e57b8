import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Day } from '../../domain/points/day.ts';
import type { BoardFinding } from '../../domain/sync/messages.ts';
import { boardCodeText, proofOf, readBoardCode } from '../../domain/trail/board-code.ts';
import type { Tx } from '../database/store.ts';
import type { Park } from '../park.ts';

/** Where the secret lies that all codes of this database hang on; a backup takes it along. */
const SECRET_KEY = 'board-secret';
const SECRET_BYTES = 32;

/** Makes the secret where there is none. */
export async function makeSecret(tx: Tx, random: Park['random']): Promise<void> {
  await tx
    .insertInto('meta')
    .values({ key: SECRET_KEY, value: Buffer.from(random(SECRET_BYTES)).toString('base64url') })
    .onConflict((c) => c.column('key').doNothing())
    .execute();
}

/** What the boards of this database say, and until when. */
export class Boards {
  readonly #secret: Buffer;
  /** First days on which the codes of runs are no longer good. */
  readonly #retiredFrom: ReadonlyMap<string, Day>;

  private constructor(secret: Buffer, retiredFrom: ReadonlyMap<string, Day>) {
    this.#secret = secret;
    this.#retiredFrom = retiredFrom;
  }

  /** @throws where the secret is missing: then no code can be made or judged */
  static async read(tx: Tx): Promise<Boards> {
    const { value } = await tx
      .selectFrom('meta')
      .select('value')
      .where('key', '=', SECRET_KEY)
      .executeTakeFirstOrThrow();
    const runs = await tx.selectFrom('print_run').select(['id', 'retired_from']).execute();
    const retired = runs.flatMap((run) =>
      run.retired_from === null ? [] : [[run.id, run.retired_from] as const],
    );
    return new Boards(Buffer.from(value, 'base64url'), new Map(retired));
  }

  /** What the board of a station says in a print run, as it is printed. */
  codeAt(station: string, run: string): string {
    return boardCodeText({ run, proof: this.#proof(station, run) });
  }

  /**
   * A code that our secret has made is a board's, also where the database comes from a backup that does not know its
   * print run yet.
   * @param day on which the attempt that carries it counts, so that an offline scan stays good
   */
  find(station: string, text: string, day: Day): BoardFinding {
    const code = readBoardCode(text);
    if (!code || !same(code.proof, this.#proof(station, code.run))) return 'wrong';
    const retiredFrom = this.#retiredFrom.get(code.run);
    return retiredFrom !== undefined && day >= retiredFrom ? 'retired' : 'good';
  }

  #proof(station: string, run: string): string {
    const hash = createHmac('sha256', this.#secret).update(`board ${run} ${station}`).digest();
    return proofOf(hash);
  }
}

const same = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

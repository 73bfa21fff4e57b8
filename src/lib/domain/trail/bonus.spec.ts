import { describe, expect, it } from 'vitest';
import type { KeptVerdict, Practised } from '../points/difference.ts';
import type { EarnedAward } from '../points/statement.ts';
import type { BoardFinding } from '../sync/messages.ts';
import { bonusOf, type Played } from './bonus.ts';

const CODE = 'A2-K3MQ-9TXW-4PRD';
const day = '2026-11-24';

const practised = (id: string, code: string | undefined = CODE, more: Partial<Practised> = {}) =>
  ({
    ...{ id, right: true, practisedAtMs: 0 },
    round: { id: 'r', of: { kind: 'station', station: 'gate', code }, day },
    ...more,
  }) satisfies Practised;
const found = (id: string, board: BoardFinding): KeptVerdict => ({
  ...{ id, is: 'credited', points: 0, right: true, day, awards: [], board },
});
const paid: EarnedAward = {
  ...{ key: 'station:gate:A2', kind: 'station', points: 5, day, attemptId: 'x', booked: true },
};
const played = (
  attempts: Practised[],
  verdicts: KeptVerdict[] = [],
  awards: EarnedAward[] = [],
): Played => ({ attempts, verdicts: new Map(verdicts.map((v) => [v.id, v])), awards });
const bonus = (of: Played, code: string | undefined = CODE) => bonusOf('gate', code, of);

describe('a station’s award', () => {
  it('is none without a board', () => {
    expect(bonusOf('gate', undefined, played([practised('a')]))).toEqual({ is: 'none' });
  });

  it('is not checked before the server has been asked, however much was answered', () => {
    expect(bonus(played([]))).toEqual({ is: 'unchecked' });
    expect(bonus(played([practised('a'), practised('b')]))).toEqual({ is: 'unchecked' });
  });

  it.each(['wrong', 'retired'] as const)('is refused for a board that is %s', (board) => {
    const attempts = [practised('a'), practised('b')];
    expect(bonus(played(attempts, [found('a', board)]))).toEqual({ is: board });
  });

  it('is unfinished once the code was found good, but open while answers wait', () => {
    const attempts = [practised('a'), practised('b')];
    expect(bonus(played(attempts, [found('a', 'good')]))).toEqual({ is: 'unchecked' });
    expect(bonus(played(attempts, [found('a', 'good'), found('b', 'good')]))).toEqual({
      is: 'unfinished',
    });
  });

  it('is paid when its key is booked, wherever it was answered', () => {
    expect(bonus(played([], [], [paid]))).toEqual({ is: 'paid', points: 5 });
    expect(bonus(played([practised('a')], [found('a', 'retired')], [paid]))).toMatchObject({
      is: 'paid',
    });
    expect(bonus(played([], [], [{ ...paid, key: 'station:gate:B3' }]))).toEqual({
      is: 'unchecked',
    });
  });

  it('is limited where budget or dates left nothing', () => {
    const verdict: KeptVerdict = {
      ...{ id: 'a', is: 'capped', by: 'budget', right: true, day, board: 'good' },
      awards: [{ key: paid.key, kind: 'station', points: 0, limitedBy: 'budget' }],
    };
    expect(bonus(played([practised('a')], [verdict]))).toEqual({ is: 'limited', by: 'budget' });
  });

  it('follows the board that was scanned last, not an earlier one', () => {
    const attempts = [practised('a', 'A2-AAAA-AAAA-AAAA'), practised('b')];
    const verdicts = [found('a', 'wrong'), found('b', 'good')];
    expect(bonus(played(attempts, verdicts))).toEqual({ is: 'unfinished' });
  });

  it('waits for nothing that was done on another device, in another wallet, or was rejected', () => {
    const attempts = [
      practised('a'),
      practised('b', CODE, { elsewhere: true }),
      practised('c', CODE, { past: true }),
      practised('d'),
    ];
    const rejected: KeptVerdict = { id: 'd', is: 'rejected', why: 'unknown-question' };
    expect(bonus(played(attempts, [found('a', 'good'), rejected]))).toEqual({ is: 'unfinished' });
  });

  it('is wrong for what is no code', () => {
    expect(bonus(played([]), 'torn')).toEqual({ is: 'wrong' });
  });
});

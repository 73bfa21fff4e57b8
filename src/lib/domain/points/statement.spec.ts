import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancesOf, type Transfer } from '../ledger/transfer.ts';
import type { KeptVerdict, Practised } from './difference.ts';
import { statementOf, type EarnedAward } from './statement.ts';

const monday = '2026-11-23';
const noonOf = (day: string) => Date.parse(`${day}T12:00:00+08:00`);
const practised = (id: string, right = true, day = monday, roundId = 'r') => ({
  id,
  right,
  practisedAtMs: noonOf(day),
  round: { id: roundId, of: { kind: 'topic', topic: 't' } as const, day },
});
const estimate = (attemptId: string, points: number): EarnedAward => ({
  ...{ key: `q:${attemptId}`, kind: 'question', points },
  ...{ day: monday, attemptId },
});
const paid = (attemptId: string, points: number, key = `q:${attemptId}`): Transfer => ({
  ...{ id: `t${key}`, kind: 'award', from: 'issue', to: 'resident:w', points },
  ...{ atMs: noonOf(monday), award: { key, day: monday, attemptId } },
});
const verdictsOf = (...list: KeptVerdict[]) => new Map(list.map((v) => [v.id, v]));
const credited = (id: string, points: number, estimated: number, day = monday): KeptVerdict => ({
  ...{ id, is: 'credited', points, right: true, day, estimated },
  awards: points ? [{ key: `q:${id}`, kind: 'question', points }] : [],
});
const roundIn = (days: ReturnType<typeof statementOf>) => days[0]?.rounds[0];

describe('a statement', () => {
  it('shows what is booked, and as pending what is not', () => {
    const days = statementOf([practised('a'), practised('b')], [estimate('b', 1)], {
      transfers: [paid('a', 2)],
      verdicts: new Map(),
    });
    expect(days).toMatchObject([{ day: monday, points: 3, pending: 1 }]);
    expect(roundIn(days)).toMatchObject({ points: 3, pending: 1, right: 2, answered: 2 });
  });

  it('does not count an award twice that is booked and kept as such', () => {
    const days = statementOf([practised('a')], [{ ...estimate('a', 2), booked: true }], {
      transfers: [paid('a', 2)],
      verdicts: new Map(),
    });
    expect(days).toMatchObject([{ points: 2, pending: 0 }]);
  });

  it('names a round’s awards beside those for questions', () => {
    const days = statementOf([practised('a')], [], {
      transfers: [paid('a', 2), paid('a', 10, 'week:2026-48')],
      verdicts: new Map(),
    });
    expect(roundIn(days)?.extras).toMatchObject([{ kind: 'week', points: 10 }]);
  });

  it('lists every other movement on its day, with what it does to 可用 and to 冻结', () => {
    const move = (id: string, kind: Transfer['kind'], from: string, to: string): Transfer =>
      ({ id, kind, from, to, points: 5, atMs: noonOf(monday), voucherId: 'v' }) as Transfer;
    const transfers = [
      move('1', 'hold', 'resident:w', 'voucher:v'),
      move('2', 'consume', 'voucher:v', 'shop:s'),
      move('3', 'undo', 'shop:s', 'voucher:v'),
      { ...move('4', 'release', 'voucher:v', 'resident:w'), why: 'sold-out' } as Transfer,
      { ...move('5', 'reverse-award', 'resident:w', 'issue'), award: paid('x', 5).award as never },
      move('6', 'close', 'resident:w', 'issue'),
      move('7', 'loss', 'loss', 'shop:s'),
      move('8', 'settle', 'shop:s', 'paid'),
      paid('elsewhere', 2),
    ];
    const [day] = statementOf([], [], { transfers, verdicts: new Map() });
    expect(day?.moves.map((m) => [m.is, m.points, m.held])).toEqual([
      ['hold', -5, 5],
      ['consume', 0, -5],
      ['undo', 0, 5],
      ['release', 5, -5],
      ['reverse-award', -5, 0],
      ['close', -5, 0],
      ['award', 2, 0],
    ]);
    expect(day?.moves[3]).toMatchObject({ why: 'sold-out', voucherId: 'v' });
    expect(day?.moves[4]).toMatchObject({ key: 'q:x', kind: 'question' });
  });
});

describe('where the server booked other points than the phone had estimated, the cause is', () => {
  const differences = (verdict: KeptVerdict) =>
    roundIn(statementOf([practised('a')], [], { transfers: [], verdicts: verdictsOf(verdict) }))
      ?.differences;
  const base = { id: 'a', right: true, day: monday, estimated: 2, awards: [] };

  it.each<[string, KeptVerdict, object[]]>([
    ['nothing where they agree', credited('a', 2, 2), []],
    ['nothing where nobody expected points', { ...base, is: 'known', estimated: 0 }, []],
    ['the cap', { ...base, is: 'capped', by: 'cap' }, [{ why: 'capped', by: 'cap', points: -2 }]],
    [
      'the budget',
      { ...base, is: 'capped', by: 'budget' },
      [{ why: 'capped', by: 'budget', points: -2 }],
    ],
    [
      'the cap in part',
      {
        ...{ ...base, is: 'credited', points: 1 },
        awards: [{ key: 'q:a', kind: 'question', points: 1, limitedBy: 'cap' }],
      },
      [{ why: 'capped', by: 'cap', points: -1 }],
    ],
    ['the dates', { ...base, is: 'capped', by: 'dates' }, [{ why: 'capped', by: 'dates' }]],
    ['another device', { ...base, is: 'known' }, [{ why: 'known', points: -2, attempts: 1 }]],
    [
      'another judgement',
      { ...base, is: 'credited', points: 0, right: false },
      [{ why: 'judged', right: false, points: -2 }],
    ],
    [
      'a row that it does not take',
      { id: 'a', is: 'rejected', why: 'unknown-question', estimated: 2 },
      [{ why: 'rejected', reason: 'unknown-question', points: -2 }],
    ],
    ['a count of its own', credited('a', 1, 2), [{ why: 'recounted', points: -1 }]],
    [
      'another day',
      credited('a', 0, 2, '2026-11-24'),
      [{ why: 'day', from: monday, to: '2026-11-24', points: -2 }],
    ],
    [
      'another day whose cap was reached',
      { ...base, day: '2026-11-24', is: 'capped', by: 'cap' },
      [
        { why: 'day', points: 0 },
        { why: 'capped', by: 'cap', points: -2 },
      ],
    ],
  ])('%s', (_name, verdict, expected) => {
    expect(differences(verdict)).toMatchObject(expected);
    expect(differences(verdict)).toHaveLength(expected.length);
  });

  it('told once for a round, together', () => {
    const verdicts = verdictsOf(
      { ...base, is: 'known' },
      { ...base, id: 'b', is: 'known', estimated: 1 },
    );
    const days = statementOf([practised('a'), practised('b')], [], { transfers: [], verdicts });
    expect(roundIn(days)?.differences).toEqual([{ why: 'known', points: -3, attempts: 2 }]);
  });

  it('and a round stands on the day that the server believes', () => {
    const verdicts = verdictsOf(credited('a', 2, 2, '2026-11-24'));
    const days = statementOf([practised('a', true, '2036-01-01')], [], { transfers: [], verdicts });
    expect(days.map((d) => d.day)).toEqual(['2026-11-24']);
  });
});

describe('a round at a station', () => {
  const code = 'A2-K3MQ-9TXW-4PRD';
  const key = 'station:gate:A2';
  const at = (id: string, scanned?: string): Practised => ({
    ...practised(id),
    round: {
      ...{ id: 'r1', day: monday },
      of: { kind: 'station', station: 'gate', ...(scanned && { code: scanned }) },
    },
  });
  const told = (
    attempts: Practised[],
    verdicts: KeptVerdict[] = [],
    { awards = [], transfers = [] }: { awards?: EarnedAward[]; transfers?: Transfer[] } = {},
  ) => roundIn(statementOf(attempts, awards, { transfers, verdicts: verdictsOf(...verdicts) }));

  it('says that its board waits to be checked', () => {
    expect(told([at('a', code)])).toMatchObject({ bonus: { is: 'unchecked' }, pending: 0 });
  });

  it('says why there is no award', () => {
    expect(told([at('a')])?.bonus).toEqual({ is: 'none' });
    const wrong = { ...credited('a', 2, 2), board: 'wrong' } as KeptVerdict;
    expect(told([at('a', code)], [wrong])?.bonus).toEqual({ is: 'wrong' });
  });

  it('names the award among the others, and takes it for no difference', () => {
    const awards = [
      { key: 'q:a', kind: 'question', points: 2 },
      { key, kind: 'station', points: 5 },
    ] as const;
    const verdict: KeptVerdict = {
      ...{ id: 'a', is: 'credited', points: 7, right: true, day: monday, estimated: 2 },
      ...{ board: 'good', awards: [...awards] },
    };
    const entry = told([at('a', code)], [verdict], {
      transfers: [paid('a', 2), paid('a', 5, key)],
    });
    expect(entry).toMatchObject({ points: 7, differences: [] });
    expect(entry?.extras).toMatchObject([{ kind: 'station', points: 5 }]);
    expect(entry).not.toHaveProperty('bonus');
  });

  it('says that it was paid before, in another round', () => {
    const verdict = { ...credited('a', 0, 0), board: 'good' } as KeptVerdict;
    const booked = { ...estimate('x', 5), key, kind: 'station' as const, booked: true as const };
    expect(told([at('a', code)], [verdict], { awards: [booked] })?.bonus).toEqual({
      ...{ is: 'paid', points: 5 },
    });
  });

  it('of another device says nothing of it: what was found is not known here', () => {
    expect(told([{ ...at('a', code), elsewhere: true }])).not.toHaveProperty('bonus');
    expect(told([{ ...at('a', code), past: true }])).not.toHaveProperty('bonus');
  });
});

describe('whatever has happened', () => {
  /** Movements that a ledger allows, in any order; here only their sums matter. */
  const kinds = [
    ['award', 'issue', 'resident:w'],
    ['reverse-award', 'resident:w', 'issue'],
    ['hold', 'resident:w', 'voucher:v'],
    ['consume', 'voucher:v', 'shop:s'],
    ['undo', 'shop:s', 'voucher:v'],
    ['release', 'voucher:v', 'resident:w'],
    ['loss', 'loss', 'shop:s'],
    ['settle', 'shop:s', 'paid'],
    ['close', 'resident:w', 'issue'],
  ] as const;
  const transfer = fc
    .record({
      kind: fc.constantFrom(...kinds),
      points: fc.integer({ min: 1, max: 50 }),
      atMs: fc.integer({ min: 0, max: 2e9 }),
      attempt: fc.nat({ max: 12 }),
    })
    .map(({ kind: [kind, from, to], points, atMs, attempt }) => ({
      ...{ kind, from, to, points, atMs, voucherId: 'v' },
      award: { key: `q:${attempt}`, day: monday, attemptId: `a${attempt}` },
    }));

  it('the booked points add up to 可用 and 冻结, the pending ones to the estimates', () => {
    fc.assert(
      fc.property(
        fc.array(transfer, { maxLength: 40 }),
        fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 3 }), fc.nat({ max: 3 }))),
        fc.array(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 5 }))),
        (drawn, rounds, estimated) => {
          const transfers = drawn.map((t, i) => ({ ...t, id: `t${i}` })) as Transfer[];
          const attempts = [...new Map(rounds.map((r) => [r[0], r])).values()].map(
            ([n, day, round]) => practised(`a${n}`, true, `2026-11-2${day}`, `r${day}-${round}`),
          );
          const here = new Set(attempts.map((a) => a.id));
          const awards = estimated
            .map(([n, points]) => estimate(`a${n}`, points))
            .filter((a) => here.has(a.attemptId));
          const days = statementOf(attempts, awards, { transfers, verdicts: new Map() });
          const total = (of: (d: (typeof days)[number]) => number) =>
            days.reduce((sum, day) => sum + of(day), 0);
          const balances = balancesOf(transfers);
          const pending = awards.reduce((sum, a) => sum + a.points, 0);
          expect(total((d) => d.pending)).toBe(pending);
          expect(total((d) => d.points - d.pending)).toBe(balances.get('resident:w') ?? 0);
          expect(total((d) => d.moves.reduce((sum, m) => sum + m.held, 0))).toBe(
            balances.get('voucher:v') ?? 0,
          );
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Account, type IdentifiedAttempt } from './account.ts';
import { addDays } from './day.ts';
import { sampleCampaign as rules } from './samples.ts';

const monday = '2026-11-23';
const five = ['q0', 'q1', 'q2', 'q3', 'q4'];
const calendar = { [monday]: five, [addDays(monday, 1)]: ['q5', 'q6', 'q7', 'q8', 'q9'] };
const stations = { gate: ['q0', 'q1', 'q2'], bridge: ['q10', 'q11'] };
const account = (budget?: number) => new Account(rules, calendar, budget, stations);

let serial = 0;
const attempt = (change: Partial<IdentifiedAttempt> = {}): IdentifiedAttempt => ({
  id: `a${serial++}`,
  questionId: 'q0',
  right: true,
  day: monday,
  round: { kind: 'topic' },
  ...change,
});

describe('awards', () => {
  it('give two points for a first right answer, one when it was wrong before, nothing again', () => {
    const a = account();
    expect(a.apply(attempt())).toEqual([{ key: 'q:q0', kind: 'question', points: 2 }]);
    expect(a.apply(attempt())).toEqual([]);
    expect(a.apply(attempt({ questionId: 'q1', right: false }))).toEqual([]);
    expect(a.apply(attempt({ questionId: 'q1' }))).toMatchObject([{ points: 1 }]);
    expect(a.points).toBe(3);
  });

  it('stop at the daily cap in part, and leave an unpaid key for another day', () => {
    const a = account();
    for (let i = 0; i < 14; i++) a.apply(attempt({ questionId: `x${i}` }));
    a.apply(attempt({ questionId: 'w', right: false }));
    expect(a.apply(attempt({ questionId: 'w' }))).toMatchObject([{ points: 1 }]);
    expect(a.apply(attempt({ questionId: 'y' }))).toMatchObject([{ points: 1, limitedBy: 'cap' }]);
    expect(a.apply(attempt({ questionId: 'z' }))).toMatchObject([{ points: 0, limitedBy: 'cap' }]);
    expect(a.apply(attempt({ questionId: 'z', day: addDays(monday, 1) }))).toMatchObject([
      { points: 2 },
    ]);
  });

  it('give 今日五题 once all five are answered, right or wrong, in whatever order', () => {
    const a = account();
    const daily = { kind: 'daily', date: monday } as const;
    const got = [...five]
      .reverse()
      .flatMap((questionId) => a.apply(attempt({ questionId, right: false, round: daily })));
    expect(got).toEqual([{ key: `daily:${monday}`, kind: 'daily', points: 3 }]);
  });

  it('do not count a question of the five that was answered in another round', () => {
    const a = account();
    for (const questionId of five) a.apply(attempt({ questionId, right: false }));
    expect(a.points).toBe(0);
  });

  it('give the week on the sixth day of practice, beside the cap', () => {
    const a = account();
    const days = [0, 1, 2, 4, 5, 6].map((n) => addDays(monday, n));
    const got = days.map((day) => a.apply(attempt({ day, right: false })).length);
    expect(got).toEqual([0, 0, 0, 0, 0, 1]);
    expect(a.awards.get('week:2026-48')?.points).toBe(10);
  });

  const at = (station: string, run = 'A2') => ({ kind: 'station', station, run }) as const;

  it('give a station once all its questions are answered with the code of one print run', () => {
    const a = account();
    const wrong = (questionId: string, run?: string) =>
      a.apply(attempt({ questionId, right: false, round: at('gate', run) }));
    expect([...wrong('q2'), ...wrong('q0', 'B3'), ...wrong('q1')]).toEqual([]);
    expect(a.apply(attempt({ questionId: 'q0', right: false }))).toEqual([]);
    expect(wrong('q0')).toEqual([{ key: 'station:gate:A2', kind: 'station', points: 5 }]);
    expect(wrong('q0')).toEqual([]);
    expect([...wrong('q1', 'B3'), ...wrong('q2', 'B3')]).toMatchObject([
      { key: 'station:gate:B3', points: 5 },
    ]);
  });

  it('give a station beside the cap, in part where the budget ends, and not where there is none', () => {
    const a = account(33);
    for (let i = 0; i < 15; i++) a.apply(attempt({ questionId: `x${i}` }));
    expect(a.points).toBe(rules.dailyCap);
    a.apply(attempt({ questionId: 'q10', right: false, round: at('bridge') }));
    expect(a.apply(attempt({ questionId: 'q11', right: false, round: at('bridge') }))).toEqual([
      { key: 'station:bridge:A2', kind: 'station', points: 3, limitedBy: 'budget' },
    ]);
    expect(a.apply(attempt({ right: false, round: at('nowhere') }))).toEqual([]);
  });

  it('give nothing outside the dates of the campaign', () => {
    const a = account();
    expect(a.apply(attempt({ day: '2026-10-31' }))).toMatchObject([
      { points: 0, limitedBy: 'dates' },
    ]);
    expect(a.apply(attempt({ day: '2027-11-01' }))).toMatchObject([
      { points: 0, limitedBy: 'dates' },
    ]);
  });
});

const history = fc.array(
  fc.record({
    id: fc.nat({ max: 60 }).map((n) => `id${n}`),
    questionId: fc.nat({ max: 30 }).map((n) => `q${n}`),
    right: fc.boolean(),
    day: fc.nat({ max: 13 }).map((n) => addDays(monday, n)),
    of: fc.constantFrom('daily', 'gate', 'bridge', 'topic'),
    run: fc.constantFrom('A2', 'B3'),
  }),
  { maxLength: 200 },
);
type Drawn = typeof history extends fc.Arbitrary<infer T> ? T : never;

/** The same id always carries the same content. */
function attemptsOf(drawn: Drawn): IdentifiedAttempt[] {
  const byId = new Map(drawn.map((d) => [d.id, d]));
  return drawn.map(({ id }) => {
    const { of, run, ...rest } = byId.get(id) as Drawn[number];
    return { ...rest, round: roundOf(of, rest.day, run) };
  });
}

function roundOf(of: string, date: string, run: string): IdentifiedAttempt['round'] {
  if (of === 'daily') return { kind: 'daily', date };
  return of === 'topic' ? { kind: 'topic' } : { kind: 'station', station: of, run };
}

describe('whatever the order of arrival', () => {
  const shuffledTwice = history.chain((h) =>
    fc.tuple(fc.constant(h), fc.shuffledSubarray(h, { minLength: h.length })),
  );

  it('a key is credited once, the cap and the budget are never exceeded', () => {
    fc.assert(
      fc.property(shuffledTwice, fc.nat({ max: 80 }), ([, arrived], budget) => {
        const a = account(budget);
        const credited = attemptsOf(arrived).flatMap((x) =>
          a.apply(x).map((award) => ({ ...award, day: x.day })),
        );
        const paid = credited.filter((c) => c.points > 0);
        expect(new Set(paid.map((c) => c.key)).size).toBe(paid.length);
        expect(a.points).toBe(paid.reduce((sum, c) => sum + c.points, 0));
        expect(a.points).toBeLessThanOrEqual(budget);
        const perDay = Map.groupBy(
          paid.filter((c) => c.kind === 'question'),
          (c) => c.day,
        );
        for (const [, list] of perDay) {
          expect(list.reduce((sum, c) => sum + c.points, 0)).toBeLessThanOrEqual(rules.dailyCap);
        }
        for (const c of credited) expect(Number.isInteger(c.points) && c.points >= 0).toBe(true);
      }),
    );
  });

  it('applying everything a second time changes nothing', () => {
    fc.assert(
      fc.property(shuffledTwice, ([sent, again]) => {
        const once = account();
        for (const x of attemptsOf(sent)) once.apply(x);
        const before = new Map(once.awards);
        expect(attemptsOf(again).flatMap((x) => once.apply(x))).toEqual([]);
        expect(once.awards).toEqual(before);
      }),
    );
  });

  it('the set of daily, station and weekly awards does not depend on it', () => {
    fc.assert(
      fc.property(shuffledTwice, ([sent, arrived]) => {
        const keys = (list: Drawn) => {
          const a = account();
          // The content of an id is that of the history as sent.
          const content = new Map(attemptsOf(sent).map((x) => [x.id, x]));
          for (const { id } of list) a.apply(content.get(id) as IdentifiedAttempt);
          return [...a.awards.keys()].filter((k) => !k.startsWith('q:')).sort();
        };
        expect(keys(arrived)).toEqual(keys(sent));
      }),
    );
  });
});

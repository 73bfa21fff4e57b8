import { afterAll, beforeAll, expect, it } from 'vitest';
import { rightResponse } from '../../src/lib/domain/bank/grade.ts';
import { questionsOf, type Question } from '../../src/lib/domain/bank/pack.ts';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import { buildPack } from '../../src/lib/server/bank/read.ts';
import { audit } from '../../src/lib/server/ledger/audit.ts';
import { closePark, preparePark } from '../../src/lib/server/open-park.ts';
import type { Park } from '../../src/lib/server/park.ts';
import { storesOf, type Stores } from '../support/engines.ts';
import { DAY_MS, EVENING, randomFrom, TestPhone, type TestPark } from '../support/park.ts';

// What a cheat can take: the real bank and its campaign, bots that know every answer. The figures are printed.

const FRESH_WALLETS = process.env.LONG ? 10_000 : 300;
const { hash, bank } = buildPack('questions');
const rules = bank.pack.campaign;
const questions = questionsOf(bank.pack);
/** All that questions can ever pay one wallet. */
const WHOLE_BANK = questions.size * rules.awards.firstRight;

let stores: Stores;
beforeAll(async () => {
  stores = await storesOf('sqlite');
});
afterAll(() => stores.end());

async function realPark(budget = rules.budget): Promise<TestPark> {
  let nowMs = EVENING;
  const pack = { ...bank.pack, campaign: { ...rules, budget } };
  const packs: Park['packs'] = {
    find: (wanted) => Promise.resolve(wanted === hash ? { pack, questions } : undefined),
  };
  const inForce = { packHash: hash, offer: bank.offer, notices: bank.notices };
  const park = await preparePark(await stores.empty(), packs, inForce, {
    clock: () => nowMs,
    random: randomFrom('bots'),
  });
  return { ...park, pass: (ms) => void (nowMs += ms) };
}

async function endClean(park: Park): Promise<void> {
  expect(await audit(park.store.read, rules)).toEqual([]);
  await closePark(park);
}

/** The whole bank right at once, and 今日五题 of `day`, all said to be practised on that day. */
function everything(phone: TestPhone, day: string, only?: readonly string[]) {
  const atMs = Date.parse(`${day}T12:00:00+08:00`);
  const daily = new Set(bank.pack.daily[day] ?? []);
  const asked = [...questions.values()].filter((q) => !only || only.includes(q.id));
  return asked.map((question: Question) =>
    phone.attempt(question.id, true, {
      packHash: hash,
      response: rightResponse(question),
      practisedAtMs: atMs,
      round: {
        id: phone.id(),
        of: daily.has(question.id)
          ? { kind: 'daily', date: day }
          : { kind: 'topic', topic: 'sample' },
        day,
      },
    }),
  );
}

it('a perfect bot that sends the whole bank every day is bounded by cap, bank and calendar', async () => {
  const park = await realPark();
  const phone = new TestPhone(park);
  const perDay: number[] = [];
  let before = 0;
  for (let d = 0; d < 30; d++) {
    const { wallet } = await phone.sync(everything(phone, dayAt(park.clock())));
    perDay.push(wallet.available - before);
    before = wallet.available;
    park.pass(DAY_MS);
  }
  const most = rules.dailyCap + rules.awards.daily + rules.awards.week.points;
  expect(Math.max(...perDay)).toBeLessThanOrEqual(most);
  const weeks = 5;
  expect(before).toBeLessThanOrEqual(
    WHOLE_BANK + 30 * rules.awards.daily + weeks * rules.awards.week.points,
  );
  console.log(`a perfect bot: ${before} points in 30 days, at most ${Math.max(...perDay)} on one`);
  await endClean(park);
});

it('a replaying bot gets nothing for what was booked', async () => {
  const park = await realPark();
  const phone = new TestPhone(park);
  const batch = everything(phone, dayAt(park.clock()));
  const first = await phone.sync(batch);
  for (let i = 0; i < 20; i++) {
    const again = await phone.sync(i % 2 ? batch : [...batch].reverse());
    expect(again.wallet.available).toBe(first.wallet.available);
  }
  const renamed = batch.map((attempt) => ({ ...attempt, id: phone.id() }));
  const { wallet } = await phone.sync(renamed);
  expect(wallet.available).toBe(first.wallet.available);
  console.log(`a replaying bot: ${wallet.available} points, the same after 21 replays`);
  await endClean(park);
});

it('fresh wallets take what a first sync is believed, and together no more than the budget', async () => {
  const budget = 40 * FRESH_WALLETS;
  const park = await realPark(budget);
  const today = dayAt(park.clock());
  const days = Array.from({ length: rules.firstSyncDays + 1 }, (_, i) => addDays(today, -i));
  const ids = [...questions.keys()];
  let most = 0;
  let sum = 0;
  for (let w = 0; w < FRESH_WALLETS; w++) {
    const phone = new TestPhone(park);
    // Fifteen questions fill a day's cap; each is said to be of another day.
    const claimed = days.flatMap((day, i) =>
      everything(phone, day, [...ids.slice(i * 15, i * 15 + 15), ...(bank.pack.daily[day] ?? [])]),
    );
    const { wallet } = await phone.sync(claimed.slice(0, 200));
    most = Math.max(most, wallet.available);
    sum += wallet.available;
  }
  expect(most).toBeLessThanOrEqual(
    WHOLE_BANK + days.length * rules.awards.daily + 2 * rules.awards.week.points,
  );
  expect(sum).toBeLessThanOrEqual(budget);
  console.log(
    `${FRESH_WALLETS} fresh wallets: at most ${most} points each at once, together ${sum} of ${budget}`,
  );
  await endClean(park);
}, 600_000);

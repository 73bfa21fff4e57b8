import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Outcome } from './histories-asks.ts';
import { stateOf, type State } from './histories-check.ts';
import { expected, sameOutcome } from './histories-expected.ts';
import { copyOf, type Model } from './histories-model.ts';
import type { Plan } from './histories-plans.ts';

/** A plan with what came of it; undefined where the server died over it. */
export interface Asked {
  plan: Plan;
  outcome: Outcome | undefined;
}

/**
 * What the model must be after these requests, which were under way at the same time: there must be an order in which
 * they could have been done one after the other, with these answers and this database in the end. A request that the
 * server died over was done or not.
 * @throws where there is no such order
 */
export function explained(model: Model, asked: readonly Asked[], state: State): Model {
  for (const order of orders(asked)) {
    const copy = copyOf(model);
    if (order.every((one) => fits(copy, one)) && isDeepStrictEqual(stateOf(copy), state))
      return copy;
  }
  // Not to be explained: one after the other, in the order of asking, shows best what is wrong.
  const copy = copyOf(model);
  for (const { plan, outcome } of asked) {
    const wanted = expected(copy, plan.ask, given(outcome));
    if (outcome) expect(plainOf(outcome), `${plan.by}: ${plan.ask.do}`).toEqual(plainOf(wanted));
  }
  expect(state).toEqual(stateOf(copy));
  throw new Error('these answers have no order');
}

function fits(model: Model, { plan, outcome }: Asked): boolean {
  const wanted = expected(model, plan.ask, given(outcome));
  return !outcome || sameOutcome(outcome, wanted);
}

const given = (outcome: Outcome | undefined) =>
  outcome && !('refused' in outcome) ? outcome.given : {};
const plainOf = (outcome: Outcome) => ('refused' in outcome ? outcome : { done: outcome.done });

/** All orders of those that were answered, with and without those that were not. */
function* orders(asked: readonly Asked[]): Generator<Asked[]> {
  const open = asked.filter(({ outcome }) => !outcome);
  for (let without = 0; without < 2 ** open.length; without++) {
    const left = asked.filter((one) => !(without & (1 << open.indexOf(one))) || one.outcome);
    yield* permutations(left);
  }
}

function* permutations<T>(list: readonly T[]): Generator<T[]> {
  if (list.length === 0) yield [];
  for (const [i, first] of list.entries())
    for (const rest of permutations(list.toSpliced(i, 1))) yield [first, ...rest];
}

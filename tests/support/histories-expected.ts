import { isDeepStrictEqual } from 'node:util';
import { Refused } from '../../src/lib/domain/refusal.ts';
import type { Ask, Given, Outcome } from './histories-asks.ts';
import type { Model } from './histories-model.ts';
import * as tills from './histories-till.ts';
import * as vouchers from './histories-vouchers.ts';
import * as wallets from './histories-wallets.ts';

/** What the server should say, and what it should hold afterwards. */
export function expected(model: Model, ask: Ask, given: Given): Outcome {
  try {
    return { done: apply(model, ask, given), given };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.code, details: error.details };
    throw error;
  }
}

/** Whether a real outcome is the one expected, leaving aside what was drawn by lot. */
export function sameOutcome(real: Outcome, wanted: Outcome): boolean {
  if ('refused' in real || 'refused' in wanted) return isDeepStrictEqual(real, wanted);
  return isDeepStrictEqual(real.done, wanted.done);
}

function apply(model: Model, ask: Ask, given: Given): unknown {
  switch (ask.do) {
    case 'sync':
      return wallets.sync(model, ask, given);
    case 'recovery':
      return wallets.recovery(model, ask, given);
    case 'join':
      return wallets.join(model, ask, given);
    case 'signOut':
      return wallets.signOut(model, ask);
    case 'close':
      return wallets.close(model, ask);
    case 'hold':
      return vouchers.hold(model, ask);
    case 'cancel':
      return vouchers.cancel(model, ask);
    case 'look':
      return tills.look(model, ask);
    case 'handOver':
    case 'soldOut':
      return tills.settle(model, ask);
    case 'undo':
      return tills.undo(model, ask);
    case 'sweep':
      return vouchers.sweep(model);
  }
}

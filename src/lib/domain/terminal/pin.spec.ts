import { expect, it } from 'vitest';
import { afterWrongPin, NO_TRIES, pinWaitMs } from './pin.ts';
import { PIN_LOCKED_MS, PIN_TRIES } from './terms.ts';

it('five wrong PINs in a row lock for five minutes, then the count begins anew', () => {
  let tries = NO_TRIES;
  for (let n = 1; n < PIN_TRIES; n++) tries = afterWrongPin(tries, 1000);
  expect(pinWaitMs(tries, 1000)).toBe(0);
  tries = afterWrongPin(tries, 1000);
  expect(
    [1000, 1000 + PIN_LOCKED_MS - 1, 1000 + PIN_LOCKED_MS].map((t) => pinWaitMs(tries, t)),
  ).toEqual([PIN_LOCKED_MS, 1, 0]);
  expect(afterWrongPin(tries, 1000 + PIN_LOCKED_MS)).toEqual({ wrong: 1, lockedUntilMs: 0 });
});

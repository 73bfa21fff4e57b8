import type { Signal } from '$lib/device/terminal/signals.ts';
import type { TillState } from '$lib/device/terminal/till-state.ts';

/** What is heard when this comes on the screen. */
export function signalOf(state: TillState): Signal | undefined {
  switch (state.is) {
    case 'can':
      return 'yes';
    case 'cannot':
    case 'ask-online':
    case 'unconfirmed':
      return 'no';
    case 'answered':
      return state.receipt.did === 'handed-over' ? 'done' : undefined;
    default:
      return undefined;
  }
}

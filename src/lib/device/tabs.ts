import { DATABASE_NAME } from './database.ts';

/**
 * What the tabs of one phone tell each other. Where there is no BroadcastChannel a tab only knows of itself; the
 * database keeps them from corrupting each other either way.
 */
type Word = 'changed' | 'in-a-round?' | 'in-a-round!' | 'cleared';

const channel =
  typeof document === 'undefined' || typeof BroadcastChannel === 'undefined'
    ? undefined
    : new BroadcastChannel(DATABASE_NAME);
/** A channel does not echo to who speaks. */
const own = new EventTarget();
let inRound = false;

channel?.addEventListener('message', (event: MessageEvent<Word>) => {
  if (event.data === 'in-a-round?' && inRound) tell('in-a-round!');
});

/** To every tab, this one included. */
export function tell(word: Word): void {
  channel?.postMessage(word);
  own.dispatchEvent(new Event(word));
}

export function onWord(word: Word, listener: () => void): () => void {
  const heard = (event: MessageEvent<Word>) => {
    if (event.data === word) listener();
  };
  channel?.addEventListener('message', heard);
  own.addEventListener(word, listener);
  return () => {
    channel?.removeEventListener('message', heard);
    own.removeEventListener(word, listener);
  };
}

/** Says whether this tab is in the middle of a round, where no update may disturb it. */
export function setInRound(value: boolean): void {
  inRound = value;
}

const ANSWER_MS = 250;

export function thisTabInRound(): boolean {
  return inRound;
}

/** Whether any tab of this phone is in a round. */
export function anyTabInRound(): Promise<boolean> {
  if (inRound || !channel) return Promise.resolve(inRound);
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(false), ANSWER_MS);
    const stop = onWord('in-a-round!', () => finish(true));
    function finish(answer: boolean) {
      clearTimeout(timer);
      stop();
      resolve(answer);
    }
    tell('in-a-round?');
  });
}

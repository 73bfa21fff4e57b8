import { DATABASE_NAME } from './database.ts';

/**
 * What the tabs of one phone tell each other. Where there is no BroadcastChannel a tab only knows of itself; the
 * database keeps them from corrupting each other either way.
 */
type Word = 'changed' | 'cleared';

const channel =
  typeof document === 'undefined' || typeof BroadcastChannel === 'undefined'
    ? undefined
    : new BroadcastChannel(DATABASE_NAME);
/** A channel does not echo to who speaks. */
const own = new EventTarget();

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

const ROUND_LOCK = 'civil-code-park-round';

let inRound = false;
let leaveRound: (() => void) | undefined;

/**
 * Says whether this tab is in the middle of a round, where no update may disturb it. A shared lock tells the other
 * tabs, also where this one is too busy or too deep asleep to answer.
 */
export function setInRound(value: boolean): void {
  inRound = value;
  leaveRound?.();
  leaveRound = undefined;
  if (!value) return;
  const left = new Promise<void>((resolve) => (leaveRound = resolve));
  void locks()
    ?.request(ROUND_LOCK, { mode: 'shared' }, () => left)
    .catch(() => undefined);
}

export function thisTabInRound(): boolean {
  return inRound;
}

/** Whether any tab of this phone is in a round; without Web Locks, whether this one is. */
export async function anyTabInRound(): Promise<boolean> {
  const { held } =
    (await locks()
      ?.query()
      .catch(() => undefined)) ?? {};
  return inRound || (held ?? []).some(({ name }) => name === ROUND_LOCK);
}

const locks = () => (navigator as Partial<Navigator>).locks;

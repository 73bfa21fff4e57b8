/** What `early.js` has seen before the app started. */
export interface Early {
  /** The option chosen, an index of the bank; for a judge question 1 is true and 0 is false. */
  option?: number;
  /** When 提交 was pressed, milliseconds since 1970 UTC. */
  at?: number;
  /** 下一题 was pressed. */
  next?: true;
  /** Buttons and fields outside the question that were pressed: pressed again when the app is there. */
  taps: HTMLElement[];
  /** Resolves when the page has been painted, soon in any case. */
  painted?: Promise<unknown>;
  stop?: () => void;
}

declare global {
  interface Window {
    early?: Early;
  }
}

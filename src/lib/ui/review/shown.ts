/** A question of 错题本 as it stands on the page. */
export interface ShownEntry {
  questionId: string;
  stem: string;
  /** 错过 2 次 */
  timesWrong: string;
  /** 昨天答错 */
  last: string;
}

/** Questions that come on the same day. */
export interface ShownDay {
  when: string;
  entries: readonly ShownEntry[];
}

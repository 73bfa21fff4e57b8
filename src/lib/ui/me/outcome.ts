/** What became of something that was asked for. */
export interface Outcome {
  good: boolean;
  says: string;
  /** What can be done about it. */
  todo?: string | undefined;
}

/** A question that many neighbours got wrong, as it is listed. */
export interface NeighbourQuestion {
  id: string;
  stem: string;
  /** The stem is a sentence to be judged. */
  judge: boolean;
  answers: number;
  /** 0 to 1. */
  rightShare: number;
  /** Where it is asked. */
  href: string;
}

import { FSRSAlgorithm, Rating } from 'ts-fsrs';

/** How firmly a question sits. Its day comes when nine of ten such questions would still be right. */
export interface Memory {
  /** Days until that day. */
  stability: number;
  /** 1 easy to 10 hard. */
  difficulty: number;
}

/**
 * FSRS-6 with its published weights, written out: a newer library must not move everybody's days. Days go in and come
 * out, so there is no clock, and there is no fuzz: every phone of a wallet comes to the same days.
 */
const fsrs = new FSRSAlgorithm({
  w: [
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
  ],
  request_retention: 0.9,
  enable_fuzz: false,
  // Steps of minutes are for who sits at a desk; who walks by the lake sees a question once a day.
  enable_short_term: false,
});

/**
 * The memory after an answer: a wrong one is Again, a right one Good.
 * @param days since the answer before, at least 1; of no meaning for the first
 */
export function remembered(before: Memory | undefined, days: number, right: boolean): Memory {
  return fsrs.next_state(before ?? null, days, right ? Rating.Good : Rating.Again);
}

/** After how many whole days the question is due again; at least 1. */
export function spanOf({ stability }: Memory): number {
  return fsrs.next_interval(stability, 0);
}

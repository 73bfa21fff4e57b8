import type { Visit } from './visits.ts';

/** One visit's requests over the link and when the page got where, ms since the navigation began. */
export function waterfall(visit: Visit): string {
  const { navigationAtMs, firstContentfulPaint, tapped, feedback, next } = visit;
  const since = (atMs: number | undefined) =>
    atMs === undefined ? '–' : (atMs - navigationAtMs).toFixed(0);
  const rows = visit.requests.map(
    ({ path, connection, sentAtMs, firstByteAtMs, lastByteAtMs, bytes }) =>
      `| ${path} | ${connection} | ${since(sentAtMs)} | ${since(firstByteAtMs)} | ${since(lastByteAtMs)} | ${bytes} |`,
  );
  return [
    `first contentful paint ${firstContentfulPaint.toFixed(0)}, tapped ${tapped.toFixed(0)}, ` +
      `feedback ${feedback.toFixed(0)}, second question ${next.toFixed(0)}`,
    '',
    '| request | connection | sent | first byte | last byte | bytes |',
    '|---|---:|---:|---:|---:|---:|',
    ...rows,
  ].join('\n');
}

import type { Noise } from './noise.ts';
import type { Pair } from './rounds.ts';
import { median } from './statistics.ts';
import type { Visit } from './visits.ts';

export interface Results {
  cold?: Pair<Visit>[];
  /** ms */
  kept?: Pair<number>[];
  warm?: Pair<Visit>[];
  offline?: Pair<Visit>[];
  /** ms */
  tap?: Pair<number>[];
}

/** One line of the table. */
export interface Line {
  what: string;
  /** By round, ms. */
  bare: number[];
  park: number[];
  /** Park to bare: the median of the rounds' ratios. */
  ratio: number;
  /** The ratio should not be above it. */
  aim?: number;
}

type Span = (visit: Visit) => number;
const toFeedback: Span = ({ feedback }) => feedback;
const toNext: Span = ({ next }) => next;
const tapToNext: Span = ({ tapped, next }) => next - tapped;

export function linesOf({ cold, kept, warm, offline, tap }: Results): Line[] {
  const lines: Line[] = [];
  const add = <Value>(
    what: string,
    pairs: Pair<Value>[] | undefined,
    span: (value: Value) => number,
    aim?: number,
  ) => {
    if (!pairs) return;
    const bare = pairs.map((pair) => span(pair.bare));
    const park = pairs.map((pair) => span(pair.park));
    const ratio = median(park.map((ms, i) => ms / (bare[i] ?? NaN)));
    lines.push({ what, bare, park, ratio, ...(aim && { aim }) });
  };
  add('cold: navigation → feedback', cold, toFeedback, 1.1);
  add('cold: navigation → second question', cold, toNext, 1.6);
  add('cold: first tap → second question', cold, tapToNext);
  add('cold: navigation → opens without a signal', kept, (ms) => ms);
  add('warm: navigation → feedback', warm, toFeedback, 1.5);
  add('warm: navigation → second question', warm, toNext);
  add('warm: first tap → second question', warm, tapToNext);
  add('offline: navigation → feedback', offline, toFeedback, 1.6);
  add('offline: navigation → second question', offline, toNext);
  add('offline: first tap → second question', offline, tapToNext);
  add('loaded page: 提交 → feedback', tap, (ms) => ms, 1.3);
  return lines;
}

export function markdown(results: Results, noise: Noise, rounds: number): string {
  const rows = linesOf(results).map(({ what, bare, park, ratio, aim }) =>
    row(what, span(bare), span(park), `**${ratio.toFixed(2)}×**`, aim ? `≤ ${aim}×` : '–'),
  );
  return [
    '| median (min–max), ms | bare page | park | ratio, median of rounds | aim |',
    '|---|---:|---:|---:|---:|',
    ...rows,
    '',
    ...costs(results),
    ...remarks(results, noise, rounds),
  ].join('\n');
}

function costs(results: Results): string[] {
  const rows = (['cold', 'warm'] as const).flatMap((kind) => {
    const pairs = results[kind];
    if (!pairs) return [];
    return (['untilFeedback', 'untilNext'] as const).map((until) => {
      const what = `${kind}: ${until === 'untilFeedback' ? 'until feedback' : 'until the second question'}`;
      const cost = (visits: Visit[]) => {
        const bytes = median(visits.map((visit) => visit[until].bytes)) / 1000;
        const requests = median(visits.map((visit) => visit[until].requests));
        return `${bytes.toFixed(1)} kB, ${requests} requests`;
      };
      return row(what, cost(pairs.map(({ bare }) => bare)), cost(pairs.map(({ park }) => park)));
    });
  });
  if (rows.length === 0) return [];
  return ['| over the link, median | bare page | park |', '|---|---:|---:|', ...rows, ''];
}

function remarks(results: Results, noise: Noise, rounds: number): string[] {
  const { processors, load, work, timersLate } = noise;
  const visits = [results.cold, results.warm, results.offline].flatMap((pairs) => pairs ?? []);
  const lost = (who: 'bare' | 'park', what: 'taps' | 'presses') =>
    visits.reduce((sum, pair) => sum + pair[who][what] - 1, 0);
  const [before, after] = load.map((value) => value.toFixed(1));
  return [
    `${rounds} rounds. Taps without an effect: bare ${lost('bare', 'taps')}, park ${lost('park', 'taps')}. ` +
      `Presses of 下一题 repeated while waiting: bare ${lost('bare', 'presses')}, park ${lost('park', 'presses')}.`,
    `Machine: ${processors} processors, load ${before} before and ${after} after; the same work took ` +
      `${span(Object.values(work), work.median)} ms; timers late by ${timersLate.p99.toFixed(1)} ms (p99), ` +
      `${timersLate.max.toFixed(1)} ms (max).`,
  ];
}

function span(values: readonly number[], middle = median(values)): string {
  const show = (ms: number) => (Math.max(...values) < 100 ? ms.toFixed(1) : ms.toFixed(0));
  return `${show(middle)} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

import { describe, expect, it } from 'vitest';
import type { RoundKind } from '../quiz/round.ts';
import { answeredAt, nextAfter, type Place } from './walk.ts';

const place = (id: string, x: number, y: number): Place => ({
  ...{ id, at: [x, y], questions: [`${id}-1`, `${id}-2`] },
});
const gate = place('gate', 0, 0);
const bridge = place('bridge', 100, 0);
const tower = place('tower', 0, 300);
const places = [tower, gate, bridge];
const answered = (questionId: string, of: RoundKind) => ({
  ...{ questionId, round: { id: 'r', of, day: '2026-11-24' } },
});
const at = (station: string, n: number, code?: string) =>
  answered(`${station}-${n}`, { kind: 'station', station, ...(code && { code }) });

describe('a walk', () => {
  it('counts each question of a station once, with a code or without', () => {
    const attempts = [at('gate', 1), at('gate', 1, 'A2'), at('gate', 2, 'A2')];
    expect(answeredAt(gate, attempts.slice(0, 2))).toBe(1);
    expect(answeredAt(gate, attempts)).toBe(2);
  });

  it('does not count what was answered in other rounds, or is not asked there any more', () => {
    const attempts = [
      answered('gate-1', { kind: 'topic', topic: 'gate' }),
      answered('gate-2', { kind: 'station', station: 'bridge' }),
      answered('gate-9', { kind: 'station', station: 'gate' }),
    ];
    expect(answeredAt(gate, attempts)).toBe(0);
  });

  it('goes on to the nearest station that is not finished', () => {
    expect(nextAfter(gate, places, [])).toBe(bridge);
    expect(nextAfter(gate, places, [at('bridge', 1)])).toBe(bridge);
    expect(nextAfter(gate, places, [at('bridge', 1), at('bridge', 2)])).toBe(tower);
  });

  it('ends where all others are finished', () => {
    const all = ['bridge', 'tower'].flatMap((id) => [at(id, 1), at(id, 2)]);
    expect(nextAfter(gate, places, all)).toBeUndefined();
  });
});

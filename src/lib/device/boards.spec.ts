import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Round, RoundKind } from '../domain/quiz/round.ts';
import { keepBoard, keptBoards } from './boards.ts';
import { DATABASE_NAME, openDatabase, type ParkDatabase } from './database.ts';
import { boardAt } from './hints.ts';

const CODE = 'A2-K3MQ-9TXW-4PRD';
const OTHER = 'B3-K3MQ-9TXW-4PRD';

let db: ParkDatabase;
const open = () => Promise.resolve(db);
beforeEach(async () => {
  const hints = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => hints.get(key) ?? null,
    setItem: (key: string, value: string) => void hints.set(key, value),
  });
  db = await openDatabase({ blocked() {}, outdated() {}, deleted() {}, terminated() {} });
  return async () => {
    db.close();
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(DATABASE_NAME).onsuccess = resolve;
    });
    vi.unstubAllGlobals();
  };
});

const round = (of: RoundKind): Round => ({
  ...{ id: 'r', of, packHash: 'p', day: '2026-11-24', beganAtMs: 0, items: [], at: 0 },
  phase: 'answering',
});

describe('a scanned board', () => {
  it('is kept, and the next round of its station carries it', async () => {
    expect(boardAt('gate')).toBeUndefined();
    await keepBoard(open, 'gate', { code: CODE, scannedAtMs: 1 });
    await keepBoard(open, 'bridge', { code: OTHER, scannedAtMs: 2 });
    expect([boardAt('gate'), boardAt('bridge'), boardAt('tower')]).toEqual([
      CODE,
      OTHER,
      undefined,
    ]);
    expect(await keptBoards(db)).toEqual({
      gate: { code: CODE, scannedAtMs: 1 },
      bridge: { code: OTHER, scannedAtMs: 2 },
    });
  });

  it('takes the place of the one before', async () => {
    await keepBoard(open, 'gate', { code: CODE, scannedAtMs: 1 });
    await keepBoard(open, 'gate', { code: OTHER, scannedAtMs: 2 });
    expect(boardAt('gate')).toBe(OTHER);
    expect(await keptBoards(db)).toEqual({ gate: { code: OTHER, scannedAtMs: 2 } });
  });

  it('ends a round that was begun without it, and no other', async () => {
    const gate = { kind: 'station', station: 'gate' } as const;
    const bridge = { kind: 'station', station: 'bridge' } as const;
    await db.put('rounds', round(gate), 'station:gate');
    await db.put('rounds', round(bridge), 'station:bridge');
    await keepBoard(open, 'gate', { code: CODE, scannedAtMs: 1 });
    expect(await db.getAllKeys('rounds')).toEqual(['station:bridge']);
    await db.put('rounds', round({ ...gate, code: CODE }), 'station:gate');
    await keepBoard(open, 'gate', { code: CODE, scannedAtMs: 2 });
    expect(await db.getAllKeys('rounds')).toEqual(['station:bridge', 'station:gate']);
  });

  it('is not kept where the browser refuses storage, and the page hears of it', async () => {
    const refuse = () => {
      throw new DOMException('refused', 'SecurityError');
    };
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
    const denied = () => Promise.reject(new DOMException('refused', 'SecurityError'));
    const board = { code: CODE, scannedAtMs: 1 };
    await expect(keepBoard(denied, 'gate', board)).rejects.toThrow('refused');
    expect(boardAt('gate')).toBeUndefined();
  });
});

import { PackUnreadable, readPack, type Pack } from '../domain/bank/pack.ts';
import { Failure } from '../domain/failure.ts';
import type { ParkDatabase } from './database.ts';

const loaded = new Map<string, Promise<Pack>>();

/**
 * A pack by its hash: from memory, from this phone, or from the server, which keeps every pack it ever served.
 * @param open absent where the browser refuses storage
 * @throws Failure `pack-missing` without a signal, `pack-unreadable` when the bytes are damaged
 */
export function loadPack(hash: string, open?: () => Promise<ParkDatabase>): Promise<Pack> {
  let pack = loaded.get(hash);
  if (!pack) {
    pack = find(hash, open);
    loaded.set(hash, pack);
    pack.catch(() => loaded.delete(hash));
  }
  return pack;
}

async function find(hash: string, open?: () => Promise<ParkDatabase>): Promise<Pack> {
  const kept = await open?.()
    .then((db) => db.get('packs', hash))
    .catch(() => undefined);
  if (kept) {
    try {
      return readPack(kept.json);
    } catch {
      // Damaged on this phone: fetched again below.
    }
  }
  const json = await fetchPack(hash);
  const pack = parse(json);
  // Without room for it the round is played from memory.
  void open?.()
    .then((db) => db.put('packs', { hash, json, savedAtMs: Date.now() }))
    .catch(() => undefined);
  return pack;
}

async function fetchPack(hash: string): Promise<string> {
  try {
    const early = await earlyPack(hash);
    if (early !== undefined) return early;
    const response = await fetch(`/packs/${hash}.json`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.text();
  } catch (cause) {
    throw new Failure('pack-missing', { cause });
  }
}

/** What early.js has asked for ahead: good for one try, and only for the pack of this build. */
async function earlyPack(hash: string): Promise<string | undefined> {
  const asked = window.early?.pack;
  if (!asked) return undefined;
  delete window.early?.pack;
  const response = await asked.catch(() => undefined);
  if (!response?.ok || !response.url.includes(hash)) return undefined;
  return response.text().catch(() => undefined);
}

function parse(json: string): Pack {
  try {
    return readPack(json);
  } catch (cause) {
    if (cause instanceof PackUnreadable) throw new Failure('pack-unreadable', { cause });
    throw cause;
  }
}

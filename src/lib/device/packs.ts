import { PackUnreadable, readPack, type Pack } from '../domain/bank/pack.ts';
import { Failure } from '../domain/failure.ts';
import type { ParkDatabase } from './database.ts';
import { isMarkedKept, markKept } from './hints.ts';
import { whenIdle } from './idle.ts';

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
  const kept = () => readKept(hash, open);
  // Opening the database takes longer than asking the server: only where the pack is known to be kept it goes first.
  if (isMarkedKept(hash)) return (await kept()) ?? fetchPack(hash, open);
  try {
    return await fetchPack(hash, open);
  } catch (cause) {
    const pack = await kept();
    if (!pack) throw cause;
    return pack;
  }
}

async function readKept(
  hash: string,
  open?: () => Promise<ParkDatabase>,
): Promise<Pack | undefined> {
  try {
    const row = await (await open?.())?.get('packs', hash);
    return row && readPack(row.json);
  } catch {
    // No storage, or damaged on this phone: the server has it.
    return undefined;
  }
}

async function fetchPack(hash: string, open?: () => Promise<ParkDatabase>): Promise<Pack> {
  let json: string;
  try {
    const response = await fetch(`/packs/${hash}.json`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    json = await response.text();
  } catch (cause) {
    throw new Failure('pack-missing', { cause });
  }
  const pack = parse(json);
  // Without room for it the round is played from memory.
  whenIdle(() =>
    open?.()
      .then((db) => db.put('packs', { hash, json, savedAtMs: Date.now() }))
      .then(() => markKept(hash))
      .catch(() => undefined),
  );
  return pack;
}

function parse(json: string): Pack {
  try {
    return readPack(json);
  } catch (cause) {
    if (cause instanceof PackUnreadable) throw new Failure('pack-unreadable', { cause });
    throw cause;
  }
}

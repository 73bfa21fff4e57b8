import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { questionsOf, readPack, type Pack, type Question } from '../../domain/bank/pack.ts';
import { packHash } from './read.ts';

/** A pack with its questions by id, ready for scoring. */
export interface ScoringPack {
  pack: Pack;
  questions: ReadonlyMap<string, Question>;
}

/** Every pack that was ever served. */
export interface Packs {
  /** Undefined where no such pack is here, or its bytes are damaged. */
  find(hash: string): Promise<ScoringPack | undefined>;
}

const MAX_LOADED = 40;
const HASH = /^[0-9a-f]{16}$/;

/** @param data where `openArchive` keeps them */
export function packsIn(data: string): Packs {
  const loaded = new Map<string, ScoringPack>();
  return {
    async find(hash) {
      const known = loaded.get(hash);
      if (known || !HASH.test(hash)) return known;
      const json = await readFile(join(data, 'packs', `${hash}.json`)).catch(() => undefined);
      if (!json || packHash(json) !== hash) return undefined;
      const pack = readPack(json.toString());
      const found = { pack, questions: questionsOf(pack) };
      if (loaded.size >= MAX_LOADED) loaded.delete([...loaded.keys()][0] ?? '');
      loaded.set(hash, found);
      return found;
    },
  };
}

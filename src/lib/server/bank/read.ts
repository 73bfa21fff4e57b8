import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Notice } from '../../domain/bank/notice.ts';
import type { Offer } from '../../domain/voucher/offer.ts';
import { compileBank, type Bank } from '../../domain/bank/compile.ts';
import { TRAIL_FILE } from '../../domain/bank/compile-trail.ts';
import { BankInvalid } from '../../domain/bank/problem.ts';

export interface BuiltPack {
  /** SHA-256 of the bytes, its first 16 hex digits: the name a pack keeps for ever. */
  hash: string;
  json: string;
  bank: Bank;
}

/** `bank.json` beside a build: which pack is in force, what its points buy, what phones must know of older packs. */
export interface BankInForce {
  packHash: string;
  offer: Offer;
  notices: Notice[];
}

/**
 * Reads `questions/`, validates it and builds the pack. The same files give the same bytes.
 * @throws BankInvalid with file, question and reason of every problem; also where the park has no trail
 */
export function buildPack(directory: string): BuiltPack {
  const files = readFiles(directory);
  if (!files.has(TRAIL_FILE)) throw new BankInvalid([{ file: TRAIL_FILE, reason: '缺少游线' }]);
  const bank = compileBank(files);
  const json = JSON.stringify(bank.pack);
  return { hash: packHash(json), json, bank };
}

export function packHash(json: string | Uint8Array): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}

export function readFiles(directory: string): Map<string, unknown> {
  const files = new Map<string, unknown>();
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((n) => /\.(ya?ml|json)$/.test(n)).sort()) {
    const file = name.replaceAll('\\', '/');
    try {
      files.set(file, parse(readFileSync(join(directory, name), 'utf8')));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new BankInvalid([{ file, reason: `不是有效的 YAML：${reason}` }]);
    }
  }
  return files;
}

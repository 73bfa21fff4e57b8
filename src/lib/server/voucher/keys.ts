import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { Refused } from '../../domain/refusal.ts';
import { openToken, sealToken, tokenBody, type TokenContent } from '../../domain/voucher/token.ts';
import type { PublishedKey } from '../../domain/terminal/verify.ts';
import type { Store } from '../database/store.ts';
import type { Tables } from '../database/tables.ts';

const DAY_MS = 86_400_000;
/** A new key is published this long before it signs, so that a till without a network has it in time. */
export const PUBLISHED_BEFORE_MS = 7 * DAY_MS;
const READ_AGAIN_MS = 30_000;
// ieee-p1363 is the fixed-length form that WebCrypto uses too.
const FORM = { dsaEncoding: 'ieee-p1363' } as const;

type KeyRow = Tables['signing_key'];
interface Key extends Pick<KeyRow, 'id' | 'use_from' | 'retired_at'> {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** The P-256 keys that vouchers are signed with. */
export class SigningKeys {
  readonly #store: Store;
  readonly #clock: () => number;
  #keys = new Map<number, Key>();
  #readAtMs = -Infinity;

  private constructor(store: Store, clock: () => number) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Makes the first key where there is none. */
  static async open(store: Store, clock: () => number): Promise<SigningKeys> {
    const keys = new SigningKeys(store, clock);
    await store.write(async (tx) => {
      const any = await tx.selectFrom('signing_key').select('id').limit(1).executeTakeFirst();
      if (any) return;
      await tx
        .insertInto('signing_key')
        .values(newKey(1, clock(), clock()))
        // Two instances that start at once.
        .onConflict((c) => c.column('id').doNothing())
        .execute();
    });
    await keys.refresh();
    return keys;
  }

  async refresh(): Promise<void> {
    const rows = await this.#store.read
      .selectFrom('signing_key')
      .selectAll()
      .orderBy('id')
      .execute();
    this.#keys = new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          use_from: row.use_from,
          retired_at: row.retired_at,
          privateKey: createPrivateKey(row.private_pem),
          publicKey: createPublicKey(row.public_pem),
        },
      ]),
    );
    this.#readAtMs = this.#clock();
  }

  /** To be called before a unit of work that signs or checks: keys may be rotated while the server runs. */
  async fresh(): Promise<void> {
    if (this.#clock() - this.#readAtMs > READ_AGAIN_MS) await this.refresh();
  }

  /** The id of the key that signs now: the newest that has come into use. */
  currentId(): number {
    const now = this.#clock();
    const usable = [...this.#keys.values()].filter(
      (key) => key.use_from <= now && (key.retired_at === null || key.retired_at > now),
    );
    const newest = usable.sort((a, b) => b.use_from - a.use_from || b.id - a.id)[0];
    if (!newest) throw new Error('there is no key to sign with');
    return newest.id;
  }

  seal(content: TokenContent): string {
    const key = this.#keys.get(content.keyId);
    if (!key) throw new Error(`there is no key ${content.keyId}`);
    const body = tokenBody(content);
    return sealToken(body, sign('sha256', body, { key: key.privateKey, ...FORM }));
  }

  /**
   * What a token says, if one of our keys signed it.
   * @throws Refused `voucher-forged`, `voucher-key-retired`
   */
  open(token: string): TokenContent {
    const read = this.read(token);
    if (!read) throw new Refused('voucher-forged');
    if (read.retired) throw new Refused('voucher-key-retired');
    return read.content;
  }

  /** The same, also where the key is not good any more; undefined where none of ours signed it. */
  read(token: string): { content: TokenContent; retired: boolean } | undefined {
    const opened = openToken(token);
    const key = opened && this.#keys.get(opened.content.keyId);
    if (!opened || !key) return undefined;
    const { body, signature, content } = opened;
    if (!verify('sha256', body, { key: key.publicKey, ...FORM }, signature)) return undefined;
    return { content, retired: key.retired_at !== null && key.retired_at <= this.#clock() };
  }

  /** All keys as tills have them: those that sign or have signed, the next one, those that are retired. */
  published(): PublishedKey[] {
    return [...this.#keys.values()].map(({ id, publicKey, use_from, retired_at }) => ({
      id,
      key: rawPoint(publicKey),
      useFromMs: use_from,
      ...(retired_at !== null && { retiredAtMs: retired_at }),
    }));
  }
}

/** The uncompressed point, base64url. */
function rawPoint(key: KeyObject): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const coordinates = [x, y].map((c) => Buffer.from(c, 'base64url'));
  return Buffer.concat([Buffer.of(4), ...coordinates]).toString('base64url');
}

export function newKey(id: number, nowMs: number, useFromMs: number): KeyRow {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    id,
    private_pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    public_pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    made_at: nowMs,
    use_from: useFromMs,
    retired_at: null,
  };
}

/** Makes the next key; it signs from seven days on. @returns its id */
export async function rotate(store: Store, nowMs: number): Promise<number> {
  return store.write(async (tx) => {
    const last = await tx
      .selectFrom('signing_key')
      .select((e) => e.fn.max('id').as('id'))
      .executeTakeFirst();
    const key = newKey((last?.id ?? 0) + 1, nowMs, nowMs + PUBLISHED_BEFORE_MS);
    await tx.insertInto('signing_key').values(key).execute();
    return key.id;
  });
}

/** Its vouchers are refused from now on. @returns false where there is no such key */
export async function retire(store: Store, id: number, nowMs: number): Promise<boolean> {
  return store.write(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('signing_key')
      .set({ retired_at: nowMs })
      .where('id', '=', id)
      .where('retired_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  });
}

import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase45, encodeBase45 } from '../voucher/base45.ts';
import { sealToken, TOKEN_PREFIX, tokenBody, type TokenContent } from '../voucher/token.ts';
import type { DenyEntry } from './deny-list.ts';
import { OFFLINE_MS } from './terms.ts';
import {
  verifyOffline,
  type CheckSignature,
  type PublishedKey,
  type TerminalMemory,
} from './verify.ts';

const NOW = Date.parse('2026-11-24T19:00:00+08:00');
const DAY_MS = 86_400_000;
const VOUCHER = '01980000-0000-7000-8000-0000000000bb';

const FORM = { dsaEncoding: 'ieee-p1363' } as const;
const [ours, retired, foreign] = [0, 1, 2].map(() =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }),
) as [Pair, Pair, Pair];
type Pair = { publicKey: KeyObject; privateKey: KeyObject };
const raw = ({ publicKey }: Pair) => {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const [xs, ys] = [x, y].map((c) => Buffer.from(c, 'base64url')) as [Buffer, Buffer];
  return Buffer.concat([Buffer.of(4), xs, ys]).toString('base64url');
};
const published: PublishedKey[] = [
  { id: 1, key: raw(ours), useFromMs: 0 },
  { id: 2, key: raw(retired), useFromMs: 0, retiredAtMs: NOW - DAY_MS },
];
const check: CheckSignature = (key, body, signature) => {
  const pair = [ours, retired].find((p) => raw(p) === key.key);
  return Promise.resolve(
    pair !== undefined && verify('sha256', body, { key: pair.publicKey, ...FORM }, signature),
  );
};

const content: TokenContent = {
  keyId: 1,
  walletId: '01980000-0000-7000-8000-0000000000aa',
  voucherId: VOUCHER,
  shopId: 'east',
  goodsId: 'tissues',
  expiresAtMs: NOW + 3 * DAY_MS,
};
function tokenOf(change: Partial<TokenContent> = {}, pair: Pair = ours, hash = 'sha256') {
  const body = tokenBody({ ...content, ...change });
  return sealToken(body, sign(hash, body, { key: pair.privateKey, ...FORM }));
}

const memory: TerminalMemory = {
  shopId: 'east',
  keys: published,
  list: { number: 3, epoch: 'e', asOfMs: NOW - 3_600_000, entries: new Map() },
  used: new Map(),
  offlineUntilMs: NOW + DAY_MS,
  clock: { serverMs: NOW - 3_600_000, wallMs: NOW - 3_600_000, latestMs: NOW - 3_600_000 },
};
const denied = (entry: Omit<DenyEntry, 'voucherId' | 'expiresAtMs'>): Partial<TerminalMemory> => ({
  list: {
    ...(memory.list as NonNullable<TerminalMemory['list']>),
    entries: new Map([
      [VOUCHER, { voucherId: VOUCHER, expiresAtMs: NOW + DAY_MS, ...entry } as DenyEntry],
    ]),
  },
});

const at = (token: string, change: Partial<TerminalMemory> = {}, wallMs = NOW) =>
  verifyOffline({ token }, { ...memory, ...change }, { wallMs }, check);

describe('without a signal', () => {
  it('a voucher of this shop can be handed over, once', async () => {
    expect(await at(tokenOf())).toEqual({ is: 'can', content, atMs: NOW });
    const used = new Map([[VOUCHER, { atMs: NOW - 5000, clerk: '小王' }]]);
    expect(await at(tokenOf(), { used })).toMatchObject({
      ...{ is: 'cannot', why: 'voucher-handed-over', atMs: NOW - 5000, by: { clerk: '小王' } },
    });
  });

  it.each([
    ['voucher-handed-over', { is: 'handed-over', atMs: 5, terminal: '旧手机', clerk: '小李' }],
    ['voucher-cancelled', { is: 'released', atMs: 5, why: 'cancelled' }],
    ['voucher-cancelled', { is: 'released', atMs: 5, why: 'sold-out' }],
    ['voucher-expired', { is: 'released', atMs: 5, why: 'expired' }],
  ] as const)('%s is known from the deny-list: %j', async (why, entry) => {
    expect(await at(tokenOf(), denied(entry))).toMatchObject({ is: 'cannot', why });
  });

  it('the list says when and by whom it was handed over', async () => {
    const entry = { is: 'handed-over' as const, atMs: 5, terminal: '旧手机', clerk: '小李' };
    const by = { terminal: '旧手机', clerk: '小李' };
    expect(await at(tokenOf(), denied(entry))).toMatchObject({ atMs: 5, by });
  });

  it('an expired voucher is refused to the moment, also by a terminal without the right', async () => {
    const { expiresAtMs } = content;
    expect(await at(tokenOf({ expiresAtMs: NOW + 1000 }), {}, NOW + 999)).toMatchObject({
      is: 'can',
    });
    const why = 'voucher-expired';
    expect(await at(tokenOf({ expiresAtMs: NOW }))).toMatchObject({ is: 'cannot', why });
    const none = { ...memory, offlineUntilMs: undefined } as unknown as TerminalMemory;
    expect(
      await verifyOffline({ token: tokenOf() }, none, { wallMs: expiresAtMs }, check),
    ).toMatchObject({ is: 'cannot', why });
  });

  it.each([
    ['of another shop', 'wrong-shop', tokenOf({ shopId: 'west' })],
    ['of a retired key', 'voucher-key-retired', tokenOf({ keyId: 2 }, retired)],
    ['of a foreign key under our key’s number', 'voucher-forged', tokenOf({}, foreign)],
    ['of a key that does not exist', 'voucher-forged', tokenOf({ keyId: 9 })],
    ['with another hash', 'voucher-forged', tokenOf({}, ours, 'sha384')],
    ['of another shop, forged', 'voucher-forged', tokenOf({ shopId: 'west' }, foreign)],
    ['that is none', 'voucher-forged', 'https://example.com'],
  ])('a token %s: %s', async (_, why, token) => {
    expect(await at(token)).toMatchObject({ is: 'cannot', why });
  });

  it('another algorithm does not pass for a signature', async () => {
    const body = tokenBody(content);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const signature = sign('sha256', body, rsa.privateKey).subarray(0, 64);
    expect(await at(sealToken(body, signature))).toMatchObject({ why: 'voucher-forged' });
    const zeros = sealToken(body, new Uint8Array(64));
    expect(await at(zeros)).toMatchObject({ why: 'voucher-forged' });
  });

  it('every byte of a token, flipped, is refused', async () => {
    const whole = decodeBase45(tokenOf().slice(TOKEN_PREFIX.length)) as Uint8Array;
    for (const [place, byte] of whole.entries()) {
      const forged = whole.slice();
      forged[place] = byte ^ 0x11;
      const verdict = await at(TOKEN_PREFIX + encodeBase45(forged));
      expect(verdict, `byte ${place}`).toMatchObject({ is: 'cannot', why: 'voucher-forged' });
    }
  });

  it.each<[string, Partial<Record<keyof TerminalMemory, unknown>>]>([
    ['no-right', { offlineUntilMs: undefined }],
    ['no-right', { offlineUntilMs: NOW }],
    ['list-old', { list: undefined }],
    ['list-old', { list: { ...memory.list, asOfMs: NOW - OFFLINE_MS - 1 } }],
    ['clock', { clock: undefined }],
    ['clock', { clock: { serverMs: NOW, wallMs: NOW + DAY_MS, latestMs: NOW } }],
    ['clock', { clock: { serverMs: NOW, wallMs: NOW, latestMs: NOW + DAY_MS } }],
  ])('%s: only the server can say', async (why, change) => {
    expect(await at(tokenOf(), change as Partial<TerminalMemory>)).toMatchObject({
      ...{ is: 'ask-online', why, content },
    });
  });

  it('a typed code, and a key that is newer than an old list, are for the server too', async () => {
    const reading = { code: 'ABCDEFGHJK' };
    expect(await verifyOffline(reading, memory, { wallMs: NOW }, check)).toEqual({
      ...{ is: 'ask-online', why: 'code' },
    });
    const old = { list: { number: 1, epoch: 'e', asOfMs: 0, entries: new Map() } };
    expect(await at(tokenOf({ keyId: 9 }), old)).toEqual({ is: 'ask-online', why: 'key-unknown' });
  });

  it('a terminal that may not hand over still says what is certain', async () => {
    const none = { offlineUntilMs: undefined, clock: undefined } as unknown as TerminalMemory;
    expect(await at(tokenOf({}, foreign), none)).toMatchObject({ why: 'voucher-forged' });
    expect(await at(tokenOf({ shopId: 'west' }), none)).toMatchObject({ why: 'wrong-shop' });
    const used = { ...none, used: new Map([[VOUCHER, { atMs: 1 }]]) };
    expect(await at(tokenOf(), used)).toMatchObject({ why: 'voucher-handed-over' });
  });
});

it('whatever a terminal remembers, “can” needs all of it', async () => {
  const anyMemory = fc.record({
    used: fc.constantFrom(new Map(), new Map([[VOUCHER, { atMs: NOW }]])),
    listAge: fc.option(fc.integer({ min: 0, max: 2 * OFFLINE_MS })),
    rightLeft: fc.option(fc.integer({ min: -OFFLINE_MS, max: OFFLINE_MS })),
    /** What the device's clock has moved since the contact. */
    movedMs: fc.constantFrom(0, 3_600_000, DAY_MS, -DAY_MS),
    expiresIn: fc.integer({ min: -DAY_MS, max: 7 * DAY_MS }),
    own: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(anyMemory, async ({ used, listAge, rightLeft, movedMs, expiresIn, own }) => {
      const asOfMs = NOW - (listAge ?? 0);
      const state = {
        ...{ shopId: 'east', keys: published, used },
        ...(listAge !== null && { list: { number: 1, epoch: 'e', asOfMs, entries: new Map() } }),
        ...(rightLeft !== null && { offlineUntilMs: NOW + rightLeft }),
        // Of a phone that is a year behind.
        clock: { serverMs: NOW, wallMs: NOW - 365 * DAY_MS, latestMs: NOW },
      };
      const wallMs = NOW - 365 * DAY_MS + movedMs;
      const expiresAtMs = Math.floor((NOW + expiresIn) / 1000) * 1000;
      const token = tokenOf({ expiresAtMs, ...(!own && { shopId: 'west' }) });
      const { is } = await verifyOffline({ token }, state, { wallMs }, check);
      const can =
        used.size === 0 &&
        own &&
        movedMs >= 0 &&
        listAge !== null &&
        listAge + movedMs <= OFFLINE_MS &&
        rightLeft !== null &&
        rightLeft > movedMs &&
        expiresAtMs > NOW + movedMs;
      expect(is === 'can').toBe(can);
    }),
    { numRuns: 1000 },
  );
});

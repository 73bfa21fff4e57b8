import { generateKeyPairSync, pbkdf2Sync, sign } from 'node:crypto';
import type { ContactAnswer } from '../../src/lib/domain/terminal/messages.ts';
import type { TerminalView } from '../../src/lib/domain/voucher/messages.ts';
import { sealToken, tokenBody, type TokenContent } from '../../src/lib/domain/voucher/token.ts';

// A shop for specs; never part of the product.

export const NOW = Date.parse('2026-11-24T11:00:00Z');
export const DAY_MS = 86_400_000;

const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = signing.publicKey.export({ format: 'jwk' });
const point = [Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];

export const uuid = (n: number): string => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A voucher of the sample shop, signed by the sample key. */
export function tokenOf(n: number, change: Partial<TokenContent> = {}): string {
  const body = tokenBody({
    ...{ keyId: 1, walletId: uuid(1), voucherId: uuid(n), shopId: 'east', goodsId: 'tissues' },
    expiresAtMs: NOW + 6 * DAY_MS,
    ...change,
  });
  return sealToken(
    body,
    sign('sha256', body, { key: signing.privateKey, dsaEncoding: 'ieee-p1363' }),
  );
}

export const clerk = { id: uuid(900), name: '小王' };
export const PIN = '246810';
const salt = Buffer.from('salt of a sample');

export const view: TerminalView = {
  terminalId: uuid(800),
  name: '柜台手机',
  shop: { id: 'east', name: '湖东店', address: '', open: true, sample: false },
  offline: { is: 'granted', untilMs: NOW + 3 * DAY_MS },
  clerks: [],
};

export const goods = {
  ...{ id: 'tissues', name: '纸巾', detail: '一包', picture: 'tissues', points: 20 },
};

/** What the server says to a contact that brought nothing. */
export const answer: ContactAnswer = {
  nowMs: NOW,
  epoch: 'e1',
  terminal: view,
  verdicts: [],
  events: [],
  list: { number: 1, epoch: 'e1', asOfMs: NOW, whole: true, entries: [], open: [] },
  keys: [{ id: 1, key: Buffer.concat(point).toString('base64url'), useFromMs: 0 }],
  goods: [goods],
  pins: [
    {
      clerkId: clerk.id,
      salt: salt.toString('base64url'),
      iterations: 1000,
      hash: pbkdf2Sync(PIN, salt, 1000, 32, 'sha256').toString('base64url'),
    },
  ],
  again: false,
};

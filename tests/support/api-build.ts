import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Pack } from '../../src/lib/domain/bank/pack.ts';
import { question } from '../../src/lib/domain/bank/samples.ts';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import type { Offer } from '../../src/lib/domain/voucher/offer.ts';
import { packHash, type BankInForce } from '../../src/lib/server/bank/read.ts';

/** What the process needs of a build, without pages: for tests of the API, which run before anything is built. */
export interface ApiBuild {
  directory: string;
  packHash: string;
  remove(): void;
}

/** Questions `q0` to `q299`, single choice, each worth two points; the first option is right. */
export const QUESTIONS = 300;
/** Points of one pack of tissues. */
export const PRICE = 4;
export const SHOPS = ['east', 'west'] as const;

const today = dayAt(Date.now());

export const apiCampaign = {
  ...sampleCampaign,
  earnFrom: addDays(today, -10),
  earnUntil: addDays(today, 300),
  redeemUntil: addDays(today, 400),
  budget: 50_000_000,
  dailyCap: 100_000,
};

const pack: Pack = {
  format: 1,
  campaign: apiCampaign,
  topics: [
    {
      id: 'sample',
      collection: 'keqiao',
      title: '样例',
      summary: '样例主题',
      questions: Array.from({ length: QUESTIONS }, (_, i) =>
        question({ type: 'single', options: ['甲', '乙', '丙'], answer: 0 }, `q${i}`),
      ),
    },
  ],
  daily: { [today]: ['q0', 'q1', 'q2', 'q3', 'q4'] },
};

const offer: Offer = {
  goods: [
    { id: 'tissues', name: '纸巾', detail: '一包', picture: 'tissues', points: PRICE },
    { id: 'umbrella', name: '雨伞', detail: '一把', picture: 'umbrella', points: 60 },
  ].map((goods) => ({ ...goods, settleFen: 150, accountAgeDays: 0 }) as Offer['goods'][number]),
  shops: SHOPS.map((id) => ({
    id,
    name: id === 'east' ? '湖东店' : '湖西店',
    address: '湖边路1号',
    hours: '8:00–21:00',
    sample: true,
    lossLimit: 100,
    stock: { tissues: 100_000, umbrella: 2 },
  })),
};

const HANDLER =
  "export const handler = (_request, response) => response.writeHead(404).end('no page');\n";

export function makeApiBuild(): ApiBuild {
  const directory = mkdtempSync(join(tmpdir(), 'api-build-'));
  const json = JSON.stringify(pack);
  const hash = packHash(json);
  const bank: BankInForce = { packHash: hash, offer, withdrawn: [] };
  const files = {
    'package.json': '{"type":"module"}',
    'handler.js': HANDLER,
    'csp.json': '{}',
    'bank.json': JSON.stringify(bank),
    [`client/packs/${hash}.json`]: json,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return {
    directory,
    packHash: hash,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LATEST } from '../../src/lib/server/database/migrate.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import { restoreSnapshot, writeSnapshot } from '../../src/lib/server/database/snapshot.ts';
import type { Store } from '../../src/lib/server/database/store.ts';
import { audit } from '../../src/lib/server/ledger/audit.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { Boards } from '../../src/lib/server/trail/boards.ts';
import { ensureRun } from '../../src/lib/server/trail/print-runs.ts';
import { holdVoucher } from '../../src/lib/server/voucher/hold.ts';
import { handOverGoods } from '../../src/lib/server/voucher/till.ts';
import { storesOf, type Stores } from '../support/engines.ts';
import { enrolledTill, testPark, TestPhone, type TestPark } from '../support/park.ts';

// A backup holds everything, fits either engine, and is taken in whole or not at all.

vi.setConfig({ hookTimeout: 90_000, testTimeout: 90_000 });

const directory = mkdtempSync(join(tmpdir(), 'snapshot-'));
const file = join(directory, 'park.backup');
const NOW = Date.parse('2026-11-25T02:00:00+08:00');
const anew = { epoch: 'new-epoch', nowMs: NOW, replace: false };

let engines: Record<'sqlite' | 'postgres', Stores>;
beforeAll(async () => {
  engines = { sqlite: await storesOf('sqlite'), postgres: await storesOf('postgres') };
});
afterAll(async () => {
  await Promise.all(Object.values(engines).map((stores) => stores.end()));
  rmSync(directory, { recursive: true, force: true });
});

/** An evening with something in every table. */
async function evening(store: Store): Promise<TestPark> {
  const park = await testPark(store);
  const phone = new TestPhone(park);
  await phone.earn(60);
  const till = await enrolledTill(park);
  for (const goodsId of ['tissues', 'tissues']) {
    const ask = { id: phone.id(), shopId: 'east', goodsId, points: 20 };
    const { token } = await holdVoucher(park, phone.session, ask);
    if (phone.cursor > 0)
      await handOverGoods(park, till, { reading: { token }, nonce: phone.id() });
  }
  await store.write((tx) => ensureRun(tx, 'A2', NOW));
  const report = {
    id: phone.id(),
    questionId: 'q1',
    packHash: '00000000000000aa',
    reportedAtMs: NOW,
  };
  await phone.sync([], {
    reports: [{ ...report, reason: 'other', note: '行\u2028分隔 𠮷 "引号"\n\t' }],
  });
  return park;
}

const codeIn = async (store: Store) => (await Boards.read(store.read)).codeAt('gate', 'A2');

/** The lines of a backup without what names the moment and the engine. */
function linesOf(path: string): string[] {
  const [head, ...rest] = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
  expect(head).toContain('"format"');
  return rest.slice(0, -1).filter((line) => !line.startsWith('["epoch"'));
}

describe.each([
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as const)('from %s to %s', (from, to) => {
  it('everything arrives as it was, with a new epoch and the ledger in order', async () => {
    const park = await evening(await engines[from].empty());
    const { rows, head } = await writeSnapshot(park.store, file, NOW);
    expect(head).toEqual({ migration: LATEST, engine: from, madeAtMs: NOW });
    expect(rows).toMatchObject({ wallet: 1, voucher: 2, handover: 2, report: 1, signing_key: 1 });
    expect(rows).toMatchObject({ print_run: 1 });
    const code = await codeIn(park.store);
    const before = linesOf(file);
    const store = await engines[to].empty();
    await restoreSnapshot(store, file, anew);
    expect(await audit(store.read, sampleCampaign)).toEqual([]);
    const meta = await store.read.selectFrom('meta').selectAll().orderBy('key').execute();
    expect(meta).toMatchObject([
      { key: 'board-secret' },
      { key: 'epoch', value: 'new-epoch' },
      { key: 'restored-at' },
    ]);
    // The boards that hang in the park are good there, too.
    expect(await codeIn(store)).toBe(code);
    const again = join(directory, 'again.backup');
    await writeSnapshot(store, again, NOW);
    const arrived = linesOf(again).filter((line) => !line.includes('"restored-at"'));
    expect(arrived.sort()).toEqual(before.sort());
    await closePark(park);
    await store.close();
  });
});

describe('a file', () => {
  let store: Store;
  let park: TestPark;
  beforeEach(async () => {
    store = await engines.sqlite.empty();
    park = await evening(store);
    await writeSnapshot(store, file, NOW);
    return () => closePark(park);
  });

  it('is for its owner’s eyes, and replaces an earlier one only when it is whole', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(writeSnapshot(store, join(directory, 'none/x'), NOW)).rejects.toThrow('ENOENT');
    expect(readdirSync(directory).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  const bytes = () => readFileSync(file);
  const rewritten = (change: (text: string) => string) =>
    gzipSync(change(gunzipSync(bytes()).toString()));
  const resealed = (text: string) => {
    const body = `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    return `${body}${JSON.stringify({ rows: {}, sha256 })}\n`;
  };

  it.each<[string, () => Buffer, RegExp]>([
    ['cut off', () => bytes().subarray(0, -40), /damaged/],
    [
      'with a flipped bit',
      () => Buffer.from(bytes().map((b, i) => (i === 900 ? b ^ 4 : b))),
      /damaged/,
    ],
    [
      'with points added',
      () => rewritten((t) => t.replace(',60,', ',61,').replace(',20,', ',21,')),
      /damaged/,
    ],
    [
      'with a row left out',
      () => rewritten((t) => t.split('\n').toSpliced(5, 1).join('\n')),
      /damaged/,
    ],
    [
      'without its end',
      () => rewritten((t) => t.trimEnd().split('\n').slice(0, -1).join('\n')),
      /damaged/,
    ],
    ['with something after its end', () => rewritten((t) => `${t}[1]\n`), /damaged/],
    ['that is empty', () => gzipSync(''), /damaged/],
    ['of something else', () => gzipSync('{"a":1}\n'), /no backup/],
    ['that is not compressed', () => Buffer.from('hello'), /damaged/],
    [
      'of a newer program',
      () =>
        rewritten((t) => resealed(t.replace(`"migration":${LATEST}`, `"migration":${LATEST + 1}`))),
      /newer/,
    ],
    ['of a newer form', () => rewritten((t) => t.replace('"version":1', '"version":2')), /newer/],
    [
      'with an unknown table',
      () => rewritten((t) => resealed(t.replace('"goods"', '"goodies"'))),
      /unknown/,
    ],
  ])('%s is refused, and the database stays as it is', async (_, damage, why) => {
    const damaged = join(directory, 'damaged.backup');
    writeFileSync(damaged, damage());
    const before = linesOf(file);
    const restoring = restoreSnapshot(store, damaged, { ...anew, replace: true });
    await expect(restoring).rejects.toThrow(why);
    await writeSnapshot(store, file, NOW);
    expect(linesOf(file)).toEqual(before);
  });

  it('that is not there is refused', async () => {
    await expect(restoreSnapshot(store, `${file}-none`, anew)).rejects.toThrow(/cannot be read/);
  });

  it('does not take the place of a database in use unless that is asked for', async () => {
    await expect(restoreSnapshot(store, file, anew)).rejects.toThrow(/in use.*--replace/);
    const late = new TestPhone(park);
    await late.sync([late.attempt('q1')]);
    await restoreSnapshot(store, file, { ...anew, replace: true });
    const wallets = await store.read.selectFrom('wallet').select('id').execute();
    expect(wallets).toHaveLength(1);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { openStore } from '../../../src/lib/server/open-park.ts';
import { TestServer } from '../../support/server.ts';

// Nothing of the server's is in what phones download. Not a browser test: it needs the real build, as they do.

const BUILD = process.env.BUILD_DIR ?? 'build';
/** A variable of the build's or the server's environment whose name begins so must be found nowhere. */
const PLANTED = /^(DATABASE_URL|PARK_MARKER)/;
const SERVER_ONLY = [
  'node:sqlite',
  'node:crypto',
  'node:fs',
  'node:http',
  'pg-pool',
  'pino',
  'DATABASE_URL',
  'DATA_DIR',
  'private_pem',
  'PRIVATE KEY',
  'pg_advisory',
  'begin immediate',
  'rate-limiter',
  'kysely',
  'StoreBusy',
  'token_hash',
  'campaign_budget',
  'signing_key',
  'lib/server',
];

interface File {
  name: string;
  text: string;
}

function filesIn(folder: string): File[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const name = join(entry.parentPath, entry.name);
      const bytes = readFileSync(name);
      if (name.endsWith('.br'))
        return { name, text: brotliDecompressSync(bytes).toString('latin1') };
      if (name.endsWith('.gz')) return { name, text: gunzipSync(bytes).toString('latin1') };
      return { name, text: bytes.toString('latin1') };
    });
}

const found = (files: readonly File[], words: readonly string[]) =>
  files.flatMap(({ name, text }) =>
    words.filter((word) => text.includes(word)).map((word) => `${word} in ${name}`),
  );

test('no module, name or setting of the server is in what phones download', () => {
  const files = ['client', 'prerendered'].flatMap((folder) => filesIn(join(BUILD, folder)));
  expect(files.filter(({ name }) => name.endsWith('.js')).length).toBeGreaterThan(10);
  expect(
    found(files, ['民法典']).length + found(files, [latin1('民法典')]).length,
    'what is there is found',
  ).toBeGreaterThan(0);
  const planted = Object.entries(process.env).flatMap(([name, value]) =>
    PLANTED.test(name) && value ? [value] : [],
  );
  expect(found(files, [...SERVER_ONLY, ...planted])).toEqual([]);
});

test('no setting and no key of the running server is in anything that it answers', async () => {
  const marker = 'PARK-MARKER-5f0c2b';
  const env = {
    DATABASE_URL: '',
    SECRET_OF_THE_PARK: marker,
    ADDRESS_HEADER: `x-${marker.toLowerCase()}`,
  };
  const server = await TestServer.start({ buildDir: BUILD, env });
  try {
    const store = openStore({ dataDirectory: server.dataDir });
    const keys = await store.read.selectFrom('signing_key').selectAll().execute();
    const epoch = await store.read.selectFrom('meta').selectAll().execute();
    await store.close();
    expect(keys).toHaveLength(1);
    const secrets = [
      marker,
      marker.toLowerCase(),
      server.dataDir,
      ...keys.flatMap(({ private_pem }) =>
        private_pem.split('\n').filter((line) => line.length > 30),
      ),
      ...epoch.map(({ value }) => value),
    ];
    const pages = filesIn(join(BUILD, 'prerendered')).filter(({ name }) => name.endsWith('.html'));
    const paths = pages.map(
      ({ name }) =>
        name.slice(join(BUILD, 'prerendered').length).replace(/(\/index)?\.html$/, '') || '/',
    );
    for (const path of [
      ...paths,
      '/api/health',
      '/api/shops',
      '/api/devices',
      '/api/none',
      '/none',
      '/%00',
    ]) {
      const answer = await fetch(new URL(path, server.url), { redirect: 'manual' });
      const text = `${JSON.stringify([...answer.headers])}${await answer.text()}`;
      for (const secret of secrets)
        expect(text.includes(secret), `${path} says ${secret}`).toBe(false);
    }
  } finally {
    await server.remove();
  }
});

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { buildPack, type BankInForce } from '../src/lib/server/bank/read.ts';
import { policyFor } from '../src/lib/server/http/csp.ts';
import { isTill } from '../src/lib/server/http/headers.ts';
import { printSizes } from './build-sizes.ts';
import {
  pageBundle,
  pathOf,
  precacheList,
  revisionOf,
  shopPrecacheList,
  withPrecacheList,
  type Built,
  type Files,
} from './precache-list.ts';
import { sourceVersion } from './source-version.js';

// After `vite build`: what can only be made once all files are there. Ends with code 1 when something is missing.

const BUILD = 'build';
const KIT = '.svelte-kit';
const TEXT = /\.(html|js|mjs|json|css|svg|xml|wasm|txt|webmanifest)$/;

const built: Built = {
  manifest: JSON.parse(
    readFileSync(`${KIT}/output/client/.vite/manifest.json`, 'utf8'),
  ) as Built['manifest'],
  nodes: generatedNodes(),
  prerendered: filesIn(`${BUILD}/prerendered`),
  client: filesIn(`${BUILD}/client`),
};

if (![...built.nodes.keys()].some((key) => key in built.manifest)) {
  throw new Error(
    'Kit names its nodes differently now: the clerk’s code cannot be told from the residents’',
  );
}
const policyOf = policies(built.prerendered);
writeFileSync(`${BUILD}/csp.json`, JSON.stringify(policyOf, null, 1));
writeFileSync(`${BUILD}/bank.json`, JSON.stringify(bankInForce(), null, 1));
const list = precacheList(built);
const shopList = shopPrecacheList(built);
const pages = writePages();
writePrecacheList();
await Promise.all(['client', 'prerendered'].map(compressAll));
writeFileSync(`${BUILD}/stamp`, builtVersion());
printSizes(BUILD, list, pages, shopList);

/** What the server must know of the bank beside its packs. */
function bankInForce(): BankInForce {
  const { hash, bank } = buildPack('questions');
  if (!built.client.has(`packs/${hash}.json`))
    throw new Error('questions/ changed during the build');
  return { packHash: hash, offer: bank.offer, notices: bank.notices };
}

/** Prerendered path → Content-Security-Policy. Redirects are pages too: Kit writes them with an inline script. */
function policies(prerendered: Files): Record<string, string> {
  const pages = [...prerendered].filter(([file]) => file.endsWith('.html'));
  return Object.fromEntries(
    pages.map(([file, body]) => {
      const path = pathOf(file);
      return [path, policyFor(new TextDecoder().decode(body), { wasm: isTill(path) })];
    }),
  );
}

/** By the keys under which they stand in Vite's manifest. */
function generatedNodes(): Map<string, string> {
  const folder = `${KIT}/generated/client-optimized/nodes`;
  return new Map(
    readdirSync(folder).map((name) => [
      `${folder}/${name}`,
      readFileSync(join(folder, name), 'utf8'),
    ]),
  );
}

/** @returns the address of the file with all pages */
function writePages(): string {
  const text = JSON.stringify(pageBundle(built, list, policyOf));
  const name = `pages-${revisionOf(Buffer.from(text))}.json`;
  writeFileSync(`${BUILD}/client/${name}`, text);
  return `/${name}`;
}

function writePrecacheList(): void {
  const file = 'service-worker.js';
  const path = `${BUILD}/client/${file}`;
  let worker = withPrecacheList(readFileSync(path, 'utf8'), list);
  worker = withPrecacheList(worker, pages, '__PAGES');
  writeFileSync(path, withPrecacheList(worker, shopList, '__SHOP_PRECACHE'));
}

/** Again for everything: adapter-node did it before the service worker had its list, and leaves out webmanifest. */
async function compressAll(folder: string): Promise<void> {
  const files = [...filesIn(`${BUILD}/${folder}`)].filter(([file]) => TEXT.test(file));
  await Promise.all(
    files.map(async ([file, body]) => {
      const params = {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
      };
      const path = join(BUILD, folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.br`, await promisify(brotliCompress)(body, { params }));
      writeFileSync(`${path}.gz`, await promisify(gzip)(body, { level: 9 }));
    }),
  );
}

/** The version that Vite saw when it began: sources changed meanwhile make the next `npm start` build again. */
function builtVersion(): string {
  const { version } = JSON.parse(readFileSync(`${BUILD}/client/_app/version.json`, 'utf8')) as {
    version: string;
  };
  if (version !== sourceVersion())
    console.warn('Sources changed during the build: the next npm start builds again.');
  return version;
}

function filesIn(folder: string): Map<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path)];
    }),
  );
}

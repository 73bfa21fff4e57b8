import { existsSync, readFileSync, statSync } from 'node:fs';
import type { PrecacheEntry } from './precache-list.ts';

/** What a first visit may load for good, brotli bytes. */
const PRECACHE_LIMIT_BYTES = 400_000;

interface Size {
  raw: number;
  brotli: number;
}

/** Prints what phones download: the precache, the pack, and each page with the code it asks for at once. */
export function printSizes(
  build: string,
  list: PrecacheEntry[],
  pages: string,
  shop: PrecacheEntry[],
): void {
  const fetched = [pages, ...list.filter(({ bundled }) => !bundled).map(({ url }) => url)];
  const sizes = new Map(fetched.map((url) => [url, sizeOf(fileOf(build, url))]));
  const total = sum([...sizes.values()]);
  const share = Math.round((100 * total.brotli) / PRECACHE_LIMIT_BYTES);
  console.log(
    `\nResidents’ precache: ${fetched.length} files, ${show(total)}, ${share} % of 400 KB`,
  );
  const beside = sum(shop.map(({ url }) => sizeOf(fileOf(build, url))));
  console.log(`A shop’s beside it: ${shop.length} files, ${show(beside)}`);
  if (share > 100) console.warn('The precache is over its limit of 400 KB.');
  for (const [url, size] of sizes) {
    if (url.startsWith('/packs/')) console.log(`Pack ${url}: ${show(size)}`);
  }
  console.log('Pages (HTML, then the JavaScript it names):');
  for (const [pages, html, scripts] of pagesByCode(build, list)) {
    const others = pages.length > 1 ? ` and ${pages.length - 1} more` : '';
    console.log(`  ${pages[0]}${others}: ${show(html)}; ${scripts.count} chunks, ${show(scripts)}`);
  }
}

/** Pages that ask for the same chunks together; the HTML's size is the largest of them. */
function pagesByCode(
  build: string,
  list: PrecacheEntry[],
): [string[], Size, Size & { count: number }][] {
  const groups = new Map<string, { pages: string[]; html: Size }>();
  for (const { url } of list) {
    const file = fileOf(build, url);
    if (!file.endsWith('.html')) continue;
    const named = readFileSync(file, 'utf8').match(/_app\/immutable\/[\w@+~./-]+\.js/g) ?? [];
    const key = [...new Set(named)].sort().join(' ');
    const group = groups.get(key) ?? { pages: [], html: { raw: 0, brotli: 0 } };
    const html = sizeOf(file);
    if (html.brotli > group.html.brotli) group.html = html;
    group.pages.push(url);
    groups.set(key, group);
  }
  return [...groups].map(([key, { pages, html }]) => {
    const chunks = key.split(' ').filter(Boolean);
    const scripts = sum(chunks.map((chunk) => sizeOf(`${build}/client/${chunk}`)));
    return [pages, html, { ...scripts, count: chunks.length }];
  });
}

function fileOf(build: string, url: string): string {
  const path = decodeURI(url);
  const page = path.endsWith('/') ? `${path}index.html` : `${path}.html`;
  const candidates = [`client${path}`, `prerendered${page}`, `prerendered${path}`];
  const found = candidates
    .map((name) => `${build}/${name}`)
    .find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
  if (!found) throw new Error(`${url} is to be precached but is not in the build`);
  return found;
}

/** Pictures are sent as they are. */
function sizeOf(file: string): Size {
  const raw = statSync(file).size;
  return { raw, brotli: existsSync(`${file}.br`) ? statSync(`${file}.br`).size : raw };
}

function sum(sizes: Size[]): Size {
  const add = (of: 'raw' | 'brotli') => sizes.reduce((total, size) => total + size[of], 0);
  return { raw: add('raw'), brotli: add('brotli') };
}

function show({ raw, brotli }: Size): string {
  const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  return `${kb(raw)} (${kb(brotli)} brotli)`;
}

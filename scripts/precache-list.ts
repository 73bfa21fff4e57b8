import { createHash } from 'node:crypto';

/** One line of the list that workbox-precaching takes. A null revision: the name itself changes with the content. */
export interface PrecacheEntry {
  url: string;
  revision: string | null;
  /** A page that comes with all others in one file: see `pageBundle`. */
  bundled?: true;
}

/** Page → its HTML and its Content-Security-Policy. */
export type PageBundle = Record<string, { csp: string; html: string }>;

/** What is read of Vite's manifest.json: source or chunk → what was made of it. */
export type ViteManifest = Record<string, Chunk>;

interface Chunk {
  file: string;
  isEntry?: boolean;
  css?: string[];
  /** Files that its code names, e.g. a wasm. */
  assets?: string[];
  /** Keys of the manifest. */
  imports?: string[];
  /** Keys of the manifest. */
  dynamicImports?: string[];
}

/** Built files by path below their folder, with `/` between the parts. */
export type Files = ReadonlyMap<string, Uint8Array>;

export interface Built {
  manifest: ViteManifest;
  /** Kit's generated node → the text of its module, which names the route's files. */
  nodes: ReadonlyMap<string, string>;
  prerendered: Files;
  client: Files;
}

const PICTURES = /^(manifest\.webmanifest|favicon\.\w+|(icons\/)?(favicon-32|icon-192)\.png)$/;
const STAFF_ROUTE = /\/src\/routes\/(?:\([\w-]+\)\/)*(?:\((?:shop|admin)\)|shop|admin)\//;
const STAFF_PAGE = /^(shop|admin)([./]|$)/;

/** Everything a resident needs without a signal: pages, their code, the pack. Not the clerk's, not the operator's. */
export function precacheList({ manifest, nodes, prerendered, client }: Built): PrecacheEntry[] {
  const pages = [...prerendered]
    .filter(([file]) => !STAFF_PAGE.test(file) && !isCompressed(file))
    .map(([file, body]) => ({
      ...{ url: urlOf(file), revision: revisionOf(body) },
      ...(file.endsWith('.html') && { bundled: true as const }),
    }));
  const chunks = residentChunks(manifest, staffNodes(nodes)).map((file) => ({
    url: `/${file}`,
    revision: null,
  }));
  const packs = [...client.keys()]
    .filter((file) => /^packs\/\w+\.json$/.test(file))
    .map((file) => ({ url: `/${file}`, revision: null }));
  const pictures = [...client]
    .filter(([file]) => PICTURES.test(file))
    .map(([file, body]) => ({ url: `/${file}`, revision: revisionOf(body) }));
  const byUrl = (a: PrecacheEntry, b: PrecacheEntry) => (a.url < b.url ? -1 : 1);
  return [...pages, ...chunks, ...packs, ...pictures].sort(byUrl);
}

/**
 * The residents' pages in one file: they are so alike that together they take an eighth of their bytes, and one request.
 * @param policies prerendered path → Content-Security-Policy
 */
export function pageBundle(
  { prerendered }: Pick<Built, 'prerendered'>,
  list: readonly PrecacheEntry[],
  policies: Readonly<Record<string, string>>,
): PageBundle {
  const wanted = new Set(list.filter(({ bundled }) => bundled).map(({ url }) => url));
  const pages = [...prerendered].filter(([file]) => wanted.has(urlOf(file)));
  return Object.fromEntries(
    pages.map(([file, body]) => {
      const csp = policies[pathOf(file)];
      if (csp === undefined) throw new Error(`${file} has no Content-Security-Policy`);
      return [urlOf(file), { csp, html: new TextDecoder().decode(body) }];
    }),
  );
}

const SHOP_ROUTE = /\/src\/routes\/(?:\([\w-]+\)\/)*(?:\(shop\)|shop)\//;
const SHOP_PAGE = /^shop([./]|$)/;
const SHOP_MANIFEST = 'shop.webmanifest';

/** What the clerk's page needs beside the residents' list: itself, its code, the scanner's wasm. */
export function shopPrecacheList(built: Built): PrecacheEntry[] {
  const { manifest, nodes, prerendered, client } = built;
  const pages = [...prerendered]
    .filter(([file]) => SHOP_PAGE.test(file) && !isCompressed(file))
    .map(([file, body]) => ({ url: urlOf(file), revision: revisionOf(body) }));
  const residents = new Set(residentChunks(manifest, staffNodes(nodes)));
  const own = [...nodes].filter(([, text]) => SHOP_ROUTE.test(text)).map(([key]) => key);
  const chunks = reached(manifest, own, new Set(), /\.(js|css|wasm)$/)
    .filter((file) => !residents.has(file))
    .map((file) => ({ url: `/${file}`, revision: null }));
  const named = client.get(SHOP_MANIFEST);
  const manifests = named ? [{ url: `/${SHOP_MANIFEST}`, revision: revisionOf(named) }] : [];
  return [...pages, ...chunks, ...manifests];
}

/** Kit's nodes (pages and layouts) whose component or load function stands under shop or admin. */
export function staffNodes(nodes: Built['nodes']): Set<string> {
  return new Set([...nodes].filter(([, text]) => STAFF_ROUTE.test(text)).map(([key]) => key));
}

/** The js and css reached from the app's entries without passing through a node that is not for residents. */
export function residentChunks(manifest: ViteManifest, notFor: ReadonlySet<string>): string[] {
  const entries = Object.entries(manifest).filter(([, chunk]) => chunk.isEntry);
  return reached(
    manifest,
    entries.map(([key]) => key),
    notFor,
    /\.(js|css)$/,
  );
}

/** The files of these chunks and of all that they lead to. */
function reached(
  manifest: ViteManifest,
  from: readonly string[],
  notFor: ReadonlySet<string>,
  kinds: RegExp,
): string[] {
  const seen = new Set<string>();
  const files = new Set<string>();
  const visit = (key: string) => {
    const chunk = manifest[key];
    if (seen.has(key) || notFor.has(key) || !chunk) return;
    seen.add(key);
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) {
      if (kinds.test(file)) files.add(file);
    }
    for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(next);
  };
  for (const key of from) visit(key);
  return [...files].sort();
}

/** The decoded path under which a prerendered file is served: `topics.html` → `/topics`, `a/index.html` → `/a/`. */
export function pathOf(file: string): string {
  if (file === 'index.html') return '/';
  return `/${file.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')}`;
}

/**
 * Puts a list, or the address of the bundle, where the service worker asks for it.
 * @throws when the token does not occur exactly once: a worker without its list would install and cache nothing
 */
export function withPrecacheList(
  worker: string,
  list: PrecacheEntry[] | string,
  token: '__PRECACHE' | '__PAGES' | '__SHOP_PRECACHE' = '__PRECACHE',
): string {
  const parts = worker.split(new RegExp(`\\bself\\.${token}\\b`));
  if (parts.length !== 2) {
    throw new Error(
      `self.${token} must occur once in the service worker, not ${parts.length - 1} times`,
    );
  }
  return parts.join(JSON.stringify(list));
}

function urlOf(file: string): string {
  return encodeURI(pathOf(file));
}

function isCompressed(file: string): boolean {
  return /\.(br|gz)$/.test(file);
}

/** 64 bits of its SHA-256, hexadecimal. */
export function revisionOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16);
}

import { describe, expect, it } from 'vitest';
import {
  pathOf,
  pageBundle,
  precacheList,
  residentChunks,
  shopPrecacheList,
  staffNodes,
  withPrecacheList,
  type Built,
} from '../../scripts/precache-list.ts';

const node = (n: number) => `.svelte-kit/generated/client-optimized/nodes/${n}.js`;
const chunk = (name: string) => `_app/immutable/${name}`;
const bytes = (text: string) => new TextEncoder().encode(text);

/** Two resident pages, a lazy part of one, the shop with its scanner, and what both share. */
const built: Built = {
  manifest: {
    'app.js': {
      file: chunk('entry/app.js'),
      isEntry: true,
      imports: ['_shared.js'],
      dynamicImports: [node(0), node(1), node(2)],
    },
    [node(0)]: {
      file: chunk('nodes/0.js'),
      isEntry: true,
      css: [chunk('assets/0.css')],
      imports: ['_shared.js'],
    },
    [node(1)]: { file: chunk('nodes/1.js'), isEntry: true, dynamicImports: ['later.ts'] },
    [node(2)]: { file: chunk('nodes/2.js'), isEntry: true, imports: ['_till.js', '_shared.js'] },
    '_shared.js': { file: chunk('chunks/shared.js') },
    '_till.js': {
      file: chunk('chunks/till.js'),
      css: [chunk('assets/till.css')],
      dynamicImports: ['scanner.ts'],
    },
    'later.ts': { file: chunk('chunks/later.js') },
    'scanner.ts': { file: chunk('chunks/scanner.js'), assets: [chunk('assets/reader.wasm')] },
    'park.webp': { file: chunk('assets/park.webp') },
  },
  nodes: new Map([
    [node(0), 'export { default as component } from "../../../../src/routes/+layout.svelte";'],
    [node(1), 'export { default as component } from "../../../../src/routes/topics/+page.svelte";'],
    [
      node(2),
      'export { default as component } from "../../../../src/routes/(shop)/till/+page.svelte";',
    ],
  ]),
  prerendered: new Map([
    ['index.html', bytes('home')],
    ['index.html.br', bytes('x')],
    ['topics.html', bytes('topics')],
    ['quiz/topic/反诈.html', bytes('quiz')],
    ['topics/__data.json', bytes('{}')],
    ['shop.html', bytes('shop')],
    ['admin/goods.html', bytes('goods')],
  ]),
  client: new Map([
    ['packs/0123456789abcdef.json', bytes('{}')],
    ['packs/0123456789abcdef.json.br', bytes('x')],
    ['manifest.webmanifest', bytes('{}')],
    ['shop.webmanifest', bytes('{}')],
    ['icons/favicon-32.png', bytes('i')],
    ['icons/icon-192.png', bytes('i')],
    ['icons/icon-512.png', bytes('i')],
    ['screenshots/home.png', bytes('i')],
  ]),
};

describe('the pages in one file', () => {
  const list = precacheList(built);
  const policies = { '/': 'a', '/topics': 'b', '/quiz/topic/反诈': 'c', '/shop': 'd' };

  it('are all HTML of the list under the names that it has there, and nothing else', () => {
    const bundle = pageBundle(built, list, policies);
    expect(bundle).toEqual({
      '/': { csp: 'a', html: 'home' },
      '/topics': { csp: 'b', html: 'topics' },
      [encodeURI('/quiz/topic/反诈')]: { csp: 'c', html: 'quiz' },
    });
    const bundled = list.filter((entry) => entry.bundled).map(({ url }) => url);
    expect(Object.keys(bundle).sort()).toEqual(bundled.sort());
    expect(list.filter((entry) => !entry.bundled).map(({ url }) => url)).toContain(
      '/topics/__data.json',
    );
  });

  it('are not made where one has no Content-Security-Policy', () => {
    expect(() => pageBundle(built, list, { '/': 'a' })).toThrow(/no Content-Security-Policy/);
  });
});

describe('the residents’ precache list', () => {
  const list = precacheList(built);
  const urls = list.map((entry) => entry.url);

  it('has every page under the address people use, and its data', () => {
    expect(urls).toEqual(expect.arrayContaining(['/', '/topics', '/topics/__data.json']));
    expect(urls).toContain(encodeURI('/quiz/topic/反诈'));
  });

  it('has the code of every resident page, also what comes later', () => {
    const chunks = residentChunks(built.manifest, staffNodes(built.nodes));
    expect(chunks).toEqual(
      [
        'assets/0.css',
        'chunks/later.js',
        'chunks/shared.js',
        'entry/app.js',
        'nodes/0.js',
        'nodes/1.js',
      ].map(chunk),
    );
    expect(urls).toEqual(expect.arrayContaining(chunks.map((file) => `/${file}`)));
  });

  it('has nothing of the shop or the operator', () => {
    expect(urls.filter((url) => /till|scanner|shop|admin|nodes\/2/.test(url))).toEqual([]);
  });

  it('has the pack, the manifest and two icons, but no other picture', () => {
    expect(urls).toContain('/packs/0123456789abcdef.json');
    expect(urls.filter((url) => /\.(png|webp|webmanifest)$/.test(url))).toEqual([
      '/icons/favicon-32.png',
      '/icons/icon-192.png',
      '/manifest.webmanifest',
    ]);
  });

  it('gives a revision to what keeps its name while it changes, and to nothing else', () => {
    for (const { url, revision } of list) {
      if (/^\/(_app\/immutable|packs)\//.test(url)) expect(revision).toBeNull();
      else expect(revision).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  it('gives a changed page another revision', () => {
    const changed = precacheList({
      ...built,
      prerendered: new Map([['topics.html', bytes('new')]]),
    });
    const revision = (entries: typeof list) =>
      entries.find((entry) => entry.url === '/topics')?.revision;
    expect(revision(changed)).not.toBe(revision(list));
  });
});

describe('the shop’s list', () => {
  const urls = shopPrecacheList(built).map(({ url }) => url);

  it('has the clerk’s page, its code, the scanner with its wasm, and its own manifest', () => {
    expect(urls.toSorted()).toEqual(
      [
        ...['assets/reader.wasm', 'assets/till.css', 'chunks/scanner.js', 'chunks/till.js'],
        'nodes/2.js',
      ]
        .map((name) => `/${chunk(name)}`)
        .concat('/shop', '/shop.webmanifest'),
    );
  });

  it('has nothing that residents have anyway, and nothing of the operator', () => {
    const residents = precacheList(built).map(({ url }) => url);
    expect(urls.filter((url) => residents.includes(url) || /admin/.test(url))).toEqual([]);
  });
});

describe('staff routes', () => {
  it.each([
    ['src/routes/shop/+page.svelte', true],
    ['src/routes/(shop)/till/+page.svelte', true],
    ['src/routes/(staff)/admin/+layout.svelte', true],
    ['src/routes/workshop/+page.svelte', false],
    ['src/routes/topics/shop/+page.svelte', false],
  ])('%s: %s', (file, staff) => {
    expect(staffNodes(new Map([['n', `export * from "../../../../${file}";`]])).has('n')).toBe(
      staff,
    );
  });
});

describe('the address of a prerendered file', () => {
  it.each([
    ['index.html', '/'],
    ['topics.html', '/topics'],
    ['quiz/topic/park.html', '/quiz/topic/park'],
    ['rules/index.html', '/rules/'],
    ['topics/__data.json', '/topics/__data.json'],
  ])('%s is %s', (file, path) => {
    expect(pathOf(file)).toBe(path);
  });
});

describe('the service worker', () => {
  const list = [{ url: '/$&', revision: null }];

  it('gets the list in place of the token', () => {
    expect(withPrecacheList('precache(self.__PRECACHE);', list)).toBe(
      'precache([{"url":"/$&","revision":null}]);',
    );
  });

  it('gets the shop’s list where it asks for that', () => {
    const worker = 'a(self.__PRECACHE);b(self.__SHOP_PRECACHE)';
    expect(withPrecacheList(worker, list, '__SHOP_PRECACHE')).toBe(
      'a(self.__PRECACHE);b([{"url":"/$&","revision":null}])',
    );
  });

  it.each(['precache([]);', 'a(self.__PRECACHE);b(self.__PRECACHE)', 'a(self.__PRECACHED)'])(
    'without exactly one token stops the build: %s',
    (worker) => {
      expect(() => withPrecacheList(worker, list)).toThrow(/must occur once/);
    },
  );
});

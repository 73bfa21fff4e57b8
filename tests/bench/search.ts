import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { buildPack } from '../../src/lib/server/bank/read.ts';
import { TestServer } from '../support/server.ts';
import { Chromium } from './chromium.ts';
import { Phone, type Tab } from './phone.ts';
import { NoiseWatch } from './noise.ts';

// The search over the whole bank on a slow phone: npm run bench -- search. See README.md.

const SLOWER = 4;

/** What `measureSearch` finds under `window`. */
interface Given {
  Search: typeof import('../../src/lib/domain/search/search.ts').Search;
  pack: import('../../src/lib/domain/bank/pack.ts').Pack;
  names: import('../../src/lib/domain/bank/names.ts').Names;
}
interface Figures {
  /** Making it, each time anew, ms; the first one is a phone's. */
  builds: number[];
  /** Tasks of 50 ms and more while it was first made: what a thumb may have to wait. */
  longTasks: number[];
  /** The first time each is asked and the median of ten, ms. */
  queries: { query: string; first: number; median: number; found: number }[];
}

const server = await TestServer.start({ buildDir: process.env.BUILD_DIR ?? 'build' });
const browser = await Chromium.launch();
try {
  const noise = new NoiseWatch();
  noise.sample();
  const tab = await (await Phone.unpack(browser)).tab();
  await tab.slowDown(SLOWER);
  const code = await bundled();
  const { bank } = buildPack('questions');
  await tab.ask('Runtime.evaluate', {
    expression: `${code};pack=${JSON.stringify(bank.pack)};names=${JSON.stringify(bank.names)};0`,
  });
  const index = await tab.evaluate(measureSearch);
  const typed = await measurePage(tab);
  noise.sample();
  print(brotliCompressSync(code).byteLength, index, typed, noise.end());
} finally {
  await browser.close();
  await server.remove();
}

/** The search as phones get it, as a script of its own. */
async function bundled(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: 'terser',
      lib: {
        entry: 'src/lib/domain/search/search.ts',
        formats: ['iife'],
        name: 'lib',
        fileName: 'lib',
      },
    },
  });
  const [first] = [result].flat();
  const chunk = first && 'output' in first ? first.output[0] : undefined;
  if (chunk?.type !== 'chunk') throw new Error('vite has made no script');
  return `${chunk.code};Search=lib.Search`;
}

async function measureSearch(): Promise<Figures> {
  const { Search, pack, names } = window as unknown as Given;
  const longTasks: number[] = [];
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))),
  );
  observer.observe({ type: 'longtask' });
  const builds: number[] = [];
  let search = timed();
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  for (let n = 0; n < 4; n++) search = timed();
  const asked = ['高空抛物', '离婚冷静期', '1254', '民法典第一千二百五十四条', '押金'];
  asked.push('法', '民法典', '区块链挖矿', '高空泡物', '楼上扔东西砸到人怎么办');
  const queries = asked.map((query) => {
    const times = Array.from({ length: 11 }, () => {
      const begin = performance.now();
      search.find(query);
      return performance.now() - begin;
    });
    const [first = 0, ...again] = times;
    const { questions, articles } = search.find(query);
    const median = again.sort((a, b) => a - b)[5] ?? 0;
    return { query, first, median, found: questions.length + articles.length };
  });
  return { builds, longTasks, queries };

  function timed() {
    const begin = performance.now();
    const made = new Search(pack, names);
    builds.push(performance.now() - begin);
    return made;
  }
}

/** On the page itself: from the press on the box to the first result, and from a key to the painted list. */
async function measurePage(tab: Tab): Promise<{ ready: number; keys: number[] }> {
  await tab.inject(() => {
    addEventListener('load', () =>
      setTimeout(() => (window as unknown as Bench).tellBench('1'), 3000),
    );
  });
  await tab.open(`${server.url}/topics`);
  await tab.hear();
  return tab.evaluate(async () => {
    const box = document.querySelector<HTMLInputElement>('input[type=search]');
    const status = document.querySelector('form [role=status]');
    if (!box || !status) throw new Error('the page has no box');
    const begin = performance.now();
    box.focus();
    const keys: number[] = [];
    box.value = '高';
    box.dispatchEvent(new Event('input', { bubbles: true }));
    while (!status.textContent?.startsWith('找到')) await new Promise(requestAnimationFrame);
    const ready = performance.now() - begin;
    for (const text of ['高空', '高空抛', '高空抛物', '离', '离婚', '1', '12', '125', '1254']) {
      const pressed = performance.now();
      box.value = text;
      box.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      keys.push(Math.round(performance.now() - pressed));
    }
    return { ready, keys };
  });
}
interface Bench {
  tellBench(text: string): void;
}

function print(
  bytes: number,
  { builds, longTasks, queries }: Figures,
  { ready, keys }: { ready: number; keys: number[] },
  noise: ReturnType<NoiseWatch['end']>,
): void {
  const ms = (n: number) => n.toFixed(1);
  console.log(
    `The whole bank, main thread slowed ${SLOWER}×; the script is ${bytes} bytes brotli.`,
  );
  console.log(`index: ${builds.map((n) => Math.round(n)).join(', ')} ms (aim: under 150)`);
  console.log(`long tasks while it was first made: ${longTasks.join(', ') || 'none'} ms`);
  console.log('\n| query | found | first, ms | again, ms (aim: under 10) |\n|---|---|---|---|');
  for (const { query, found, first, median } of queries)
    console.log(`| ${query} | ${found} | ${ms(first)} | ${ms(median)} |`);
  console.log(`\non the page: box pressed → first result ${Math.round(ready)} ms`);
  console.log(`key → painted list: ${keys.join(', ')} ms`);
  console.log(`load ${noise.load.map(ms).join(' → ')} on ${noise.processors} processors`);
}

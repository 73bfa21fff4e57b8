import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { findBrowser, QUIET } from './find-browser.ts';

// `npm run icons`: renders the PNGs in static/icons from static/icon.svg and the drawings of the app.

const read = (path: string) => readFileSync(path, 'utf8');
const art = (name: string) => read(`src/lib/ui/art/${name}.svelte`);
const icon = read('static/icon.svg');
const fullBleed = icon.replace(' clip-path="url(#r)"', '');
const framed = (svg: string, box: string) => svg.replace('viewBox="0 0 64 64"', `viewBox="${box}"`);
const shortcut = (svg: string) =>
  `<div style="height:100%;border-radius:21px;background:#f7f2e6;padding:8px">${svg}</div>`;

const jobs: [name: string, sizePx: number, svg: string][] = [
  ['icon-192', 192, icon],
  ['icon-512', 512, icon],
  // Bridge, stamp and willow stay inside the circle of 80 %; the ground runs to the edge.
  ['maskable-192', 192, framed(fullBleed, '-12 -12 88 88')],
  ['maskable-512', 512, framed(fullBleed, '-12 -12 88 88')],
  ['apple-touch-icon', 180, framed(fullBleed, '-3 -3 70 70')],
  ['favicon-32', 32, icon],
  ['shortcut-daily-96', 96, shortcut(art('TopicDaily'))],
  ['shortcut-park-96', 96, shortcut(art('Trail'))],
  ['shortcut-topics-96', 96, shortcut(art('TopicPark'))],
  ['shortcut-review-96', 96, shortcut(art('Notebook'))],
  ['shortcut-wallet-96', 96, shortcut(art('Purse'))],
];

const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: ['--no-sandbox', ...QUIET],
});
const page = await browser.newPage({ colorScheme: 'light' });
for (const [name, size, svg] of jobs) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<!doctype html><html data-theme="light"><style>${read('src/lib/ui/art.css')}
    * { box-sizing: border-box; margin: 0 } html, body { height: 100% }
    svg { display: block; width: 100%; height: 100% }</style><body>${svg}</body></html>`,
  );
  const omitBackground = /^(icon|favicon|shortcut)/.test(name);
  writeFileSync(`static/icons/${name}.png`, await page.screenshot({ omitBackground }));
}
await browser.close();

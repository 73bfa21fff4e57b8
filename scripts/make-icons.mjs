// Renders the PNG icons in static/icons from static/icon.svg and the drawings in src/lib/ui/art.
// Run again after changing any of them:  node_modules/.bin/node scripts/make-icons.mjs
// The browser is Playwright's own, or the one named by CHROMIUM_PATH, or /usr/bin/chromium.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { chromium } from 'playwright';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path) => readFileSync(root + path, 'utf8');
const out = root + 'static/icons/';

const icon = read('static/icon.svg');
const fullBleed = icon.replace(' clip-path="url(#r)"', '');
const viewBox = (svg, box) => svg.replace('viewBox="0 0 64 64"', `viewBox="${box}"`);

const css = read('src/lib/ui/art.css');
const art = (name) => read(`src/lib/ui/art/${name}.svelte`);
const wallet = `<svg class="art" viewBox="0 0 96 96">
	<path class="a-wash" d="M50 5c26 0 42 18 41 43S74 91 48 91 5 74 5 49 24 5 50 5z"/>
	<path class="a-paper a-line" d="M26 36V20h40v16zM34 28h18"/>
	<path class="a-leaf a-line" d="M16 36h60v44H22c-4 0-6-2-6-6z"/>
	<path class="a-paper a-line" d="M58 50h24v16H58z"/>
	<path class="a-seal" d="M64 54h8v8h-8z"/>
</svg>`;

const shortcut = (svg) =>
  `<div style="height:100%;border-radius:21px;background:#f7f2e6;padding:8px">${svg}</div>`;

const jobs = [
  ['icon-192', 192, icon],
  ['icon-512', 512, icon],
  // bridge, stamp and willow stay inside the circle of 80 %; the ground runs to the edge
  ['maskable-192', 192, viewBox(fullBleed, '-12 -12 88 88')],
  ['maskable-512', 512, viewBox(fullBleed, '-12 -12 88 88')],
  ['apple-touch-icon', 180, viewBox(fullBleed, '-3 -3 70 70')],
  ['favicon-32', 32, icon],
  ['shortcut-daily-96', 96, shortcut(art('TopicDaily'))],
  ['shortcut-topics-96', 96, shortcut(art('TopicPark'))],
  ['shortcut-wallet-96', 96, shortcut(wallet)],
];

/** The same PNG with its pixels compressed as hard as zlib can. */
function repack(png) {
  const kept = { IHDR: Buffer.alloc(0), IDAT: Buffer.alloc(0), IEND: Buffer.alloc(0) };
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    if (type in kept) {
      kept[type] = Buffer.concat([kept[type], png.subarray(at + 8, at + 8 + length)]);
    }
    at += 12 + length;
  }
  kept.IDAT = deflateSync(inflateSync(kept.IDAT), { level: 9, memLevel: 9 });
  const chunks = Object.entries(kept).map(([type, data]) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    const sum = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  });
  return Buffer.concat([png.subarray(0, 8), ...chunks]);
}

const system = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({
  ...(existsSync(system) && { executablePath: system }),
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
  ],
});
const page = await browser.newPage({ colorScheme: 'light' });
mkdirSync(out, { recursive: true });

for (const [name, size, svg] of jobs) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<!doctype html><html data-theme="light"><style>${css}
		* { box-sizing: border-box; margin: 0 } html, body { height: 100% }
		svg { display: block; width: 100%; height: 100% }</style><body>${svg}</body></html>`,
  );
  const png = await page.screenshot({ omitBackground: /^(icon|favicon|shortcut)/.test(name) });
  writeFileSync(`${out}${name}.png`, repack(png));
}

await browser.close();

import { readFileSync } from 'node:fs';
import { encode } from 'uqr';
import { expect, test } from '../support/test.ts';

// How well a voucher's code is read as a shop's camera sees it: turned, blurred, noisy, too dark or too bright, near and
// far. The pictures are drawn in the page, the reader is the one that the scanner loads.

test.use({ bypassCSP: true });

const TOKEN = `MFD1:${'3C9$K7+P0.AB-Q/ZE*2W:5%H8 DNT6JX4'.repeat(6).slice(0, 190)}`;
const FRAME_PX = 720;
const SIDES_PX = [80, 120, 160, 220, 320, 450, 600];
const LIGHTS = [0.2, 0.35, 0.6, 1, 1.5];
const TURNS_DEG = [0, 8, 15, 25, 35, 45];
/** Beside them: nothing, out of focus, grainy. */
const FLAWS = [
  { blurPx: 0, noise: 0 },
  { blurPx: 1, noise: 12 },
] as const;

interface Read {
  side: number;
  light: number;
  turn: number;
  flaw: number;
  right: boolean;
  ms: number;
}

test('a voucher’s code is read turned, blurred, dark and far away', async ({ page }) => {
  test.setTimeout(300_000);
  await page.route('**/zxing_reader.wasm', (route) =>
    route.fulfill({
      body: readFileSync('node_modules/zxing-wasm/dist/reader/zxing_reader.wasm'),
      contentType: 'application/wasm',
    }),
  );
  await page.goto('/offline');
  await page.addScriptTag({ path: 'node_modules/barcode-detector/dist/iife/ponyfill.js' });
  const { data } = encode(TOKEN, { ecc: 'M', border: 4 });
  const all = SIDES_PX.flatMap((side) =>
    LIGHTS.flatMap((light) =>
      TURNS_DEG.flatMap((turn) => FLAWS.map((flaw, n) => ({ side, light, turn, n, ...flaw }))),
    ),
  );
  expect(all.length).toBeGreaterThanOrEqual(300);
  // Every side, light, turn and flaw among a third of them.
  const cases = process.env.LONG ? all : all.filter((_, n) => n % 3 === Math.floor(n / 12) % 3);
  const drawn = { modules: data, cases, frame: FRAME_PX, text: TOKEN };
  const decoders = await page.evaluate(async ({ modules, cases, frame, text }) => {
    interface Detector {
      detect(picture: HTMLCanvasElement): Promise<{ rawValue: string }[]>;
    }
    interface Library {
      BarcodeDetector: new (options: { formats: string[] }) => Detector;
      prepareZXingModule(options: object): Promise<unknown>;
    }
    const { BarcodeDetectionAPI: library, BarcodeDetector: Native } = globalThis as unknown as {
      BarcodeDetectionAPI: Library;
      BarcodeDetector?: Library['BarcodeDetector'] & { getSupportedFormats(): Promise<string[]> };
    };
    const overrides = { locateFile: () => '/zxing_reader.wasm' };
    await library.prepareZXingModule({ overrides, fireImmediately: true });
    const readers = new Map<string, Detector>();
    readers.set('zxing-wasm', new library.BarcodeDetector({ formats: ['qr_code'] }));
    const formats = (await Native?.getSupportedFormats().catch(() => [])) ?? [];
    if (Native && formats.includes('qr_code'))
      readers.set('browser', new Native({ formats: ['qr_code'] }));

    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = frame;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;

    // Drawn sharp once; what a camera makes of it is one picture of that picture.
    const sharp = document.createElement('canvas');
    const SCALE = 12;
    sharp.width = sharp.height = modules.length * SCALE;
    const ink = sharp.getContext('2d');
    if (!ink) throw new Error('no canvas');
    ink.fillStyle = '#dcdcdc';
    ink.fillRect(0, 0, sharp.width, sharp.height);
    ink.fillStyle = '#1e1e1e';
    for (const [y, row] of modules.entries())
      for (const [x, dark] of row.entries())
        if (dark) ink.fillRect(x * SCALE, y * SCALE, SCALE, SCALE);

    function draw(of: (typeof cases)[number]) {
      if (!context) return;
      context.reset();
      context.fillStyle = '#6e6e6e';
      context.fillRect(0, 0, frame, frame);
      context.filter = of.blurPx > 0 ? `blur(${of.blurPx}px)` : 'none';
      context.translate(frame / 2, frame / 2);
      context.rotate((of.turn * Math.PI) / 180);
      context.imageSmoothingQuality = 'high';
      context.drawImage(sharp, -of.side / 2, -of.side / 2, of.side, of.side);
      context.resetTransform();
      const picture = context.getImageData(0, 0, frame, frame);
      for (let i = 0; i < picture.data.length; i += 4) {
        const grain = (random() - 0.5) * 2 * of.noise;
        for (let c = i; c < i + 3; c++) picture.data[c] = (picture.data[c] ?? 0) * of.light + grain;
      }
      context.putImageData(picture, 0, 0);
    }

    const results: Record<string, Read[]> = {};
    for (const [name, reader] of readers) {
      results[name] = [];
      for (const of of cases) {
        draw(of);
        const began = performance.now();
        const found = await reader.detect(canvas).catch(() => []);
        const ms = performance.now() - began;
        const right = found.some(({ rawValue }) => rawValue === text);
        const { side, light, turn, n: flaw } = of;
        results[name].push({ side, light, turn, flaw, right, ms });
      }
    }
    return results;
  }, drawn);

  for (const [name, reads] of Object.entries(decoders)) {
    print(name, reads);
    expect(rate(reads.filter(({ side }) => side >= 220))).toBeGreaterThan(0.9);
    expect(rate(reads.filter(({ flaw, side }) => flaw === 0 && side >= 320))).toBeGreaterThan(0.97);
  }
});

const rate = (reads: readonly Read[]) => reads.filter(({ right }) => right).length / reads.length;

function print(name: string, reads: readonly Read[]): void {
  const times = reads.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]?.toFixed(0);
  const percent = (some: readonly Read[]) => `${Math.round(100 * rate(some))} %`;
  console.log(
    `${name}: ${reads.length} pictures, ${percent(reads)} read; p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`,
  );
  for (const key of ['side', 'light', 'turn', 'flaw'] as const) {
    const groups = Map.groupBy(reads, (read) => read[key]);
    const cells = [...groups].map(([value, some]) => `${value}: ${percent(some)}`);
    console.log(`  ${key.padEnd(6)}${cells.join('   ')}`);
  }
}

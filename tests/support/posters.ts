import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync } from 'node:fs';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { TestServer } from './server.ts';

/** Prints the boards of a run as the operator does. @returns the file */
export function printPosters(server: TestServer, run: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'posters-')), 'posters.html');
  posters(server, run, '--origin', server.url, '--html', '--out', file);
  return file;
}

/** Runs `npm run posters` beside the server. @returns what it says */
export function posters(server: TestServer, ...args: string[]): string {
  return execFileSync(process.execPath, ['scripts/posters.ts', ...args], {
    env: { ...process.env, DATA_DIR: server.dataDir },
    encoding: 'utf8',
  });
}

/** Where each board's QR leads, by station, as it is written beside it. */
export function addressesIn(file: string): Map<string, string> {
  const sheets = readFileSync(file, 'utf8').matchAll(
    /data-station="([^"]+)" data-address="([^"]+)"/g,
  );
  return new Map([...sheets].map(([, station = '', address = '']) => [station, address]));
}

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(readFileSync(wasm)).buffer } });

/** What a scanner reads from a picture. */
export async function qrCodesIn(png: Buffer): Promise<string[]> {
  const found = await readBarcodes(Uint8Array.from(png), { formats: ['QRCode'] });
  return found.map(({ text }) => text);
}

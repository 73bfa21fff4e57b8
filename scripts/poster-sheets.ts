import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Component } from 'svelte';
import { createServer } from 'vite';
import type { Station, Trail } from '../src/lib/domain/bank/trail.ts';
import type { Campaign } from '../src/lib/domain/points/campaign.ts';

export interface Sheets {
  stations: readonly { station: Station; address: string }[];
  trail: Trail;
  campaign: Campaign;
  run: string;
}

const STYLES = ['src/lib/ui/tokens.css', 'src/lib/ui/art.css'];
const PRINT = `@page { size: A4; margin: 0 }
* { box-sizing: border-box; margin: 0; padding: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact }
@media screen { body { background: #777; display: grid; justify-content: center; gap: 8mm; padding: 8mm } }`;

/** One HTML file that needs nothing else: a sheet of A4 for each station, in the colours of the day. */
export async function postersHtml(sheets: Sheets): Promise<string> {
  const { head, body, title } = await rendered(sheets);
  const styles = STYLES.map((file) => readFileSync(file, 'utf8')).join('\n');
  return `<!doctype html>
<html lang="zh-CN" data-theme="light">
<head>
<meta charset="utf-8">
<title>${title}</title>
<style>${styles}\n${PRINT}</style>
${head}
</head>
<body>${body}</body>
</html>
`;
}

/** By the components as the app has them, compiled for this one use. */
async function rendered(sheets: Sheets): Promise<{ head: string; body: string; title: string }> {
  const vite = await createServer({
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    resolve: { alias: { $lib: '/src/lib' } },
    plugins: [svelte({ configFile: false, emitCss: false, compilerOptions: { css: 'injected' } })],
  });
  try {
    const load = async <M>(module: string) => (await vite.ssrLoadModule(module)) as M;
    const { default: component } = await load<{ default: Component<Sheets> }>(
      '/src/lib/ui/poster/Sheets.svelte',
    );
    const { posterText } = await load<{ posterText: { title: (run: string) => string } }>(
      '/src/lib/ui/text/poster.ts',
    );
    // The components' own Svelte: another one would not know of them.
    const { render } = await load<typeof import('svelte/server')>('svelte/server');
    const { head, body } = render(component, { props: sheets });
    return { head, body, title: posterText.title(sheets.run) };
  } finally {
    await vite.close();
  }
}

import type { Plugin } from 'vite';
import { questionsOf } from '../src/lib/domain/bank/pack.ts';
import { createApi } from '../src/lib/server/api/api.ts';
import { buildPack } from '../src/lib/server/bank/read.ts';
import { closePark, openStore, preparePark } from '../src/lib/server/open-park.ts';

const DATA = '.svelte-kit/dev-data';

/** `/api/…` under `npm run dev`: the real use cases on a SQLite database of their own, scored by the bank as it is. */
export function devApi(): Plugin {
  return {
    name: 'dev-api',
    apply: 'serve',
    async configureServer(server) {
      // Vitest runs a server of Vite's, too.
      if (process.env.VITEST) return;
      const { hash, bank } = buildPack('questions');
      const scoring = { pack: bank.pack, questions: questionsOf(bank.pack) };
      const packs = {
        find: (wanted: string) => Promise.resolve(wanted === hash ? scoring : undefined),
      };
      const inForce = { packHash: hash, offer: bank.offer, notices: bank.notices };
      const park = await preparePark(openStore({ dataDirectory: DATA }), packs, inForce);
      const log = { info: () => undefined, error: console.error };
      const settings = { origin: 'http://localhost:5173', originGiven: false };
      const api = createApi(park, settings, log);
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?', 1)[0] ?? '';
        if (!path.startsWith('/api/')) return next();
        response.setHeader('cache-control', 'no-store');
        api(request, response, path).catch(next);
      });
      server.httpServer?.once('close', () => void closePark(park));
    },
  };
}

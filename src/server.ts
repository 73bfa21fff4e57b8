import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { createApi } from './lib/server/api/api.ts';
import { openArchive } from './lib/server/http/archive.ts';
import { createLimitedServer } from './lib/server/http/connections.ts';
import { listenerFor, type Handler } from './lib/server/http/requests.ts';
import { readSettings, type Settings } from './lib/server/http/settings.ts';
import { StartRefused } from './lib/server/http/start-refused.ts';
import { stopOnSignal } from './lib/server/http/stop.ts';
import { tally } from './lib/server/neighbours/tally.ts';
import { closePark, openPark } from './lib/server/open-park.ts';
import { sweep } from './lib/server/voucher/release.ts';

// The process. Node runs this file as it is; around adapter-node's handler it adds what the handler leaves out:
// headers on every response, earlier builds, limits, a clean end.

const DAY_MS = 86_400_000;
/** How often expired vouchers are looked for; a phone that syncs sees its own released at once. */
const SWEEP_MS = 60_000;
/** How often new answers are counted for what the neighbours got wrong. */
const TALLY_MS = 60_000;

// The database holds the keys that vouchers are signed with: what is written here is for this user only.
process.umask(0o077);

try {
  await start(readSettings(process.env));
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  console.error(error.message);
  process.exit(1);
}

async function start(settings: Settings): Promise<void> {
  const { buildDirectory, origin } = settings;
  const policies = readPolicies(buildDirectory);
  const archive = await openArchive(join(buildDirectory, 'client'), settings.dataDirectory);
  const park = await openPark(settings);
  const log = pino({ base: null });
  const api = createApi(park, settings, log);
  const handler = await loadHandler(buildDirectory, origin);

  const server = createLimitedServer(
    origin,
    listenerFor({ handler, api, archive, origin, policies }),
  );
  server.on('error', (error: NodeJS.ErrnoException) => {
    console.error(whyNotListening(error, settings));
    process.exit(1);
  });
  stopOnSignal(server, () => closePark(park));
  server.listen(settings.port, settings.host, () => {
    console.log(`民法典公园 is open: ${origin}`);
  });

  const refreshing = setInterval(() => {
    archive
      .refresh()
      .catch((error: unknown) => console.error('Cannot refresh the archive:', error));
  }, DAY_MS);
  refreshing.unref();
  const sweeping = setInterval(() => {
    sweep(park).catch((error: unknown) => log.error({ error: String(error) }, 'sweep'));
  }, SWEEP_MS);
  sweeping.unref();
  const tallying = setInterval(() => {
    tally(park).catch((error: unknown) => log.error({ error: String(error) }, 'tally'));
  }, TALLY_MS);
  tallying.unref();
}

function readPolicies(buildDirectory: string): Map<string, string> {
  const file = join(buildDirectory, 'csp.json');
  if (!existsSync(file) || !existsSync(join(buildDirectory, 'handler.js'))) {
    throw new StartRefused(
      `There is no finished build in ${buildDirectory}. Run npm run build first.`,
    );
  }
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>));
}

/** The handler reads ORIGIN while it is imported. */
async function loadHandler(buildDirectory: string, origin: string): Promise<Handler> {
  process.env.ORIGIN = origin;
  const url = pathToFileURL(join(buildDirectory, 'handler.js')).href;
  return ((await import(url)) as { handler: Handler }).handler;
}

function whyNotListening(error: NodeJS.ErrnoException, { host, port }: Settings): string {
  const another = (example: number) => `Set PORT to another one, e.g. PORT=${example} npm start`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use. ${another(port < 65_535 ? port + 1 : 3000)}`;
    case 'EACCES':
      return `Port ${port} may not be used by this user. ${another(3000)}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This computer has no address ${host}. Set HOST to one it has, or leave it out.`;
    default:
      return `The server stopped: ${error.message}`;
  }
}

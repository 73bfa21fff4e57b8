import { resolve } from 'node:path';
import { StartRefused } from './start-refused.ts';

/** What may be set from outside, all of it optional. */
export interface Settings {
  host: string;
  port: number;
  /** Where people reach the app, e.g. `https://park.example`; Kit checks form posts against it. */
  origin: string;
  /** Whether ORIGIN was set. If not, a page counts as ours when it comes from the host it asks. */
  originGiven: boolean;
  /** The header in which a trusted proxy names the client, e.g. `x-forwarded-for` (its last entry counts). */
  addressHeader?: string;
  /** `postgres://…`; without it SQLite under `dataDirectory`. */
  databaseUrl?: string;
  /** What outlives a build: packs and earlier chunks. Absolute. */
  dataDirectory: string;
  /** What `npm run build` has made. Absolute. */
  buildDirectory: string;
}

/**
 * Reads HOST, PORT, ORIGIN, ADDRESS_HEADER, DATABASE_URL, DATA_DIR and BUILD_DIR. An empty one counts as absent.
 * @throws StartRefused naming the one that makes no sense
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const port = Number(env.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartRefused(
      `PORT must be a number from 1 to 65535, not ${JSON.stringify(env.PORT)}`,
    );
  }
  return {
    host: env.HOST || '0.0.0.0',
    port,
    origin: originOf(env.ORIGIN || `http://localhost:${port}`),
    originGiven: Boolean(env.ORIGIN),
    ...(env.ADDRESS_HEADER && { addressHeader: env.ADDRESS_HEADER.toLowerCase() }),
    ...(env.DATABASE_URL && { databaseUrl: databaseUrl(env.DATABASE_URL) }),
    dataDirectory: resolve(env.DATA_DIR || 'data'),
    buildDirectory: resolve(env.BUILD_DIR || 'build'),
  };
}

function databaseUrl(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  throw new StartRefused('DATABASE_URL must begin with postgres://');
}

function originOf(text: string): string {
  const url = URL.parse(text.trim());
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin;
  throw new StartRefused(
    `ORIGIN must be a web address, e.g. https://park.example, not ${JSON.stringify(text)}`,
  );
}

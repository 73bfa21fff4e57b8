import { building, dev, version } from '$app/environment';
import { compress, encodingFor } from '$lib/server/http/encoding.ts';
import { policyFor } from '$lib/server/http/csp.ts';
import type { Handle, HandleServerError } from '@sveltejs/kit';
import { noticeText } from '$lib/ui/text/notices.ts';
import early from 'virtual:early';
import { openingFor, type Opening } from 'virtual:openings';
import { dayAt } from '$lib/domain/points/day.ts';

/**
 * Kit names its tiny start script before the large chunk that it imports. The first to be asked for takes the open
 * connection, so the large one goes first.
 */
const START_FIRST = /(<link[^>]*\/entry\/start[^>]*>\s*)(<link[^>]*\/chunks\/[^>]*>\s*)/;

/**
 * Kit's own start. Evaluating the app takes a slow phone longer than painting the page, and a page that is already on
 * the phone would be evaluated first; so it waits for the paint (tests/e2e/first-tap.e2e.ts holds that it is found).
 */
const START = /Promise\.all\(\[\s*(import\([^)]*\),\s*import\([^)]*\))\s*\]\)/;

/** Completes `app.html`, and gives a page made on demand what src/server.ts gives the ones made at build. */
export const handle: Handle = async ({ event, resolve }) => {
  const opening = openingOn(event.url.pathname);
  const response = await resolve(event, {
    transformPageChunk: ({ html }) =>
      html
        .replace(START_FIRST, '$2$1')
        .replace(START, 'early.painted.then(() => Promise.all([$1]))')
        .replace('%printed%', () => printedWith(opening))
        .replace('%early%', () => early)
        .replace('/manifest.webmanifest', manifestFor(event.url.pathname))
        .replace('%noscript%', noticeText.noScript)
        .replace('%opening%', () => openingScript(opening)),
  });
  const page = response.headers.get('content-type')?.startsWith('text/html');
  if (dev || building || !page || !response.body) return response;
  return finishedPage(response, event.request.headers.get('accept-encoding'));
};

/** A terminal is installed with a start of its own. */
const manifestFor = (path: string) =>
  path === '/shop' ? '/shop.webmanifest' : '/manifest.webmanifest';

function openingOn(path: string): Opening | undefined {
  const [, kind, id] = /^\/quiz\/(topic|station)\/([^/]+)$/.exec(path) ?? [];
  const daily = path === '/quiz/daily' ? `daily:${dayAt(Date.now())}` : '';
  return openingFor(kind && id ? `${kind}:${id}` : daily);
}

/**
 * By which `early.js` knows whether the printed question is the one to show: the day, where the page has one (kept on
 * the phone overnight it is past), else the question's id.
 */
function printedWith(opening: Opening | undefined): string {
  return /^daily:(.*)/.exec(opening?.slot ?? '')?.[1] ?? opening?.question.id ?? '';
}

/** The question a page is printed with, as data: for the listener in the HTML, and for the page when it starts. */
function openingScript(opening: Opening | undefined): string {
  if (!opening) return '';
  const json = JSON.stringify(opening).replaceAll('<', '\\u003c');
  return `<script type="application/json" id="opening">${json}</script>`;
}

async function finishedPage(response: Response, acceptEncoding: string | null): Promise<Response> {
  const html = await response.text();
  const headers = new Headers(response.headers);
  headers.set('content-type', 'text/html; charset=utf-8');
  headers.set('content-security-policy', policyFor(html));
  headers.set('cache-control', 'no-cache');
  headers.set('x-build', version);
  headers.append('vary', 'accept-encoding');
  // Kit would answer 304 without the policy, and browsers then take the default one for the page they have.
  headers.delete('etag');
  const encoding = encodingFor(acceptEncoding);
  if (encoding) headers.set('content-encoding', encoding);
  const body = encoding ? await compress(html, encoding) : Buffer.from(html);
  headers.set('content-length', String(body.byteLength));
  return new Response(body, { status: response.status, headers });
}

/** A person gets a sentence and a number to quote; what happened goes to the log, without anything they have sent. */
export const handleError: HandleServerError = ({ error, event, status }) => {
  if (status < 500) return { message: '没有找到这一页。' };
  const id = crypto.randomUUID().slice(0, 8);
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(
    `error ${id}: ${event.request.method} ${event.route.id ?? 'no route'} ${JSON.stringify(cause)}`,
  );
  return { message: `出了点问题，请稍后再试。（编号 ${id}）` };
};

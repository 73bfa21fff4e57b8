import { Failure } from '../domain/failure.ts';
import { isRefusalCode, Refused } from '../domain/refusal.ts';
import type { RefusalAnswer } from '../domain/sync/messages.ts';

/** A phone by the lake may take long; longer than this no answer will come. */
const LIMIT_MS = 15_000;

/**
 * Asks this site's server, with the session's cookie.
 * @param path e.g. `/api/sync`
 * @returns the answer's JSON; undefined for 204
 * @throws Refused for an answer that refuses; `server-failed` where its code is not known here
 * @throws Failure `offline` where no answer came: the server may have done what was asked all the same
 */
export function post<T>(path: string, body: unknown): Promise<T> {
  return ask({ path, method: 'POST', body: JSON.stringify(body) });
}

/** As {@link post}, for what changes nothing. */
export function get<T>(path: string): Promise<T> {
  return ask({ path, method: 'GET' });
}

/** What {@link post} does, for code that also runs against a model of the server. */
export type Post = <T>(path: string, body: unknown) => Promise<T>;

/** One question in the words that are sent. */
export interface Asked {
  path: string;
  method: 'GET' | 'POST';
  /** JSON. */
  body?: string | undefined;
  headers?: Record<string, string>;
  /** How long an answer is waited for. */
  limitMs?: number | undefined;
}

/** @throws as {@link post} */
export async function ask<T>(asked: Asked): Promise<T> {
  const { response, content } = await exchange(asked);
  if (response.status === 204) return undefined as T;
  const answer = parsed(await content.text());
  // A page of somebody else under our address is no answer of ours.
  if (answer === undefined) throw new Failure('offline');
  return answer as T;
}

/** Asks for a file of this media type, e.g. `text/csv`. @throws as {@link post} */
export async function askFile(asked: Asked, type: string): Promise<Blob> {
  const { content } = await exchange(asked);
  if (content.type.split(';', 1)[0] !== type) throw new Failure('offline');
  return content;
}

async function exchange({
  path,
  method,
  body,
  headers,
  limitMs = LIMIT_MS,
}: Asked): Promise<{ response: Response; content: Blob }> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  let response: Response;
  let content: Blob;
  try {
    response = await fetch(path, {
      method,
      ...(body !== undefined && { body }),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      credentials: 'same-origin',
      cache: 'no-store',
      // Our server never redirects its API; who does is the hotel's or the bus's sign-in page.
      redirect: 'error',
      signal: limit.signal,
    });
    content = await response.blob();
  } catch (cause) {
    throw new Failure('offline', { cause });
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw refusalOf(parsed(await content.text()));
  return { response, content };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refusalOf(answer: unknown): Refused {
  const { code, retryAfterMs, missing, nowMs } = (answer ?? {}) as Partial<RefusalAnswer>;
  return new Refused(isRefusalCode(code) ? code : 'server-failed', {
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    ...(typeof missing === 'number' && { missing }),
    ...(typeof nowMs === 'number' && { nowMs }),
  });
}

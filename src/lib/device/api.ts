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
  return ask(path, 'POST', JSON.stringify(body));
}

/** As {@link post}, for what changes nothing. */
export function get<T>(path: string): Promise<T> {
  return ask(path, 'GET');
}

/** What {@link post} does, for code that also runs against a model of the server. */
export type Post = <T>(path: string, body: unknown) => Promise<T>;

/**
 * One question in the words that are sent.
 * @param body JSON
 * @param limitMs how long an answer is waited for
 * @throws as {@link post}
 */
export async function ask<T>(
  path: string,
  method: 'GET' | 'POST',
  body?: string,
  headers: Record<string, string> = {},
  limitMs = LIMIT_MS,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  let response: Response;
  let text: string;
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
    text = await response.text();
  } catch (cause) {
    throw new Failure('offline', { cause });
  } finally {
    clearTimeout(timer);
  }
  const answer = parsed(text);
  if (!response.ok) throw refusalOf(answer);
  if (response.status === 204) return undefined as T;
  // A page of somebody else under our address is no answer of ours.
  if (answer === undefined) throw new Failure('offline');
  return answer as T;
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

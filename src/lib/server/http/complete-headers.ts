import type { ServerResponse } from 'node:http';
import { cacheControl } from './headers.ts';

/**
 * Puts in what no response may lack, at the moment its head is sent: only then is the status known, and nobody can
 * have removed it again. What the app has set itself stays, except for caching where the path decides.
 * @param path decoded, without the query
 * @param headers name in lower case → value
 */
export function completeHeaders(
  response: ServerResponse,
  path: string,
  headers: readonly (readonly [name: string, value: string])[],
): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    for (const [name, value] of headers) {
      if (!response.hasHeader(name)) response.setHeader(name, value);
    }
    const caching = cacheControl(path, status);
    if (caching) response.setHeader('cache-control', caching);
    else if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-cache');
    return writeHead(status, ...rest);
  };
}

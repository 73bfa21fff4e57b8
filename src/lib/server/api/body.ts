import type { IncomingMessage } from 'node:http';
import { Refused } from '../../domain/refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How JSON writes the one character that PostgreSQL cannot keep in a text. */
const NUL = '\\u0000';

/**
 * Reads a body as JSON.
 * @throws Refused `not-json`, `too-large`, `not-understood` (not UTF-8, not JSON, broken off, a NUL in a text)
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new Refused('not-json');
  if (request.headers['content-encoding']) throw new Refused('not-json');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new Refused('too-large');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new Refused('too-large');
      chunks.push(chunk);
    }
    const text = utf8.decode(Buffer.concat(chunks));
    return text.includes(NUL) ? JSON.parse(text, refuseNul) : (JSON.parse(text) as unknown);
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    throw new Refused('not-understood', {}, { cause });
  }
}

function refuseNul(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && value.includes('\0')) throw new Refused('not-understood');
  return value;
}

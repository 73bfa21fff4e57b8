import type { IncomingMessage } from 'node:http';
import { Refused } from '../../domain/refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body as JSON. @returns with its bytes
 * @throws Refused `not-json`, `too-large`, `not-understood` (not UTF-8, not JSON, broken off)
 */
export async function readJson(
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ value: unknown; bytes: Buffer }> {
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
    const bytes = Buffer.concat(chunks);
    return { value: JSON.parse(utf8.decode(bytes)) as unknown, bytes };
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    throw new Refused('not-understood', {}, { cause });
  }
}

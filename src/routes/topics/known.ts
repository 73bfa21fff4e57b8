import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';
import { packHash } from 'virtual:catalogue';

/** How many questions of each topic were right the last time; empty before the first answer. */
export async function knownByTopic(): Promise<Map<string, number>> {
  const standings = await (await phone.journal()).standings().catch(() => new Map<string, never>());
  if (standings.size === 0) return new Map();
  const pack = await loadPack(packHash, phone.open).catch(() => undefined);
  return new Map(
    pack?.topics.map((topic) => [
      topic.id,
      topic.questions.filter((q) => standings.get(q.id) === 'right').length,
    ]),
  );
}

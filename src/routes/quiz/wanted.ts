import { topicOf } from '$lib/domain/bank/pack.ts';
import type { Round } from '$lib/domain/quiz/round.ts';
import { askNow, givenUp } from '$lib/domain/quiz/wanted.ts';
import { newSeed } from '$lib/device/ids.ts';
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';
import { packHash } from 'virtual:catalogue';

/**
 * A saved round with the wanted question as its next. Where it has answered that one already, or is played from a pack
 * that does not have it, the round is given up (its answers and points stay) and a new one has to begin: undefined.
 */
export async function askIn(stored: Round, wanted: string): Promise<Round | undefined> {
  const questionIn = async (hash: string) => {
    if (stored.of.kind !== 'topic') return undefined;
    const topic = topicOf(await loadPack(hash, phone.open), stored.of.topic);
    return topic?.questions.find(({ id }) => id === wanted);
  };
  // An old link to a question that is not there any more changes nothing.
  if (!(await questionIn(packHash))) return stored;
  const question = await questionIn(stored.packHash);
  const round = question && askNow(stored, question, newSeed());
  if (!round) await (await phone.journal()).saveRound(givenUp(stored)).catch(() => undefined);
  return round;
}

import { packHash } from 'virtual:catalogue';
import type { NeighboursAnswer } from '$lib/domain/sync/neighbours.ts';
import { get } from '$lib/device/api.ts';
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';
import type { NeighbourQuestion } from '$lib/ui/neighbour-question.ts';

/** The server counts at most every few minutes; asking more often would bring the same. */
const GOOD_MS = 5 * 60_000;
let last: { atMs: number; answer: NeighboursAnswer } | undefined;

/** What the neighbours got wrong most, as far as this phone has the questions. @throws Refused, Failure `offline` */
export async function neighbourQuestions(): Promise<NeighbourQuestion[]> {
  const nowMs = Date.now();
  if (!last || Math.abs(nowMs - last.atMs) > GOOD_MS)
    last = { atMs: nowMs, answer: await get<NeighboursAnswer>('/api/neighbours') };
  const [whole, journal] = await Promise.all([loadPack(packHash, phone.open), phone.journal()]);
  const { topics } = await journal.inForce(whole);
  const places = new Map(
    topics.flatMap(({ id: topic, questions }) => questions.map((q) => [q.id, { topic, q }])),
  );
  return last.answer.questions.flatMap(({ id, answers, rightShare }) => {
    const place = places.get(id);
    if (!place) return [];
    const { topic, q } = place;
    const judge = q.type === 'judge';
    return [{ id, stem: q.stem, judge, answers, rightShare, href: `/quiz/topic/${topic}?q=${id}` }];
  });
}

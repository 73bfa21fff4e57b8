import { packHash } from 'virtual:catalogue';
import type { Pack, Question } from '$lib/domain/bank/pack.ts';
import { askNext, isOpenFor } from '$lib/domain/quiz/ask-next.ts';
import { composeTopicRound } from '$lib/domain/quiz/compose.ts';
import { beginRound, mayResume, slotOf, type Round } from '$lib/domain/quiz/round.ts';
import type { NeighboursAnswer } from '$lib/domain/sync/neighbours.ts';
import { get } from '$lib/device/api.ts';
import { markPast } from '$lib/device/hints.ts';
import { newId, newSeed } from '$lib/device/ids.ts';
import type { Journal } from '$lib/device/journal.ts';
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
  const { pack } = await packNow();
  return last.answer.questions.flatMap(({ id, answers, rightShare }) => {
    const question = placeOf(pack, id)?.question;
    if (!question) return [];
    return [{ id, stem: question.stem, judge: question.type === 'judge', answers, rightShare }];
  });
}

/** The pack of this build without what is not asked any more, and who knows that. */
async function packNow(): Promise<{ pack: Pack; journal: Journal }> {
  const [whole, journal] = await Promise.all([loadPack(packHash, phone.open), phone.journal()]);
  return { pack: await journal.inForce(whole), journal };
}

function placeOf(pack: Pack, id: string): { topic: string; question: Question } | undefined {
  for (const { id: topic, questions } of pack.topics) {
    const question = questions.find((q) => q.id === id);
    if (question) return { topic, question };
  }
  return undefined;
}

/**
 * Sees to it that the page of the question's topic asks it next: in the round that is under way there, else at the
 * beginning of a new one.
 * @returns the page's address
 */
export async function putNext(questionId: string): Promise<string> {
  const { pack, journal } = await packNow();
  const place = placeOf(pack, questionId);
  if (!place) return '/topics';
  const of = { kind: 'topic', topic: place.topic } as const;
  const slot = slotOf(of);
  const stored = await journal.loadRound(slot).catch(() => undefined);
  const underWay = stored && mayResume(stored, Date.now()) ? stored : undefined;
  if (!underWay || isOpenFor(underWay, questionId)) {
    const round = underWay
      ? askNext(underWay, place.question, newSeed())
      : await newRound(journal, pack, of, questionId);
    // Where it cannot be kept, the page of the topic begins as it always does.
    await journal.saveRound(round).catch(() => undefined);
    markPast(slot);
  }
  return `/quiz/topic/${place.topic}`;
}

async function newRound(
  journal: Journal,
  pack: Pack,
  of: { kind: 'topic'; topic: string },
  questionId: string,
): Promise<Round> {
  const standings = await journal.standings();
  const own = pack.topics.find(({ id }) => id === of.topic)?.questions ?? [];
  const seed = newSeed();
  const questions = composeTopicRound(own, (id) => standings.get(id) ?? 'new', seed, questionId);
  return beginRound(questions, { id: newId(), of, packHash, beganAtMs: Date.now(), seed });
}

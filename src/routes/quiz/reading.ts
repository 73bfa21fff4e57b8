import type { Question } from '$lib/domain/bank/pack.ts';
import { speech } from '$lib/device/speech.svelte.ts';

/** The question as it is read aloud: the stem, then what can be chosen. */
export function readQuestion(question: Question): void {
  const parts = [question.stem];
  if (question.type === 'match') parts.push(...question.pairs.map(([left]) => left));
  else if ('options' in question) parts.push(...question.options);
  speech.say(parts.join('。'));
}

export function readExplanation(question: Question): void {
  speech.say(question.explanation);
}

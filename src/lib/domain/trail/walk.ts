import type { Station } from '../bank/trail.ts';
import type { Attempt } from '../quiz/attempt.ts';

/** A station, as far as walking needs it. */
export type Place = Pick<Station, 'id' | 'at' | 'questions'>;

/** How many of the station's questions were answered there, right or wrong, with its board's code or without. */
export function answeredAt(
  { id, questions }: Place,
  attempts: readonly Pick<Attempt, 'questionId' | 'round'>[],
): number {
  const answered = new Set(
    attempts.flatMap(({ questionId, round: { of } }) =>
      of.kind === 'station' && of.station === id ? [questionId] : [],
    ),
  );
  return questions.filter((question) => answered.has(question)).length;
}

/** Where to go on to from a station: the nearest on the map that is not finished. Undefined when all are. */
export function nextAfter<P extends Place>(
  from: Place,
  places: readonly P[],
  attempts: readonly Pick<Attempt, 'questionId' | 'round'>[],
): P | undefined {
  const away = ({ at: [x, y] }: Place) => Math.hypot(x - from.at[0], y - from.at[1]);
  return places
    .filter((place) => place.id !== from.id)
    .filter((place) => answeredAt(place, attempts) < place.questions.length)
    .sort((a, b) => away(a) - away(b))[0];
}

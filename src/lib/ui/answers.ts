/** Answer fields of the types that never open a page; they stay out of the first download. */
export type LoadedAnswers = typeof import('./answer-fields.ts');

export const loadAnswers = (): Promise<LoadedAnswers> => import('./answer-fields.ts');

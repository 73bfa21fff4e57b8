import * as v from 'valibot';

/** One thing wrong with the bank, said so that the person who wrote it can mend it. */
export interface Problem {
  file: string;
  /** The question, the day of the calendar or the station that it is about. */
  question?: string;
  reason: string;
}

export class BankInvalid extends Error {
  readonly code = 'bank-invalid';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(
      problems
        .map((p) => `questions/${p.file}${p.question ? ` #${p.question}` : ''}: ${p.reason}`)
        .join('\n'),
    );
    this.problems = problems;
  }
}

/** What was read of `value`; or undefined, with everything that is wrong with it added to `problems`. */
export function check<const S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  file: string,
  problems: Problem[],
  question?: string,
): v.InferOutput<S> | undefined {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  for (const issue of result.issues) {
    const path = v.getDotPath(issue);
    problems.push({
      file,
      ...(question === undefined ? {} : { question }),
      reason: path ? `${path}：${issue.message}` : issue.message,
    });
  }
  return undefined;
}

/** The id that stands in something not yet read, so that a problem can name it. */
export function namedIn(raw: unknown): string {
  const named = (raw as { id?: unknown } | null)?.id;
  return typeof named === 'string' ? named : '?';
}

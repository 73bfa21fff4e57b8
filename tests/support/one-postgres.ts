import type { TestProject } from 'vitest/node';
import { startPostgres } from './engines.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the PostgreSQL of this run makes databases. */
    postgresUrl: string;
  }
}

/** One PostgreSQL for all specs of a run. */
export default async function onePostgres(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres({ durable: false });
  project.provide('postgresUrl', postgres.url);
  return () => postgres.stop();
}

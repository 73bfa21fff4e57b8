import type { ParkDatabase, Report } from './database.ts';
import { phone } from './phone.svelte.ts';

/** Where the browser refuses storage: of this page's lifetime. */
const unkept: Report[] = [];

/** Keeps a resident's report of a faulty question for the server. @throws what IndexedDB throws, see `failureOf` */
export async function addReport(report: Report): Promise<void> {
  if ((await phone.journal()).lasting) await keepReport(await phone.open(), report);
  else unkept.push(report);
}

/** The report with its outbox row, or neither. */
export async function keepReport(db: ParkDatabase, report: Report): Promise<void> {
  const tx = db.transaction(['reports', 'outbox'], 'readwrite', { durability: 'strict' });
  await Promise.all([
    tx.objectStore('reports').add(report),
    tx
      .objectStore('outbox')
      .add({ id: report.id, kind: 'report', queuedAtMs: report.reportedAtMs }),
    tx.done,
  ]);
}

/** Every report made on this phone. */
export async function reports(): Promise<Report[]> {
  return (await phone.journal()).lasting ? (await phone.open()).getAll('reports') : [...unkept];
}

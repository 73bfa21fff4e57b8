import { packHash } from 'virtual:catalogue';
import { answersOf, booksOf, CHECKUP_SIZE } from '$lib/domain/checkup/book.ts';
import { finishedCheckups, type Checkup } from '$lib/domain/checkup/finished.ts';
import { compared, reportOf, type Comparison, type Report } from '$lib/domain/checkup/report.ts';
import { mayResume, type Round } from '$lib/domain/quiz/round.ts';
import { loadPack } from '$lib/device/packs.ts';
import { phone } from '$lib/device/phone.svelte.ts';

export interface KeptReport {
  checkup: Checkup;
  report: Report;
  /** The report before it, where there is one to compare with. */
  before: Earlier | undefined;
}

export interface Earlier {
  report: Report;
  comparison: Comparison;
}

/** The reports of this phone's check-ups, the latest first, made anew of its attempts. */
export async function keptReports(): Promise<KeptReport[]> {
  const journal = await phone.journal();
  const checkups = finishedCheckups(await journal.attempts());
  const reports = await Promise.all(checkups.map(reportFrom));
  return checkups.flatMap((checkup, i) => {
    const report = reports[i];
    return report ? [{ checkup, report, before: earlier(report, reports[i + 1]) }] : [];
  });
}

/** What a round has found out when it ends, and how that stands against one's last report. */
export async function reportOfRound(round: Round): Promise<Omit<KeptReport, 'checkup'>> {
  const report = await reportFrom({ packHash: round.packHash, answers: answersOf(round) });
  const kept = await keptReports().catch(() => []);
  const others = kept.filter(({ checkup }) => checkup.id !== round.id);
  return { report, before: earlier(report, others[0]?.report) };
}

/** How many questions of a check-up that can still be gone on with have been answered; 0 where there is none. */
export async function answeredSoFar(): Promise<number> {
  const round = await (await phone.journal()).loadRound('checkup').catch(() => undefined);
  const answered = round && mayResume(round, Date.now()) ? answersOf(round).length : 0;
  // With its last answer it has its report, whether 看成绩 was pressed or not.
  return answered < CHECKUP_SIZE ? answered : 0;
}

/** By the pack that it was asked from: its questions may have changed since. Out of reach, the present one must do. */
async function reportFrom(of: Pick<Checkup, 'packHash' | 'answers'>): Promise<Report> {
  const pack = await loadPack(of.packHash, phone.open).catch(() => loadPack(packHash, phone.open));
  return reportOf(booksOf(pack), of.answers);
}

function earlier(now: Report, before: Report | undefined): Earlier | undefined {
  const comparison = before && compared(now, before);
  return comparison && { report: before, comparison };
}

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { grade } from '../../domain/bank/grade.ts';
import { residentAccount } from '../../domain/ledger/transfer.ts';
import type { Award } from '../../domain/points/award.ts';
import type { Campaign } from '../../domain/points/campaign.ts';
import { SentAttempt, type AttemptVerdict } from '../../domain/sync/messages.ts';
import { believed, type Window } from '../../domain/sync/practised.ts';
import type { NoticesInForce } from '../bank/notices.ts';
import type { ScoringPack } from '../bank/packs.ts';
import type { Tx } from '../database/store.ts';
import type { AttemptRow, KeptVerdict } from '../database/tables.ts';
import type { Book } from '../ledger/book.ts';
import type { Park } from '../park.ts';
import { Boards } from '../trail/boards.ts';
import { awardableOf, boardOf, type Awardable } from './awardable.ts';
import { AwardBook } from './awards.ts';

/** A row of a batch, read: either an attempt with the pack it was made on, or why it cannot be booked. */
export type ReadRow =
  { attempt: SentAttempt; scoring: ScoringPack; contentHash: string } | { verdict: AttemptVerdict };

/** Reads the rows of a batch one by one, so that a bad one stands in nobody's way. */
export async function readRows(park: Pick<Park, 'packs'>, rows: unknown[]): Promise<ReadRow[]> {
  return Promise.all(
    rows.map(async (row): Promise<ReadRow> => {
      const parsed = v.safeParse(SentAttempt, row);
      if (!parsed.success) {
        return { verdict: { id: idIn(row), is: 'rejected', why: 'malformed' } };
      }
      const attempt = parsed.output;
      const { id, packHash, questionId } = attempt;
      const scoring = await park.packs.find(packHash);
      if (!scoring) return { verdict: { id, is: 'later' } };
      if (!scoring.questions.has(questionId)) {
        return { verdict: { id, is: 'rejected', why: 'unknown-question' } };
      }
      return { attempt, scoring, contentHash: contentHashOf(attempt) };
    }),
  );
}

function idIn(row: unknown): string {
  const id = typeof row === 'object' && row !== null ? (row as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id.slice(0, 64) : '';
}

/** The schema puts the fields in one order, so equal attempts have equal text. */
const contentHashOf = (attempt: SentAttempt): string =>
  createHash('sha256').update(JSON.stringify(attempt)).digest('base64url');

/** The most that a batch can be given: what has to be set aside of the budget. */
export function mostPoints(rows: readonly ReadRow[], rules: Campaign): number {
  const attempts = rows.filter((row) => 'attempt' in row);
  const days = new Set(attempts.map(({ attempt }) => attempt.round.day));
  const boards = new Set(attempts.flatMap(({ attempt: { round } }) => boardOf(round.of) ?? []));
  const { awards } = rules;
  const each = Math.max(awards.firstRight, awards.rightAfterWrong);
  return (
    attempts.length * each +
    days.size * (awards.daily + awards.week.points) +
    boards.size * awards.station
  );
}

export interface Booked {
  verdicts: AttemptVerdict[];
  /** Points given out. */
  used: number;
}

/** Re-scores and books the rows in the order of arrival; a known id gets its first verdict again. */
export async function bookAttempts(
  tx: Tx,
  park: Park,
  rows: readonly ReadRow[],
  into: { book: Book; deviceId: string; window: Window; rules: Campaign; budgetLeft: number },
): Promise<Booked> {
  const { book, deviceId, window, rules, budgetLeft } = into;
  const walletId = book.wallet.id;
  const known = await knownIn(tx, walletId, rows);
  const fresh = rows.flatMap((row) =>
    'attempt' in row && !known.has(row.attempt.id) ? [row.attempt] : [],
  );
  const scanned = fresh.some(({ round }) => boardOf(round.of) !== undefined);
  const boards = scanned ? await Boards.read(tx) : undefined;
  const prepared = rows.map((row) => {
    if ('verdict' in row) return row;
    const { id } = row.attempt;
    const first = known.get(id);
    if (!first) {
      const judged = judge(row.attempt, row.scoring, {
        window,
        boards,
        notices: park.bank.notices,
      });
      return { ...row, ...judged };
    }
    return { verdict: verdictAgain(id, first, row.contentHash) };
  });
  const awardable = prepared.flatMap((row) => ('awardable' in row ? [row.awardable] : []));
  const awards = await AwardBook.read(tx, walletId, awardable, rules, budgetLeft);

  const inserted: AttemptRow[] = [];
  const verdicts = prepared.map((row): AttemptVerdict => {
    if ('verdict' in row) return row.verdict;
    const { attempt, awardable, practisedAtMs, contentHash } = row;
    // The same id twice in one batch.
    const first = known.get(attempt.id);
    if (first) return verdictAgain(attempt.id, first, contentHash);
    const given = awards.apply(awardable);
    const kept = verdictOf(awardable, given);
    known.set(attempt.id, { content_hash: contentHash, verdict: JSON.stringify(kept) });
    inserted.push({
      wallet_id: walletId,
      id: attempt.id,
      seq: book.next(),
      device_id: deviceId,
      content_hash: contentHash,
      question_id: attempt.questionId,
      pack_hash: attempt.packHash,
      response: JSON.stringify(attempt.response),
      right: awardable.right ? 1 : 0,
      practised_at: practisedAtMs,
      day: awardable.day,
      round: JSON.stringify(attempt.round),
      verdict: JSON.stringify(kept),
      received_at: window.nowMs,
    });
    postAwards(book, given, { day: awardable.day, attemptId: attempt.id, atMs: window.nowMs });
    return { id: attempt.id, ...kept };
  });
  if (inserted.length > 0) await tx.insertInto('attempt').values(inserted).execute();
  await awards.write(tx, walletId);
  return { verdicts, used: awards.used };
}

/** Posts what was credited. */
export function postAwards(
  book: Book,
  awards: readonly Award[],
  of: { day: string; attemptId: string; atMs: number },
): void {
  for (const { key, points } of awards) {
    if (points === 0) continue;
    book.post({
      kind: 'award',
      from: 'issue',
      to: residentAccount(book.wallet.id),
      points,
      atMs: of.atMs,
      award: { key, day: of.day, attemptId: of.attemptId },
    });
  }
}

type Known = Pick<AttemptRow, 'content_hash' | 'verdict'>;

async function knownIn(
  tx: Tx,
  walletId: string,
  rows: readonly ReadRow[],
): Promise<Map<string, Known>> {
  const ids = rows.flatMap((row) => ('attempt' in row ? [row.attempt.id] : []));
  if (ids.length === 0) return new Map();
  const found = await tx
    .selectFrom('attempt')
    .select(['id', 'content_hash', 'verdict'])
    .where('wallet_id', '=', walletId)
    .where('id', 'in', ids)
    .execute();
  return new Map(found.map((row) => [row.id, row]));
}

function verdictAgain(id: string, first: Known, contentHash: string): AttemptVerdict {
  if (first.content_hash !== contentHash) return { id, is: 'rejected', why: 'id-used' };
  return { id, ...(JSON.parse(first.verdict) as KeptVerdict) };
}

function judge(
  attempt: SentAttempt,
  scoring: ScoringPack,
  {
    window,
    boards,
    notices,
  }: { window: Window; boards: Boards | undefined; notices: NoticesInForce },
): { awardable: Awardable; practisedAtMs: number } {
  const { practisedAtMs, day } = believed(attempt, window);
  const { questionId, response, round } = attempt;
  const question = scoring.questions.get(questionId);
  const right = question !== undefined && grade(question, response).right;
  const { of } = round;
  const board =
    of.kind === 'station' && of.code !== undefined
      ? boards?.find(of.station, of.code, day)
      : undefined;
  return {
    practisedAtMs,
    awardable: awardableOf({ questionId, right, day, of, board }, scoring, notices),
  };
}

export function verdictOf({ right, day, board }: Awardable, awards: Award[]): KeptVerdict {
  const points = awards.reduce((sum, award) => sum + award.points, 0);
  const limit = awards.find((award) => award.limitedBy)?.limitedBy;
  const booked = { right, day, awards, ...(board && { board }) };
  if (points === 0 && limit) return { is: 'capped', by: limit, ...booked };
  const paid = right && !awards.some((award) => award.kind === 'question');
  if (points === 0 && paid) return { is: 'known', ...booked };
  return { is: 'credited', points, ...booked };
}

import type { ContactAnswer, ContactRequest, QueuedRow } from '../../domain/terminal/messages.ts';
import { withNews } from '../../domain/terminal/deny-list.ts';
import { MAX_EVENTS, MAX_ROWS } from '../../domain/terminal/terms.ts';
import type { TerminalView } from '../../domain/voucher/messages.ts';
import type { KeptHandOver, ShopDatabase } from './database.ts';
import type { ServerTime } from './server-time.ts';
import { changing, keep, kept, reading, type Changing } from './settings.ts';

/** How long a hand-over is kept after it was uploaded: a server put back from a backup is told of it again. */
const KEPT_MS = 45 * 86_400_000;
/** Contacts that one question may lead to; a queue that is longer goes on with the next. */
const MOST_IN_A_ROW = 20;

interface Sent {
  request: ContactRequest & { rows: QueuedRow[] };
  /** The rows as they were sent. */
  rows: QueuedRow[];
}

/** What one contact says and asks, as everything stands at one moment. */
export async function contactRequest(db: ShopDatabase): Promise<Sent | undefined> {
  const tx = reading(db);
  const [view, epoch, list, waiting, events] = await Promise.all([
    kept(tx, 'view'),
    kept(tx, 'epoch'),
    kept(tx, 'list'),
    tx.objectStore('handovers').index('waiting').getAll(),
    tx.objectStore('events').getAll(undefined, MAX_EVENTS),
  ]);
  if (!view) return undefined;
  const queue = waiting
    .filter(({ shopId }) => shopId === view.shop.id)
    .sort((a, b) => a.atMs - b.atMs);
  const rows = queue.slice(0, MAX_ROWS).flatMap(rowOf);
  return {
    rows,
    request: {
      ...(epoch !== undefined && { epoch }),
      ...(list && { holds: { epoch: list.epoch, number: list.number } }),
      rows,
      left: queue.length - rows.length,
      events,
      ...(view.offline.is === 'ended' && { gaveUp: true }),
    },
  };
}

function rowOf({ nonce, token, atMs, clerk, undoneAtMs }: KeptHandOver): QueuedRow[] {
  if (token === undefined) return [];
  const of = { nonce, token, atMs: Math.round(atMs), ...(clerk && { clerkId: clerk.id }) };
  return [{ ...of, ...(undoneAtMs !== undefined && { undoneAtMs: Math.round(undoneAtMs) }) }];
}

/** What is new for the clerk after a contact. */
export interface Heard {
  view: TerminalView;
  /** Rows that the server has now. */
  uploaded: number;
}

/** Keeps all that the server has said, in one transaction. */
export async function takeContact(
  db: ShopDatabase,
  { request, rows }: Sent,
  answer: ContactAnswer,
  time: ServerTime,
): Promise<Heard> {
  const anchor = time.heard(answer.nowMs);
  const tx = changing(db);
  const sent = new Map(rows.map((row) => [row.nonce, row]));
  for (const verdict of answer.verdicts) await takeVerdict(tx, sent.get(verdict.nonce), verdict);
  for (const id of answer.events) await tx.objectStore('events').delete(id);
  await takeList(tx, request, answer);
  const epoch = await kept(tx, 'epoch');
  if (epoch !== undefined && epoch !== answer.epoch) await sendAllAgain(tx, answer);
  await forgetOld(tx, answer.nowMs - KEPT_MS);
  const clerk = await kept(tx, 'clerk');
  const stands = answer.terminal.clerks.find(({ id }) => id === clerk?.id);
  await Promise.all([
    keep(tx, 'view', answer.terminal),
    keep(tx, 'epoch', answer.epoch),
    keep(tx, 'keys', answer.keys),
    keep(tx, 'goods', answer.goods),
    keep(tx, 'pins', answer.pins),
    keep(tx, 'clock', anchor),
    keep(tx, 'clerk', stands),
    tx.done,
  ]);
  return { view: answer.terminal, uploaded: answer.verdicts.length };
}

async function takeVerdict(
  tx: Changing,
  sent: QueuedRow | undefined,
  verdict: ContactAnswer['verdicts'][number],
): Promise<void> {
  const found = await tx.objectStore('handovers').get(verdict.nonce);
  // Taken back while the row was on its way: it goes up once more.
  const changed = found?.undoneAtMs === undefined ? undefined : Math.round(found.undoneAtMs);
  if (!found || !sent || changed !== sent.undoneAtMs) return;
  const { waiting: _, ...rest } = found;
  const plain = verdict.is === 'booked' || verdict.is === 'undone';
  const after: KeptHandOver = { ...rest, verdict, ...(plain && { seen: true }) };
  // It stands after all.
  if (verdict.is === 'refused' && verdict.why === 'not-undone') delete after.undoneAtMs;
  await tx.objectStore('handovers').put(after);
}

async function takeList(
  tx: Changing,
  { holds }: ContactRequest,
  { list: news }: ContactAnswer,
): Promise<void> {
  const store = tx.objectStore('denied');
  if (!news) {
    await store.clear();
    await keep(tx, 'list', undefined);
    return;
  }
  const list = await kept(tx, 'list');
  const same = list?.epoch === holds?.epoch && list?.number === holds?.number;
  // Another tab has stored a list since: what has changed since the one before says nothing of that.
  if (!news.whole && !same) return;
  if (list && list.epoch === news.epoch && list.number > news.number) return;
  const entries = new Map((await store.getAll()).map((entry) => [entry.voucherId, entry]));
  const next = withNews(list && { ...list, entries }, news);
  for (const voucherId of entries.keys())
    if (!next.entries.has(voucherId)) await store.delete(voucherId);
  for (const entry of next.entries.values())
    if (entries.get(entry.voucherId) !== entry) await store.put(entry);
  const { number, epoch, asOfMs } = next;
  await keep(tx, 'list', { number, epoch, asOfMs });
}

/** The server was put back from a backup and may not know what it had booked. */
async function sendAllAgain(tx: Changing, { terminal, verdicts }: ContactAnswer): Promise<void> {
  const store = tx.objectStore('handovers');
  const just = new Set(verdicts.map(({ nonce }) => nonce));
  for (const done of await store.getAll()) {
    const known = just.has(done.nonce) || done.token === undefined;
    if (!known && done.shopId === terminal.shop.id) await store.put({ ...done, waiting: 1 });
  }
}

async function forgetOld(tx: Changing, beforeMs: number): Promise<void> {
  const old = await tx
    .objectStore('handovers')
    .index('byTime')
    .getAll(IDBKeyRange.upperBound(beforeMs));
  for (const { nonce, waiting } of old)
    if (!waiting) await tx.objectStore('handovers').delete(nonce);
}

/**
 * Uploads what waits and fetches what is new, as often as the server wants it.
 * @throws what `post` throws
 * @returns undefined on a device that is no terminal
 */
export async function contact(
  db: ShopDatabase,
  post: <T>(path: string, body: unknown) => Promise<T>,
  time: ServerTime,
): Promise<Heard | undefined> {
  let heard: Heard | undefined;
  for (let n = 0; n < MOST_IN_A_ROW; n++) {
    const sent = await contactRequest(db);
    if (!sent) return undefined;
    const answer = await post<ContactAnswer>('/api/shop/contact', sent.request);
    const { view, uploaded } = await takeContact(db, sent, answer, time);
    heard = { view, uploaded: (heard?.uploaded ?? 0) + uploaded };
    if (!answer.again) {
      const more = await contactRequest(db);
      if (!more || more.rows.length === 0) break;
    }
  }
  return heard;
}

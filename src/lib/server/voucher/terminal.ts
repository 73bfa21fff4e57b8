import { codeFrom } from '../../domain/voucher/code.ts';
import type {
  EnrolRequest,
  LeaveRequest,
  SessionRequest,
  TerminalView,
} from '../../domain/voucher/messages.ts';
import { mayEnrol, type OfflineState } from '../../domain/terminal/right.ts';
import { Refused } from '../../domain/refusal.ts';
import type { Tx } from '../database/store.ts';
import type { DeskRow, TerminalRow } from '../database/tables.ts';
import { epochOf } from '../epoch.ts';
import { newId, type Park } from '../park.ts';
import { clerksOf } from '../shop/clerks.ts';
import { lockDesk, note } from '../shop/desk.ts';
import { isKey, mustBeProven, type Proof } from '../shop/proof.ts';
import { ownRight, stateShown } from '../shop/rights.ts';
import { endTerminal } from '../shop/terminals.ts';
import { hashOf, newSecret, sameHash } from '../wallet/session.ts';

/** What a till's cookie says, and the proof that comes with the request. */
export interface TerminalSession {
  shopId: string;
  terminalId: string;
  secret: string;
  proof?: Proof;
}

const ENROLMENT_MS = 24 * 3_600_000;
export const ENROLMENT_CODE_LENGTH = 12;

/**
 * Makes a code that enrols one device of a shop, once, within a day.
 * @param replaces the device takes the place of the terminal that hands over without a signal
 * @throws Error where there is no such shop
 */
export async function makeEnrolment(
  park: Pick<Park, 'store' | 'clock' | 'random'>,
  shopId: string,
  replaces = false,
): Promise<string> {
  const code = codeFrom(park.random(40), ENROLMENT_CODE_LENGTH);
  const now = park.clock();
  await park.store.write(async (tx) => {
    const shop = await tx
      .selectFrom('shop')
      .select('id')
      .where('id', '=', shopId)
      .executeTakeFirst();
    if (!shop) throw new Error(`no shop ${shopId}`);
    await tx
      .insertInto('enrolment')
      .values({
        code_hash: hashOf(code),
        shop_id: shopId,
        made_at: now,
        expires_at: now + ENROLMENT_MS,
        used_at: null,
        replaces: replaces ? 1 : 0,
      })
      .execute();
  });
  return code;
}

interface Enrolled {
  session: TerminalSession;
  view: TerminalView;
}

/**
 * A device becomes a till of the shop whose code it has. Beside one that hands over without a signal there is no
 * other, so that no voucher can be taken twice beside itself. Where the answer was lost it asks again with the same
 * key, and is the same terminal.
 * @param before what the device was until now, by its cookie: that ends
 * @throws Refused `enrolment-unknown` where the code is wrong, used or too old, `offline-terminal-there`,
 *   `terminal-key-bad`
 */
export async function enrol(
  park: Park,
  { code, name, key, offline = false }: EnrolRequest,
  before?: TerminalSession,
): Promise<Enrolled> {
  if (key !== undefined && !isKey(key)) throw new Refused('terminal-key-bad');
  return park.store.write(async (tx) => {
    const now = park.clock();
    const used = await tx
      .updateTable('enrolment')
      .set({ used_at: now })
      .where('code_hash', '=', hashOf(code))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['shop_id', 'replaces'])
      .executeTakeFirst();
    if (!used) return enrolledBefore(tx, park, code, key);
    const desk = await lockDesk(tx, park.store, used.shop_id);
    await endBefore(tx, desk, before, now);
    await makeRoom(tx, desk, used.replaces === 1, now);
    const session = { shopId: used.shop_id, terminalId: newId(park), secret: newSecret(park) };
    const row: TerminalRow = {
      shop_id: session.shopId,
      id: session.terminalId,
      name,
      token_hash: hashOf(session.secret),
      enrolled_at: now,
      ended_at: null,
      wrong_codes: 0,
      locked_until: 0,
      public_key: key ?? null,
      wants_offline: offline ? 1 : 0,
      clerk_id: null,
      ended_by: null,
    };
    await tx.insertInto('terminal').values(row).execute();
    await note(tx, desk, 'enrolled', { terminal: row.id, name, offline, key: key ?? null }, now);
    return { session, view: await terminalView(tx, row, now) };
  });
}

/** A new session for the terminal that the code made. Its cookie alone is worth nothing: the key has to sign. */
async function enrolledBefore(
  tx: Tx,
  park: Park,
  code: string,
  key: string | undefined,
): Promise<Enrolled> {
  const now = park.clock();
  const row = await tx
    .selectFrom('enrolment')
    .innerJoin('terminal', (join) =>
      join
        .onRef('terminal.shop_id', '=', 'enrolment.shop_id')
        .onRef('terminal.enrolled_at', '=', 'enrolment.used_at'),
    )
    .selectAll('terminal')
    .where('code_hash', '=', hashOf(code))
    .where('expires_at', '>', now)
    .where('public_key', '=', key ?? null)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw new Refused('enrolment-unknown');
  return { session: await newSession(tx, park, row), view: await terminalView(tx, row, now) };
}

/**
 * A terminal whose browser has lost the cookie: its key says who it is.
 * @throws Refused `terminal-unknown` where there is none with such a key, `proof-missing`, `proof-stale`
 */
export async function renewSession(
  park: Park,
  { shopId, terminalId }: SessionRequest,
  proof: Proof | undefined,
): Promise<TerminalSession> {
  return park.store.write(async (tx) => {
    const row = await tx
      .selectFrom('terminal')
      .selectAll()
      .where('shop_id', '=', shopId)
      .where('id', '=', terminalId)
      .executeTakeFirst();
    // One that has confirmed its end has no session to renew.
    const over = row?.ended_by === 'left' || row?.token_hash === '';
    if (!row || over || row.public_key === null) throw new Refused('terminal-unknown');
    mustBeProven(row.public_key, proof, park.clock());
    return newSession(tx, park, row);
  });
}

async function newSession(
  tx: Tx,
  park: Park,
  { shop_id, id }: Pick<TerminalRow, 'shop_id' | 'id'>,
): Promise<TerminalSession> {
  const session = { shopId: shop_id, terminalId: id, secret: newSecret(park) };
  await tx
    .updateTable('terminal')
    .set({ token_hash: hashOf(session.secret) })
    .where('shop_id', '=', shop_id)
    .where('id', '=', id)
    .execute();
  return session;
}

/** A device is one terminal: enrolled anew, perhaps with its key lost, it is not the old one beside itself. */
async function endBefore(
  tx: Tx,
  desk: DeskRow,
  before: TerminalSession | undefined,
  atMs: number,
): Promise<void> {
  if (before?.shopId !== desk.shop_id) return;
  const row = await tx
    .selectFrom('terminal')
    .selectAll()
    .where('shop_id', '=', before.shopId)
    .where('id', '=', before.terminalId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (row && sameHash(before.secret, row.token_hash))
    await endTerminal(tx, desk, row, 'replaced', atMs);
}

/** @throws Refused `offline-terminal-there` where one stands that is not to be replaced */
async function makeRoom(tx: Tx, desk: DeskRow, replaces: boolean, atMs: number): Promise<void> {
  const standing = await tx
    .selectFrom('terminal')
    .selectAll()
    .where('shop_id', '=', desk.shop_id)
    .where('ended_at', 'is', null)
    .execute();
  const wanting = standing.filter(({ wants_offline }) => wants_offline === 1);
  if (replaces)
    for (const terminal of wanting) await endTerminal(tx, desk, terminal, 'replaced', atMs);
  else if (!mayEnrol(standing.map(({ wants_offline }) => ({ wanted: wants_offline === 1 }))))
    throw new Refused('offline-terminal-there');
}

interface Identifying {
  /** Its row is kept from others. */
  lock?: boolean;
  /** Also one that the operator has ended and that has not said yet that nothing is queued. */
  alsoRevoked?: boolean;
}

/**
 * Who stands at the till. One with a key of its own proves that the request is its own.
 * @throws Refused `terminal-unknown`, `terminal-revoked`, `proof-missing`, `proof-stale`
 */
export async function identifyTerminal(
  tx: Tx,
  { store: { engine }, clock }: Pick<Park, 'store' | 'clock'>,
  session: TerminalSession | undefined,
  { lock = false, alsoRevoked = false }: Identifying = {},
): Promise<TerminalRow> {
  const row =
    session &&
    (await tx
      .selectFrom('terminal')
      .selectAll()
      .where('shop_id', '=', session.shopId)
      .where('id', '=', session.terminalId)
      .$if(lock && engine === 'postgres', (q) => q.forUpdate())
      .executeTakeFirst());
  if (!row || !sameHash(session.secret, row.token_hash)) throw new Refused('terminal-unknown');
  if (row.ended_at !== null) {
    // Without a key nobody could tell a queue from a made-up one.
    if (row.ended_by === 'left' || row.public_key === null) throw new Refused('terminal-unknown');
    if (!alsoRevoked) throw new Refused('terminal-revoked');
  }
  if (row.public_key !== null) mustBeProven(row.public_key, session.proof, clock());
  return row;
}

/** @param offline how it stands with the right where that was just found out */
export async function terminalView(
  tx: Tx,
  terminal: TerminalRow,
  nowMs: number,
  offline?: OfflineState,
): Promise<TerminalView> {
  const { id, name, shop_id, clerk_id } = terminal;
  const clerks = await clerksOf(tx, shop_id);
  const clerk = clerks.find((c) => c.id === clerk_id);
  const shop = await tx
    .selectFrom('shop')
    .selectAll()
    .where('id', '=', shop_id)
    .executeTakeFirstOrThrow();
  return {
    terminalId: id,
    name,
    shop: {
      id: shop.id,
      name: shop.name,
      address: shop.address,
      open: shop.open === 1,
      sample: shop.sample === 1,
    },
    offline: offline ?? (await stateShown(tx, terminal, nowMs)),
    clerks,
    ...(clerk && { clerk }),
  };
}

/**
 * Its enrolment ends; what it handed over stays booked.
 * @param last `queued`: rows that it has not uploaded; `epoch`: of its last contact
 * @throws Refused `queue-first` where it may hand over without a signal and has any, or has to upload all again
 */
export async function leave(
  park: Park,
  session: TerminalSession | undefined,
  { queued, epoch }: LeaveRequest = {},
): Promise<void> {
  await park.store.write(async (tx) => {
    const terminal = await identifyTerminal(tx, park, session);
    const desk = await lockDesk(tx, park.store, terminal.shop_id);
    const right = await ownRight(tx, terminal);
    const restored = epoch !== undefined && epoch !== (await epochOf(tx));
    if (restored || (right?.ended_at === null && queued !== 0)) throw new Refused('queue-first');
    await endTerminal(tx, desk, terminal, 'left', park.clock());
  });
}

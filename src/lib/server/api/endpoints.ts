import type * as v from 'valibot';
import {
  CloseRequest,
  JoinRequest,
  RecoveryRequest,
  SignOutRequest,
  SyncRequest,
} from '../../domain/sync/messages.ts';
import {
  CancelRequest,
  EnrolRequest,
  HandOverRequest,
  HoldRequest,
  LeaveRequest,
  LookRequest,
  SessionRequest,
  UndoRequest,
} from '../../domain/voucher/messages.ts';
import { SHEET_TYPES, sheetOf, type SheetKind } from '../../domain/shop/sheet.ts';
import {
  ClerkSignOutRequest,
  ContactRequest,
  SignInRequest,
  TakingsQuery,
} from '../../domain/terminal/messages.ts';
import type { Park } from '../park.ts';
import { contact } from '../shop/contact.ts';
import type { Proof } from '../shop/proof.ts';
import { takings } from '../shop/settle.ts';
import { WRITERS } from '../shop/workbook.ts';
import { signIn, signOutClerk } from '../shop/sign-in.ts';
import { holdVoucher } from '../voucher/hold.ts';
import { cancelVoucher } from '../voucher/release.ts';
import { shopsAndGoods } from '../voucher/shops.ts';
import { enrol, leave, renewSession, type TerminalSession } from '../voucher/terminal.ts';
import { today } from '../voucher/receipts.ts';
import { handOverGoods, look, soldOut, undoHandOver } from '../voucher/till.ts';
import { closeWallet } from '../wallet/close.ts';
import { devices, signOut } from '../wallet/devices.ts';
import { exportWallet } from '../wallet/export.ts';
import { join } from '../wallet/join.ts';
import { makeRecoveryCode } from '../wallet/recovery.ts';
import type { Session } from '../wallet/session.ts';
import { sync } from '../wallet/sync.ts';
import type { NewLimit } from './limits.ts';

/** What an endpoint answers: a body (204 without one) and what becomes of the cookies. */
export interface Answer {
  body?: unknown;
  session?: Session | null;
  terminal?: TerminalSession | null;
  /** Instead of a body: a file that the browser saves. */
  file?: { name: string; type: string; bytes: Buffer };
}

interface Caller {
  session: Session | undefined;
  terminal: TerminalSession | undefined;
  /** What came with the request, if this terminal has signed it. */
  proofOf: (terminalId: string) => Proof | undefined;
}

export interface Endpoint {
  method: 'GET' | 'POST';
  path: string;
  /** What the body must be; of a GET its query. */
  schema?: v.GenericSchema;
  maxBytes: number;
  /** Whose cookie it is counted by; without one by the address. */
  by: 'wallet' | 'terminal';
  /** Counted beside it, by address, for who has no session yet. */
  limitNew?: NewLimit;
  run(park: Park, caller: Caller, body: unknown): Promise<Answer>;
}

const SMALL = 4 * 1024;

function post<S extends v.GenericSchema>(
  path: string,
  schema: S,
  run: (park: Park, caller: Caller, body: v.InferOutput<S>) => Promise<Answer>,
  options: Partial<Pick<Endpoint, 'maxBytes' | 'by' | 'limitNew'>> = {},
): Endpoint {
  return { method: 'POST', path, schema, maxBytes: SMALL, by: 'wallet', run, ...options };
}

const get = (
  path: string,
  by: Endpoint['by'],
  run: (park: Park, caller: Caller) => Promise<Answer>,
): Endpoint => ({ method: 'GET', path, maxBytes: 0, by, run });

function ask<S extends v.GenericSchema>(
  path: string,
  schema: S,
  run: (park: Park, caller: Caller, query: v.InferOutput<S>) => Promise<Answer>,
): Endpoint {
  return { method: 'GET', path, schema, maxBytes: 0, by: 'terminal', run };
}

/** Everything the server can be asked. Each has one schema; what that does not accept is refused before any work. */
export const endpoints: readonly Endpoint[] = [
  post(
    '/api/sync',
    SyncRequest,
    async (park, { session }, body) => {
      const { answer, session: next } = await sync(park, session, body);
      return { body: answer, ...(next && { session: next }) };
    },
    { maxBytes: 512 * 1024, limitNew: 'open' },
  ),
  get('/api/neighbours', 'wallet', async (park) => ({ body: await park.neighbours.answer() })),
  get('/api/shops', 'wallet', async (park) => ({ body: await shopsAndGoods(park) })),
  post('/api/vouchers', HoldRequest, async (park, { session }, body) => ({
    body: await holdVoucher(park, session, body),
  })),
  post('/api/vouchers/cancel', CancelRequest, async (park, { session }, { id }) => ({
    body: await cancelVoucher(park, session, id),
  })),
  post('/api/recovery', RecoveryRequest, async (park, { session }) => ({
    body: { code: await makeRecoveryCode(park, session) },
  })),
  post(
    '/api/join',
    JoinRequest,
    async (park, { session }, body) => ({ session: await join(park, session, body) }),
    { limitNew: 'join' },
  ),
  get('/api/devices', 'wallet', async (park, { session }) => ({
    body: await devices(park, session),
  })),
  post('/api/devices/sign-out', SignOutRequest, async (park, { session }, { deviceId }) => {
    await signOut(park, session, deviceId);
    return {};
  }),
  get('/api/export', 'wallet', async (park, { session }) => ({
    body: await exportWallet(park, session),
  })),
  post('/api/wallet/close', CloseRequest, async (park, { session }) => {
    await closeWallet(park, session);
    return { session: null };
  }),
  post(
    '/api/shop/enrol',
    EnrolRequest,
    async (park, { terminal }, body) => {
      const { session, view } = await enrol(park, body, terminal);
      return { body: view, terminal: session };
    },
    { by: 'terminal', limitNew: 'enrol' },
  ),
  post(
    '/api/shop/session',
    SessionRequest,
    async (park, { proofOf }, body) => ({
      terminal: await renewSession(park, body, proofOf(body.terminalId)),
    }),
    { by: 'terminal', limitNew: 'enrol' },
  ),
  post(
    '/api/shop/look',
    LookRequest,
    async (park, { terminal }, { reading }) => ({ body: await look(park, terminal, reading) }),
    { by: 'terminal' },
  ),
  post(
    '/api/shop/hand-over',
    HandOverRequest,
    async (park, { terminal }, body) => ({ body: await handOverGoods(park, terminal, body) }),
    { by: 'terminal' },
  ),
  post(
    '/api/shop/sold-out',
    HandOverRequest,
    async (park, { terminal }, body) => ({ body: await soldOut(park, terminal, body) }),
    { by: 'terminal' },
  ),
  post(
    '/api/shop/undo',
    UndoRequest,
    async (park, { terminal }, { nonce }) => ({ body: await undoHandOver(park, terminal, nonce) }),
    { by: 'terminal' },
  ),
  get('/api/shop/today', 'terminal', async (park, { terminal }) => ({
    body: await today(park, terminal),
    // For another year.
    ...(terminal && { terminal }),
  })),
  post(
    '/api/shop/leave',
    LeaveRequest,
    async (park, { terminal }, body) => {
      await leave(park, terminal, body);
      return { terminal: null };
    },
    { by: 'terminal' },
  ),
  post(
    '/api/shop/contact',
    ContactRequest,
    async (park, { terminal }, body) => ({
      body: await contact(park, terminal, body),
      // For another year.
      ...(terminal && { terminal }),
    }),
    { by: 'terminal', maxBytes: 128 * 1024 },
  ),
  post(
    '/api/shop/clerk',
    SignInRequest,
    async (park, { terminal }, body) => ({ body: await signIn(park, terminal, body) }),
    { by: 'terminal' },
  ),
  post(
    '/api/shop/clerk/sign-out',
    ClerkSignOutRequest,
    async (park, { terminal }) => ({ body: await signOutClerk(park, terminal) }),
    { by: 'terminal' },
  ),
  ask('/api/shop/takings', TakingsQuery, async (park, { terminal }, { month }) => ({
    body: await takings(park, terminal, month),
  })),
  takingsFile('csv'),
  takingsFile('xlsx'),
];

/** The month's statement as a file. */
function takingsFile(kind: SheetKind): Endpoint {
  return ask(`/api/shop/takings.${kind}`, TakingsQuery, async (park, { terminal }, { month }) => {
    const { terminal: view, statement } = await takings(park, terminal, month);
    const bytes = await WRITERS[kind](sheetOf(view.shop, statement));
    const type = kind === 'csv' ? `${SHEET_TYPES.csv}; charset=utf-8` : SHEET_TYPES[kind];
    return { file: { name: `${view.shop.id}-${month}.${kind}`, type, bytes } };
  });
}

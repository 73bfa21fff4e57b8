import { Refused } from '../../src/lib/domain/refusal.ts';
import type { JoinRequest, SyncAnswer, SyncRequest } from '../../src/lib/domain/sync/messages.ts';
import type {
  HoldRequest,
  Receipt,
  VoucherReading,
  VoucherView,
} from '../../src/lib/domain/voucher/messages.ts';
import { StoreBusy } from '../../src/lib/server/database/store.ts';
import type { Park } from '../../src/lib/server/park.ts';
import { holdVoucher } from '../../src/lib/server/voucher/hold.ts';
import { cancelVoucher, sweep } from '../../src/lib/server/voucher/release.ts';
import type { TerminalSession } from '../../src/lib/server/voucher/terminal.ts';
import { handOverGoods, look, soldOut, undoHandOver } from '../../src/lib/server/voucher/till.ts';
import { closeWallet } from '../../src/lib/server/wallet/close.ts';
import { signOut } from '../../src/lib/server/wallet/devices.ts';
import { join } from '../../src/lib/server/wallet/join.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import type { Session } from '../../src/lib/server/wallet/session.ts';
import { sync } from '../../src/lib/server/wallet/sync.ts';

/** A row of a batch with what the one who made it knows of it. */
export type Row =
  | { is: 'attempt'; right: boolean; atMs: number; raw: unknown }
  | { is: 'later' | 'malformed' | 'unknown-question'; raw: unknown };

type OfPhone = { session: Session | undefined };
type OfTill = { till: TerminalSession };

/** What somebody asks of the server. */
export type Ask =
  | ({ do: 'sync'; request: SyncRequest; rows: Row[] } & OfPhone)
  | ({ do: 'hold'; request: HoldRequest } & OfPhone)
  | ({ do: 'cancel'; id: string } & OfPhone)
  | ({ do: 'recovery' } & OfPhone)
  | ({ do: 'join'; request: JoinRequest } & OfPhone)
  | ({ do: 'signOut'; deviceId: string } & OfPhone)
  | ({ do: 'close' } & OfPhone)
  | ({ do: 'look'; reading: VoucherReading } & OfTill)
  | ({ do: 'handOver' | 'soldOut'; reading: VoucherReading; nonce: string } & OfTill)
  | ({ do: 'undo'; nonce: string } & OfTill)
  | { do: 'sweep' };

/** What the server drew by lot: no model can know it beforehand. */
export interface Given {
  secret?: string;
  code?: string;
}

/** What came of it. `done` is the part that follows from what has happened before. */
export type Outcome =
  | { refused: string; details: object }
  | { done: unknown; given: Given; answer?: SyncAnswer; session?: Session; voucher?: VoucherView };

const TRIES = 3;

/** Asks the real server. What is told to try again tries again, as phones and tills do. */
export async function perform(park: Park, ask: Ask, tries = TRIES): Promise<Outcome> {
  try {
    return await asked(park, ask);
  } catch (error) {
    if (error instanceof Refused) return { refused: error.code, details: error.details };
    if (error instanceof StoreBusy && tries > 1) return perform(park, ask, tries - 1);
    throw error;
  }
}

async function asked(park: Park, ask: Ask): Promise<Outcome> {
  switch (ask.do) {
    case 'sync': {
      const { answer, session } = await sync(park, ask.session, ask.request);
      const { wallet, verdicts } = answer;
      const done = { wallet, verdicts, cookie: session !== undefined };
      return { done, given: givenBy(session), answer, ...(session && { session }) };
    }
    case 'hold':
      return ofVoucher(await holdVoucher(park, ask.session, ask.request));
    case 'cancel':
      return ofVoucher(await cancelVoucher(park, ask.session, ask.id));
    case 'recovery':
      return { done: true, given: { code: await makeRecoveryCode(park, ask.session) } };
    case 'join': {
      const session = await join(park, ask.session, ask.request);
      const { walletId, deviceId } = session;
      return { done: { walletId, deviceId }, given: givenBy(session), session };
    }
    case 'signOut':
      return { done: (await signOut(park, ask.session, ask.deviceId)) ?? true, given: {} };
    case 'close':
      return { done: (await closeWallet(park, ask.session)) ?? true, given: {} };
    case 'look': {
      const { points, expiresAtMs, refusal } = await look(park, ask.till, ask.reading);
      return { done: { points, expiresAtMs, refusal }, given: {} };
    }
    case 'handOver':
      return ofReceipt(await handOverGoods(park, ask.till, ask));
    case 'soldOut':
      return ofReceipt(await soldOut(park, ask.till, ask));
    case 'undo':
      return ofReceipt(await undoHandOver(park, ask.till, ask.nonce));
    case 'sweep':
      return { done: await sweep(park), given: {} };
  }
}

const givenBy = (session: Session | undefined): Given =>
  session ? { secret: session.secret } : {};

function ofVoucher(voucher: VoucherView): Outcome {
  const { id, points, issuedAtMs, expiresAtMs, state } = voucher;
  return { done: { id, points, issuedAtMs, expiresAtMs, state }, given: {}, voucher };
}

function ofReceipt({ did, points, settleFen, atMs, undoUntilMs }: Receipt): Outcome {
  return { done: { did, points, settleFen, atMs, undoUntilMs }, given: {} };
}

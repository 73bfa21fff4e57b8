import type { VoucherState } from '../voucher/voucher.ts';
import type { LossReason, RowRefusal } from './messages.ts';

/** What the server knows of a row that a terminal has uploaded. */
export interface UploadFacts {
  /** `key-retired`: signed by a key of ours that is not good any more. */
  token: 'genuine' | 'key-retired' | 'forged';
  ofThisShop: boolean;
  goodsKnown: boolean;
  /** Absent where the server does not know the voucher: it was put back from a backup. */
  state?: VoucherState;
  /** The terminal that uploads. */
  terminalId: string;
  /** The operator has ended its enrolment: what it brings late is looked at. */
  revoked: boolean;
  /** The campaign has paid, or was asked to pay, for this voucher before. */
  lossUsed: boolean;
  /** The month's limit leaves room for it. */
  lossFits: boolean;
}

export type UploadDecision =
  /** From the voucher, which still has its points. */
  | { do: 'consume' }
  /** The voucher is made again, then as `consume`; what the wallet lacks is loss. */
  | { do: 'remake' }
  | { do: 'repeat' }
  | { do: 'loss'; why: LossReason; waits: boolean }
  | { do: 'refuse'; why: RowRefusal };

/**
 * What is booked for goods that were handed over without a signal. An upload always records what happened; the
 * resident is never debited twice, and the campaign pays at most once for a voucher (blueprint §6).
 */
export function decideUpload(facts: UploadFacts): UploadDecision {
  const { token, state } = facts;
  if (token === 'forged') return { do: 'refuse', why: 'forged' };
  if (!facts.ofThisShop) return { do: 'refuse', why: 'wrong-shop' };
  if (!state) {
    if (!facts.goodsKnown) return { do: 'refuse', why: 'goods-unknown' };
    return token === 'genuine' && !facts.lossUsed ? { do: 'remake' } : loss(facts, 'key-retired');
  }
  switch (state.is) {
    case 'held':
    case 'returning':
      return { do: 'consume' };
    case 'handed-over':
      return state.terminalId === facts.terminalId ? { do: 'repeat' } : loss(facts, 'elsewhere');
    case 'released':
      return loss(facts, 'released');
  }
}

function loss({ lossUsed, lossFits, revoked }: UploadFacts, why: LossReason): UploadDecision {
  if (lossUsed) return { do: 'refuse', why: 'paid-twice' };
  return { do: 'loss', why, waits: !lossFits || revoked || why === 'key-retired' };
}

/** Whether the campaign may bear so many points more in a month without asking the operator. */
export const lossFits = (bornPoints: number, morePoints: number, limitPoints: number): boolean =>
  bornPoints + morePoints <= limitPoints;

/**
 * When goods were handed over: as the terminal says, but not before it could have and not in the future.
 * @param sinceMs when the voucher was issued
 */
export const believedAtMs = (claimedMs: number, sinceMs: number, nowMs: number): number =>
  Math.min(Math.max(claimedMs, sinceMs), nowMs);

import type { TerminalView } from '../voucher/messages.ts';
import type { Statement } from './statement.ts';

/** `GET /api/shop/takings?month=2026-11`: the statement of a month, frozen or as it stands now. */
export interface TakingsAnswer {
  terminal: TerminalView;
  statement: Statement;
  /** Months that have anything in them, the latest first. */
  months: { month: string; frozen: boolean }[];
}

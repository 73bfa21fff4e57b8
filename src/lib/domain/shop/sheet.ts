import { dayAt } from '../points/day.ts';
import { rowSays } from '../terminal/says.ts';
import type { HandOverLine, Statement } from './statement.ts';

/** What stands in one field: words, the words over a column, a whole number, or money in whole fen. */
export type Cell = string | { head: string } | number | { fen: number };

/** A statement as a table; what writes a file (CSV here, XLSX by `server/shop/workbook.ts`) goes by this alone. */
export interface Sheet {
  name: string;
  rows: Cell[][];
}

const HEAD = [
  '日期',
  '时间',
  '商品',
  '店员',
  '设备',
  '积分',
  '结算（元）',
  '由谁付',
  '入账',
  '编号',
];
const PAID: Record<HandOverLine['paid'], string> = {
  voucher: '兑换券',
  loss: '活动承担',
  waiting: '待主办方核对',
};

/** Every line of a statement, its sums by goods, clerk and day, corrections, differences, and what is owed. */
export function sheetOf(shop: { name: string }, statement: Statement): Sheet {
  const { month, frozenAtMs, waiting } = statement;
  const sums = (
    title: string,
    list: readonly { pieces: number; settleFen: number }[],
    of: Cell[],
  ) =>
    section(
      [title, '件数', '结算（元）'],
      list.map(({ pieces, settleFen }, i) => [of[i] ?? '', pieces, { fen: settleFen }]),
    );
  const state = frozenAtMs === undefined ? '未结算，数字还会变' : `${momentAt(frozenAtMs)} 结算`;
  return {
    name: `${shop.name} ${month}`,
    rows: [
      ['便利店', shop.name],
      ['月份', month],
      ['状态', state],
      ['应结（元）', { fen: statement.settleFen }],
      ['已交货（件）', statement.pieces],
      ...(waiting.pieces > 0
        ? [['待核对（元，未计入）', { fen: waiting.settleFen }, '件数', waiting.pieces]]
        : []),
      ...section(HEAD, statement.lines.map(lineOf)),
      ...sums(
        '商品',
        statement.perGoods,
        statement.perGoods.map(({ goods }) => goods),
      ),
      ...sums(
        '店员',
        statement.perClerk,
        statement.perClerk.map(({ clerk }) => clerk || '未登记'),
      ),
      ...sums(
        '日期',
        statement.perDay,
        statement.perDay.map(({ day }) => day),
      ),
      ...section(
        ['更正', '说明', '结算（元）'],
        statement.corrections.map(({ atMs, why, fen }) => [dayAt(atMs), why, { fen }]),
      ),
      ...section(
        ['差异', '说明', '编号'],
        statement.differences.map(({ atMs, verdict, nonce }) => [
          momentAt(atMs),
          rowSays(verdict),
          nonce,
        ]),
      ),
    ],
  };
}

/** A head with its rows, after an empty line; nothing where there are no rows. */
const section = (head: string[], rows: Cell[][]): Cell[][] =>
  rows.length === 0 ? [] : [[], head.map((words) => ({ head: words })), ...rows];

function lineOf(line: HandOverLine): Cell[] {
  const [day = '', time = ''] = momentAt(line.atMs).split(' ');
  return [
    ...[day, time, line.goods, line.clerk ?? '', line.terminal, line.points],
    { fen: line.settleFen },
    ...[PAID[line.paid], momentAt(line.bookedAtMs), line.nonce],
  ];
}

const SHANGHAI_MS = 8 * 3_600_000;
/** Beijing time, 2026-11-24 19:05. */
const momentAt = (atMs: number): string =>
  new Date(atMs + SHANGHAI_MS).toISOString().slice(0, 16).replace('T', ' ');

/** The files a statement can be had as, by how their names end, with their media types. */
export const SHEET_TYPES = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
export type SheetKind = keyof typeof SHEET_TYPES;

/** What makes Excel read the file as UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The table as CSV (RFC 4180), as Excel opens it with a double click: a byte order mark, CRLF. Words that a
 * spreadsheet would take for a formula get an apostrophe before them.
 */
export function csvOf({ rows }: Sheet): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object' && 'fen' in cell) return yuanOf(cell.fen);
  const words = typeof cell === 'object' ? cell.head : cell;
  const safe = /^[=+\-@\t\r]/.test(words) ? `'${words}` : words;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** 1205 → 12.05: digits are moved, nothing is divided into a float. */
function yuanOf(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

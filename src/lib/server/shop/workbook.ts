import writeExcel, { type Cell as ExcelCell } from 'write-excel-file/node';
import { csvOf, type Cell, type Sheet, type SheetKind } from '../../domain/shop/sheet.ts';

/** Writes a statement as each kind of file. */
export const WRITERS: Record<SheetKind, (sheet: Sheet) => Promise<Buffer>> = {
  csv: (sheet) => Promise.resolve(Buffer.from(csvOf(sheet))),
  xlsx: workbookOf,
};

/** Widths of the columns of a statement's lines, in characters. */
const WIDTHS = [18, 12, 22, 12, 16, 8, 14, 12, 18, 40];

/** The table as an Excel workbook: numbers are numbers, money has two places, words are never formulas. */
export function workbookOf({ name, rows }: Sheet): Promise<Buffer> {
  const columns = WIDTHS.map((width) => ({ width }));
  return writeExcel(
    rows.map((row) => row.map(cellOf)),
    { sheet: sheetName(name), columns },
  ).toBuffer();
}

function cellOf(cell: Cell): ExcelCell {
  if (typeof cell === 'number') return { value: cell, type: Number, format: '0' };
  if (typeof cell === 'string') return { value: cell, type: String };
  if ('head' in cell) return { value: cell.head, type: String, fontWeight: 'bold' };
  return { value: cell.fen / 100, type: Number, format: '0.00' };
}

/** Excel refuses these characters in a sheet's name, and more than 31 of any. */
const sheetName = (name: string): string => name.replace(/[[\]:*?/\\]/g, ' ').slice(-31);

import { describe, expect, it } from 'vitest';
import { csvOf, sheetOf } from './sheet.ts';
import { statementOf, type HandOverLine } from './statement.ts';

const line: HandOverLine = {
  ...{ nonce: 'n1', goodsId: 'tissues', goods: '纸巾', clerk: '小王', terminal: '柜台手机' },
  ...{ points: 20, settleFen: 150, paid: 'voucher' },
  atMs: Date.parse('2026-11-24T19:05:00+08:00'),
  bookedAtMs: Date.parse('2026-11-26T08:00:00+08:00'),
};
const sheet = sheetOf(
  { name: '湖东店' },
  statementOf('2026-11', {
    lines: [line, { ...line, nonce: 'n2', paid: 'loss', settleFen: 1205 }],
    corrections: [{ id: 'c', atMs: line.atMs, fen: -50, why: '多结了一件' }],
    differences: [{ nonce: 'n3', atMs: line.atMs, verdict: { nonce: 'n3', is: 'repeat' } }],
  }),
);

describe('a statement as CSV', () => {
  const csv = csvOf(sheet);

  it('is UTF-8 with a byte order mark, and has CRLF after every line', () => {
    expect(new TextEncoder().encode(csv).slice(0, 3)).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf));
    expect(
      csv
        .split('\n')
        .slice(0, -1)
        .every((l) => l.endsWith('\r')),
    ).toBe(true);
  });

  it('has every line, sum, correction and difference, and yuan to the fen', () => {
    const rows = csv.slice(1).split('\r\n');
    expect(rows).toContain('应结（元）,13.05');
    expect(rows).toContain(
      '2026-11-24,19:05,纸巾,小王,柜台手机,20,1.50,兑换券,2026-11-26 08:00,n1',
    );
    expect(rows).toContain('2026-11-24,多结了一件,-0.50');
    expect(rows).toContain('2026-11-24 19:05,这张券之前已经入账，不重复记。,n3');
    expect(rows).toContain('小王,2,13.55');
  });

  it('quotes what would end a field, and takes the teeth out of formulas', () => {
    const rows = [
      ['a,b', 'say "hi"', '两\n行'],
      ['=1+1', '+86', '-x', '@x', '普通'],
    ];
    expect(csvOf({ name: '', rows })).toBe(
      '\uFEFF"a,b","say ""hi""","两\n行"\r\n\'=1+1,\'+86,\'-x,\'@x,普通\r\n',
    );
  });

  it('writes negative money and nothing less than a fen', () => {
    const rows = [[{ fen: -5 }, { fen: 0 }, { fen: 100 }, { fen: -12345 }]];
    expect(csvOf({ name: '', rows }).slice(1)).toBe('-0.05,0.00,1.00,-123.45\r\n');
  });
});

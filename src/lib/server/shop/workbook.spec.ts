import { readSheet } from 'read-excel-file/node';
import { expect, it } from 'vitest';
import { workbookOf } from './workbook.ts';

it('is read back as it is: Chinese, numbers as numbers, money to the fen, no formula', async () => {
  const rows = [
    ['便利店', '湖东店'],
    [{ head: '商品' }, { head: '件数' }, { head: '结算（元）' }],
    ['纸巾“柔软”', 3, { fen: 1205 }],
    ['=1+1', -2, { fen: -50 }],
    ['<&>\n第二行', 0, { fen: 9_999_999_999 }],
  ];
  const file = await workbookOf({ name: '湖东店 2026-11', rows });
  expect(await readSheet(file, '湖东店 2026-11')).toEqual([
    ['便利店', '湖东店', null],
    ['商品', '件数', '结算（元）'],
    ['纸巾“柔软”', 3, 12.05],
    ['=1+1', -2, -0.5],
    ['<&>\n第二行', 0, 99_999_999.99],
  ]);
});

it('a shop may have any name', async () => {
  const name = `[${'长'.repeat(40)}]:*?/\\ 2026-11`;
  const file = await workbookOf({ name, rows: [['月份']] });
  expect(await readSheet(file, 1)).toEqual([['月份']]);
});

import { expect, it } from 'vitest';
import { parseDecimal } from './decimal.ts';

it.each([
  ['58.5', '%', 58.5],
  [' ５８．５ ', '%', 58.5],
  ['58.5%', '%', 58.5],
  ['58。5', '%', 58.5],
  ['2,300', '万元', 2300],
  ['2300万元', '万元', 2300],
  ['-3', '', -3],
  ['.5', '', 0.5],
])('reads %j %s as %d', (text, unit, value) => {
  expect(parseDecimal(text, unit)).toBe(value);
});

it.each(['', '二十', '1,23', '12..5', '1e9', '5 或 6', 'NaN', '9'.repeat(30)])(
  'refuses %j',
  (text) => {
    expect(parseDecimal(text, '件')).toBeUndefined();
  },
);

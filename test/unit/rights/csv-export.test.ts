import { expect, test } from '@jest/globals';
import { withoutFormula } from '../../../src/platform/files/formula-injection.rules.js';
import { headLine, rowLine, safeCell } from '../../../src/rights/csv-export.rules.js';

test.each([
  ['=1+1', "'=1+1"],
  ['+8613912345678', "'+8613912345678"],
  ['-2', '-2'],
  ['-2.5', '-2.5'],
  ['-2+3', "'-2+3"],
  ['-2.', "'-2."],
  ['--2', "'--2"],
  ['－2', "'－2"],
  ['\u0000=1', "'\u0000=1"],
  ['\n1', "'\n1"],
  ['+5', "'+5"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', "'\r=1"],
  ['  =1', "'  =1"],
  ['＝1', "'＝1"],
  ['a=1', 'a=1'],
  ['', ''],
  [null, ''],
  [-5, '-5'],
  [-1e-7, "'-1e-7"],
  [{ a: '=1' }, '{"a":"=1"}'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
])('the cell of %j is %j', (value, cell) => {
  expect(safeCell(value)).toBe(cell);
  if (typeof value === 'string') expect(withoutFormula(value)).toBe(cell);
});

test('rows are quoted, and have a cell for each column', () => {
  expect(headLine(['id', 'note'])).toBe('id,note\n');
  expect(rowLine(['id', 'note', 'none'], { id: 1, note: 'a,"b"\n' })).toBe('1,"a,""b""\n",\n');
});

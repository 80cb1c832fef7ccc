import { expect, test } from '@jest/globals';
import { holdsPersonalData } from '../../../src/platform/personal-data.rules.js';

test.each<[unknown, boolean]>([
  ['write to wang@shop.cn please', true],
  ['13912345678', true],
  [13912345678, true],
  ['+86 139 1234 5678', true],
  ['+1 202-456-1111', true],
  [{ a: [{ b: 'x@y.cn' }] }, true],
  [['-', { n: 13912345678 }], true],
  ['an order of 20260301', false],
  ['12912345678', false],
  ['1391234567', false],
  ['x13912345678', false],
  [199.5, false],
  [null, false],
  [{}, false],
  [true, false],
])('%j: %s', (value, holds) => {
  expect(holdsPersonalData(value)).toBe(holds);
});

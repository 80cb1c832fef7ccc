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
  ['order-13912345678', true],
  ['mp_13912345678', true],
  ['139.1234.5678', true],
  ['008613912345678', true],
  ['1 3 9 1 2 3 4 5 6 7 8', true],
  ['021-65551234', true],
  ['(415) 555-2671', true],
  ['１３９１２３４５６７８', true],
  ['张@例子.公司', true],
  ['11010519491231002X', true],
  ['2026-03-01T08:30:00.000Z', false],
  ['550e8400-e29b-41d4-a716-446655440000', false],
  ['31.2304, 121.4737', false],
  ['SKU-1001 x 2', false],
  [199.5, false],
  [null, false],
  [{}, false],
  [true, false],
])('%j: %s', (value, holds) => {
  expect(holdsPersonalData(value)).toBe(holds);
});

test('a long text takes time in its length alone', () => {
  const startedAt = performance.now();
  for (const text of ['z'.repeat(8_000), `${'z'.repeat(8_000)}@`, '1'.repeat(8_000), '1 '.repeat(4_000)])
    holdsPersonalData(text);
  expect(performance.now() - startedAt).toBeLessThan(250);
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anonymise } from '../../src/anonymity/anonymise.rules.js';
import { TableInMaking } from '../../src/anonymity/coded-table.js';
import { naiveSafety } from '../support/naive-anonymity.js';

const cell = {
  age: fc.oneof(fc.integer({ min: -3, max: 99 }).map(String), fc.constant('')),
  born: fc
    .date({ min: new Date('1950-01-01'), max: new Date('2010-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  city: fc.constantFrom('杭州', '宁波市', '上海', '浙江省杭州市西湖区文三路1号', '广州', '深圳', 'Paris', '', '吉林省'),
  colour: fc.constantFrom('red', 'blue', '=green', "'=green", '*', ''),
  taste: fc.constantFrom('a', 'b', 'c', '@d', "'@d"),
};
const row = fc.tuple(cell.age, cell.born, cell.city, cell.colour, cell.taste, fc.constantFrom('x', 'y'));
const script = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 120 }),
  quasi: fc.integer({ min: 1, max: 4 }),
  k: fc.integer({ min: 2, max: 12 }),
  l: fc.integer({ min: 1, max: 3 }),
});

describe('every released table', () => {
  test('is k-anonymous and l-diverse as counted by others, and tells of the rows that came in', () => {
    let released = 0;
    fc.assert(
      fc.property(script, ({ rows, quasi, k, l: asked }) => {
        const l = Math.min(asked, k);
        const made = new TableInMaking(['age', 'born', 'city', 'colour', 'taste', 'sex']);
        for (const cells of rows) made.add(cells);
        const columns = made.coded();
        const attempt = () => anonymise(columns.slice(0, quasi), columns.slice(4), { k, l });
        if (
          rows.length < k ||
          naiveSafety(
            rows.map((cells) => ['', ...cells.slice(4).map((text) => text.replace(/^@/, "'@"))]),
            1,
          ).l < l
        ) {
          expect(attempt).toThrow(/can't be reached/);
          return;
        }
        const table = attempt();
        released += 1;
        const shown = [...table.released()].map((one) => [...one.quasi, ...one.sensitive]);
        const safe = naiveSafety(shown, quasi);
        expect([safe.k >= k, safe.l >= l]).toEqual([true, true]);
        expect(safe).toEqual({ k: table.k, l: table.l });
        expect(shown.length + table.suppressed).toBe(rows.length);
        expect(table.suppressed).toBeLessThanOrEqual(rows.length * 0.05);
        expect(table.informationLoss).toBeGreaterThanOrEqual(0);
        expect(table.informationLoss).toBeLessThanOrEqual(1);
        expect(shown.flat().filter((text) => /^[=+@]|^-(?!\d)/.test(text))).toEqual([]);
      }),
    );
    expect(released).toBeGreaterThan(20);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type AnonymousTable, anonymise, checkSafety } from '../../../src/anonymity/anonymise.rules.js';
import { TableInMaking } from '../../../src/anonymity/coded-table.js';
import { TableCount } from '../../../src/anonymity/table-check.rules.js';
import { naiveSafety } from '../../support/naive-anonymity.js';

const PRIVACY = fileURLToPath(new URL('../../../../shared/analytics/privacy/', import.meta.url));
const describeWithData = existsSync(PRIVACY) ? describe : describe.skip;

interface Expected {
  readonly qi: readonly string[];
  readonly sa: readonly string[];
  readonly expected: Readonly<Record<string, { readonly k: number; readonly l_diversity: number }>>;
}

function tableOf(rows: readonly (readonly string[])[], quasi: number) {
  const made = new TableInMaking((rows[0] ?? []).map((_, at) => `c${at}`));
  for (const row of rows) made.add(row);
  const columns = made.coded();
  return [columns.slice(0, quasi), columns.slice(quasi)] as const;
}

const rowsIn = (table: AnonymousTable) => [...table.released()].map(({ quasi, sensitive }) => [...quasi, ...sensitive]);

describeWithData('the tables beside the project (../shared/analytics/privacy; skipped where they are absent)', () => {
  const read = (name: string, columns: readonly string[]) => {
    const [header = [], ...rows] = readFileSync(`${PRIVACY}${name}`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    return rows.map((row) => columns.map((column) => row[header.indexOf(column)] ?? ''));
  };
  const { qi, sa, expected } = existsSync(PRIVACY)
    ? (JSON.parse(readFileSync(`${PRIVACY}kanon_expected.json`, 'utf8')) as Expected)
    : { qi: [], sa: [], expected: {} };

  test.each(['kanon_table_1.csv', 'kanon_table_2.csv'])('%s: k and l are counted as pycanon counts them', (name) => {
    const rows = read(name, [...qi, ...sa]);
    const count = new TableCount();
    for (const row of rows) count.add({ quasi: row.slice(0, qi.length), sensitive: row.slice(qi.length) });
    const { k, l_diversity: l } = expected[name] ?? {};
    expect(count.result()).toEqual({ rows: rows.length, k, l });
  });

  // the loss of the best full-domain generalisation with at most 5 % of the rows suppressed, over all levels
  const ALL = ['age_band', 'city_tier', 'gender', 'spend_band'];
  test.each([
    ['kanon_table_1.csv', 3, { k: 5, l: 2 }, 0.0395, 0.1067],
    ['kanon_table_1.csv', 3, { k: 10, l: 3 }, 0.097, 0.1861],
    ['kanon_table_1.csv', 4, { k: 5, l: 2 }, 0.1384, 0.265],
    ['kanon_table_1.csv', 4, { k: 10, l: 3 }, 0.3044, 0.3344],
    ['kanon_table_2.csv', 3, { k: 10, l: 3 }, 0, 0],
    ['kanon_table_2.csv', 3, { k: 50, l: 4 }, 0.0545, 0.1111],
    ['kanon_table_2.csv', 4, { k: 10, l: 3 }, 0.0168, 0.0695],
    ['kanon_table_2.csv', 4, { k: 50, l: 4 }, 0.2423, 0.3115],
  ])('%s by %i columns, %j: loses %d at most, a full-domain search %d', (name, columns, safety, most, fullDomain) => {
    const rows = read(name, [...ALL.slice(0, columns), 'segment']);
    const table = anonymise(...tableOf(rows, columns), safety);
    const safe = naiveSafety(rowsIn(table), columns);
    expect({ k: table.k, l: table.l }).toEqual(safe);
    expect(safe.k).toBeGreaterThanOrEqual(safety.k);
    expect(safe.l).toBeGreaterThanOrEqual(safety.l);
    expect(table.rows + table.suppressed).toBe(rows.length);
    expect(table.informationLoss).toBeLessThanOrEqual(most);
    expect(most).toBeLessThanOrEqual(fullDomain);
  });
});

describe('what a table becomes', () => {
  const shown = (rows: readonly (readonly string[])[], quasi: number, safety = { k: 2, l: 1 }) =>
    rowsIn(anonymise(...tableOf(rows, quasi), safety)).map((row) => row.slice(0, quasi).join(' | '));

  test('numbers become spans, of dates whole months or years', () => {
    expect(shown([['18'], ['19'], ['60'], ['64.5']], 1)).toEqual(['18..19', '18..19', '60..64.5', '60..64.5']);
    const days = [['1990-03-02'], ['1990-05-30'], ['2001/1/9'], ['2004-12-31'], ['2020-02-29'], ['2020-02-29']];
    expect([...new Set(shown(days, 1))]).toEqual(['1990-03..1990-05', '2001..2004', '2020-02-29']);
  });

  test('bands and numbered codes keep their order', () => {
    const bands = [['18-25'], ['26-35'], ['46-60'], ['60+']];
    expect([...new Set(shown(bands, 1))]).toEqual(['18-35', '46-60..60+']);
    expect([...new Set(shown([['T1'], ['T2'], ['T10'], ['T11']], 1))]).toEqual(['T1..T2', 'T10..T11']);
  });

  test('Chinese places become districts, cities, provinces and parts of the country', () => {
    const places = [
      ['浙江省杭州市西湖区文三路12号'],
      ['杭州市西湖区古翠路5号'],
      ['浙江省杭州市上城区平海路1号'],
      ['杭州'],
      ['宁波市'],
      ['温州'],
      ['南京'],
      ['上海市浦东新区世纪大道1号'],
      ['延边朝鲜族自治州'],
      ['吉林省'],
    ];
    expect(shown(places, 1)).toEqual([
      ...['华东', '华东', '吉林', '吉林'],
      ...['浙江', '浙江', '浙江杭州', '浙江杭州', '浙江杭州西湖区', '浙江杭州西湖区'],
    ]);
  });

  test('what is neither is kept or suppressed; what was not given stands by itself', () => {
    expect(shown([['red'], ['red'], ['blue'], ['green']], 1)).toEqual(['*', '*', 'red', 'red']);
    expect(shown([['18'], ['19'], [''], ['']], 1)).toEqual(['', '', '18..19', '18..19']);
    expect([...new Set(shown([['18'], ['19'], ['20'], ['']], 1))]).toEqual(['*']);
  });

  test('rows that would cost all others their detail are not released', () => {
    const rows = [...Array.from({ length: 99 }, (_, n) => [n % 2 === 0 ? 'red' : 'blue', '杭州']), ['mauve', '杭州']];
    const table = anonymise(...tableOf(rows, 2), { k: 5, l: 1 });
    expect(table).toMatchObject({ rows: 99, suppressed: 1, informationLoss: 0.01 });
  });

  test('no cell is a formula, also where that makes two values one', () => {
    const rows = [
      ['=1+1', '@a'],
      ['=1+1', "'@a"],
      ['-5', 'b'],
      ['-5', 'c'],
    ];
    expect(rowsIn(anonymise(...tableOf(rows.slice(2), 1), { k: 2, l: 2 }))[0]?.[0]).toBe('-5');
    const whole = rowsIn(anonymise(...tableOf(rows, 1), { k: 2, l: 1 }));
    expect(whole.map(([first]) => first)).toEqual(expect.arrayContaining(["'=1+1"]));
    expect(() => anonymise(...tableOf(rows.slice(0, 2), 1), { k: 2, l: 2 })).toThrow('c1 has 1 different values');
  });

  test('a table that can not be made safe is refused, and so is what makes nobody anonymous', () => {
    const rows = [
      ['1', 'x'],
      ['2', 'x'],
    ];
    const made = (k: number, l: number) => () => anonymise(...tableOf(rows, 1), { k, l });
    expect(made(3, 1)).toThrow("k: can't be reached: there are 2 rows, fewer than 3");
    expect(made(2, 2)).toThrow("l: can't be reached: c1 has 1 different values, fewer than 2");
    expect(() => checkSafety({ k: 1, l: 1 })).toThrow('k: must be a whole number from 2');
    expect(() => checkSafety({ k: 3, l: 4 }, '--')).toThrow('--l: must be a whole number from 1 to k');
  });
});
